"""The state of `deck.toml`."""

import pytest

from fakes import MemoryState
from modeldeck.domain.errors import StorageError
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.engine.choices import RECENT_MODELS, Choices


@pytest.fixture
def file() -> MemoryState:
    return MemoryState()


def test_favourites_flip_and_are_saved(file: MemoryState) -> None:
    choices = Choices(DeckState(), file)
    assert choices.toggle_favourite("a/b") is True
    assert choices.toggle_favourite("c/d") is True
    assert choices.toggle_favourite("a/b") is False
    assert file.state.favourites == ("c/d",)


def test_the_chosen_model_becomes_the_most_recent_once(file: MemoryState) -> None:
    choices = Choices(DeckState(), file)
    for number in range(RECENT_MODELS + 5):
        choices.set_mode(Mode.MANUAL, f"cloud/{number}")
    choices.set_mode(Mode.HYBRID, f"cloud/{RECENT_MODELS}")
    assert file.state.mode is Mode.HYBRID
    assert file.state.preferred == f"cloud/{RECENT_MODELS}"
    assert len(file.state.recent) == RECENT_MODELS
    assert len(set(file.state.recent)) == RECENT_MODELS
    assert file.state.recent[0] == f"cloud/{RECENT_MODELS}"


def test_a_mode_alone_keeps_the_model(file: MemoryState) -> None:
    choices = Choices(DeckState(preferred="a/b", recent=("a/b",)), file)
    choices.set_mode(Mode.AUTO, None)
    assert (file.state.mode, file.state.preferred, file.state.recent) == (Mode.AUTO, "a/b", ("a/b",))


def test_a_change_that_cannot_be_saved_still_holds_here(file: MemoryState) -> None:
    choices = Choices(DeckState(), file)
    file.broken = True
    with pytest.raises(StorageError):
        choices.update(theme="deck-light")
    assert choices.state.theme == "deck-light"


def test_what_changes_nothing_is_not_written(file: MemoryState) -> None:
    choices = Choices(DeckState(theme="deck-light"), file)
    file.broken = True
    assert choices.update(theme="deck-light").theme == "deck-light"


def test_unknown_fields_are_refused(file: MemoryState) -> None:
    with pytest.raises(TypeError):
        Choices(DeckState(), file).update(nonsense=1)
