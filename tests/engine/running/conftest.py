"""A deck whose one model has three answers to give."""

from collections.abc import Iterator

import pytest

from fakes import World, make_model, reply
from modeldeck.engine.deck import Deck


@pytest.fixture
def stocked(world: World) -> World:
    answers = [reply("First."), reply("Second."), reply("Third.")]
    world.add("cloud", make_model("cloud/one"), scripts={"one": answers})
    return world


@pytest.fixture
def deck(stocked: World) -> Iterator[Deck]:
    with Deck(stocked.parts()) as opened:
        yield opened
