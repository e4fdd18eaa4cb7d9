from dataclasses import replace

import pytest

from fakes import START
from modeldeck.domain.conversation import Turn
from modeldeck.storage.database import Database
from modeldeck.storage.turns import SqliteTurnStore

TURN = Turn(
    conversation="c", run="r1", at=START, model="cloud/a", system=None, prompt="Hello", answer="Hi \N{WAVING HAND SIGN}"
)


@pytest.fixture
def store(database: Database) -> SqliteTurnStore:
    return SqliteTurnStore(database)


def test_nothing_is_kept_at_first(store: SqliteTurnStore) -> None:
    assert store.of("c") == ()
    assert store.last_conversation() is None


def test_turns_come_back_as_they_were_in_their_order(store: SqliteTurnStore, database: Database) -> None:
    second = replace(TURN, run="r2", system="Be brief.", prompt="And now?")
    store.add(TURN)
    store.add(second)
    assert SqliteTurnStore(database).of("c") == (TURN, second)


def test_half_characters_are_survived_and_found_again(store: SqliteTurnStore) -> None:
    half = replace(TURN, conversation="c\ud800", system="\udfff", prompt="caf\udce9", answer="\ud83d")
    store.add(half)
    store.add(replace(half, run="r2"), instead_of="r1")
    (turn,) = store.of("c\ud800")
    assert (turn.run, turn.conversation, turn.prompt) == ("r2", "c?", "caf?")


def test_conversations_are_kept_apart_and_the_newest_is_known(store: SqliteTurnStore) -> None:
    store.add(TURN)
    store.add(replace(TURN, conversation="d", run="r2"))
    assert [turn.run for turn in store.of("c")] == ["r1"]
    assert store.last_conversation() == "d"
    store.add(replace(TURN, run="r3"))
    assert store.last_conversation() == "c"


def test_a_turn_may_take_the_place_of_another_of_its_conversation_only(store: SqliteTurnStore) -> None:
    other = replace(TURN, conversation="d")
    store.add(TURN)
    store.add(other)
    store.add(replace(TURN, run="r2", answer="Better."), instead_of="r1")
    assert [(turn.run, turn.answer) for turn in store.of("c")] == [("r2", "Better.")]
    assert store.of("d") == (other,)
