"""A deck with a few models."""

from collections.abc import Iterator

import pytest

from fake_stock import FREE, HOME, PAID
from fakes import World, reply
from modeldeck.domain.usage import Usage
from modeldeck.engine.deck import Deck


@pytest.fixture
def stocked(world: World) -> World:
    """One keyed provider with a paid and a free model, and one local provider."""
    world.add("cloud", PAID, FREE, scripts={"paid": [reply("Paid.", usage=Usage(100, 50, reported=True))]})
    world.add("home", HOME, local=True)
    return world


@pytest.fixture
def deck(stocked: World) -> Iterator[Deck]:
    with Deck(stocked.parts()) as opened:
        yield opened
