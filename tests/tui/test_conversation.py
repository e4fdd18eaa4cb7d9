from modeldeck.domain.request import Message
from modeldeck.tui.conversation import Conversation


def test_a_finished_exchange_is_sent_along_with_the_next_prompt() -> None:
    talk = Conversation("c1")
    assert talk.ask("one") == [Message("user", "one")]
    talk.answer("first")
    assert talk.ask("two") == [Message("user", "one"), Message("assistant", "first"), Message("user", "two")]


def test_a_prompt_without_any_answer_leaves_no_turn() -> None:
    talk = Conversation("c1")
    talk.ask("one")
    talk.answer("")
    assert talk.turns == ()


def test_asking_again_takes_the_last_exchange_back() -> None:
    talk = Conversation("c1")
    talk.ask("one")
    talk.answer("half an ans")
    assert talk.ask("one", again=True) == [Message("user", "one")]
    talk.answer("whole")
    assert [turn.text for turn in talk.turns] == ["one", "whole"]


def test_looking_ahead_changes_nothing() -> None:
    talk = Conversation("c1")
    talk.preview("one")
    talk.answer("to nothing")
    assert talk.turns == ()
