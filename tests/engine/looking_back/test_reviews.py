"""Looking back over a window of time."""

from collections.abc import Iterator

import pytest

from fakes import START, World, make_model
from modeldeck.domain.errors import UsageError
from modeldeck.engine.deck import Deck

MODEL = make_model("cloud/one")


@pytest.fixture
def deck(world: World) -> Iterator[Deck]:
    world.add("cloud", MODEL)
    with Deck(world.parts()) as opened:
        yield opened


def test_a_window_ends_now_and_is_as_long_as_asked(world: World, deck: Deck) -> None:
    found = deck.performance(hours=6)
    assert (found.until, found.hours, found.model) == (START, 6, None)
    assert deck.performance().hours == 24
    deck.record(task="chat", model=MODEL.id, success=True)
    world.clock.advance(3601)
    assert deck.performance(hours=1).requests == 0
    assert deck.performance(hours=2).requests == 1


def test_names_resolve_and_what_nobody_lists_is_looked_up_as_it_is(deck: Deck) -> None:
    deck.record(task="chat", model="one", success=True)
    deck.record(task="chat", model="what nobody lists", success=False)
    assert (deck.performance("ONE").model, deck.performance("ONE").success_rate) == (MODEL.id, 1.0)
    assert deck.performance("what nobody lists").errors == {"told": 1}
    assert [found.model for found in deck.performances()] == [MODEL.id, "what nobody lists"]


@pytest.mark.parametrize("hours", [0, -1, float("nan")])
def test_a_window_without_length_is_refused(deck: Deck, hours: float) -> None:
    with pytest.raises(UsageError, match="allowed: a number above 0"):
        deck.performance(hours=hours)


def test_the_longest_window_holds_everything(deck: Deck) -> None:
    deck.record(task="chat", model=MODEL.id, success=True)
    assert deck.performance(hours=float("inf")).requests == 1
