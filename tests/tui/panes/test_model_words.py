"""The sentences of the Models pane."""

import pytest

from fakes import World, failure, local_model, make_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.engine.deck import Deck
from modeldeck.tui.panes.model_words import prices_age

NO_CONNECTION = failure(ErrorKind.UNREACHABLE, "No connection to Cloud: it refuses connections")


@pytest.mark.parametrize(
    ("has_key", "cached", "shown", "words"),
    [
        (False, False, {"home"}, "prices just now"),
        (True, False, {"home"}, "prices just now · cloud: no connection"),
        (False, True, {"home"}, "prices just now"),
        (False, True, {"home", "cloud"}, "prices just now · cloud: no connection"),
    ],
    ids=["a bonus list", "with a key", "its rows are hidden", "its rows are shown"],
)
def test_a_list_that_failed_is_told_when_it_matters(
    world: World, has_key: bool, cached: bool, shown: set[str], words: str
) -> None:
    world.add("home", local_model("home/llama"), local=True)
    models = [make_model("cloud/x/one")] if cached else []
    world.add("cloud", *models, needs_key=True, has_key=has_key).list_failure = NO_CONNECTION
    deck = Deck(world.parts())
    deck.lists.refresh(["cloud"])
    assert prices_age(deck, shown) == words


@pytest.mark.parametrize(
    ("reason", "words"), [("No connection to Cloud in time", "cloud: no connection"), ("It is HTML", "cloud: no list")]
)
def test_while_nothing_is_listed_the_failure_is_told(world: World, reason: str, words: str) -> None:
    cloud = world.add("cloud", needs_key=True, has_key=False)
    cloud.change_info(public_list=True)
    cloud.list_failure = failure(ErrorKind.MALFORMED, reason)
    deck = Deck(world.parts())
    deck.lists.refresh()
    assert prices_age(deck, set()) == words
