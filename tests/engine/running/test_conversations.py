"""Conversations: what is kept, and what is laid in front of the next prompt."""

import pytest

from fakes import World, failure, make_model
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.request import Message, Request
from modeldeck.domain.run import RunFailedError
from modeldeck.domain.settings import PrivacySettings, Settings
from modeldeck.domain.usage import RunKind
from modeldeck.engine.deck import Deck

MODEL = make_model("cloud/one")


def sent(world: World) -> list[tuple[str, str]]:
    """The messages of the last call."""
    return [(message.role, message.text.strip()) for message in world.providers["cloud"].calls[-1].messages]


def said(deck: Deck, conversation: str) -> list[tuple[str, str]]:
    return [(message.role, message.text.strip()) for message in deck.history.conversation(conversation)]


def test_nothing_was_said_at_first(deck: Deck) -> None:
    assert deck.history.last_conversation() is None
    assert deck.history.conversation("c") == ()


def test_a_prompt_goes_on_where_its_conversation_stopped(stocked: World, deck: Deck) -> None:
    deck.ask("Tell me of rain.", conversation="c")
    assert sent(stocked) == [("user", "Tell me of rain.")]
    deck.ask("Shorter.", conversation="c")
    told = [("user", "Tell me of rain."), ("assistant", "First."), ("user", "Shorter.")]
    assert sent(stocked) == told
    assert said(deck, "c") == [*told, ("assistant", "Second.")]


def test_it_goes_on_in_a_later_process_and_counts_in_the_profile(stocked: World, deck: Deck) -> None:
    deck.ask("Tell me of rain. " * 50, conversation="c")
    with Deck(stocked.parts()) as later:
        conversation = later.history.last_conversation()
        assert conversation == "c"
        alone, told = later.select("Shorter."), later.select("Shorter.", conversation=conversation)
        assert told.profile.input_tokens > alone.profile.input_tokens + 100


def test_a_request_of_one_turn_goes_on_as_well(stocked: World, deck: Deck) -> None:
    deck.ask("Tell me of rain.", conversation="c")
    deck.ask(Request(messages=(Message("user", "Shorter."),), conversation="c"))
    assert len(sent(stocked)) == 3


def test_a_list_of_messages_is_the_whole_conversation_already(stocked: World, deck: Deck) -> None:
    deck.ask("Tell me of rain.", conversation="c")
    deck.ask([Message("user", "Something else.")], conversation="c")
    assert sent(stocked) == [("user", "Something else.")]


def test_the_newest_system_message_stays_until_another_is_given(stocked: World, deck: Deck) -> None:
    deck.ask("One.", conversation="c", system="Be brief.")
    deck.ask("Two.", conversation="c")
    assert sent(stocked)[0] == ("system", "Be brief.")
    deck.ask("Three.", conversation="c", system="Be long.")
    assert [text for role, text in sent(stocked) if role == "system"] == ["Be long."]
    assert said(deck, "c")[0] == ("system", "Be long.")


def test_an_answer_that_broke_off_is_kept_and_one_that_never_came_is_not(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["one"] = [
        [failure(ErrorKind.NOT_FOUND)],
        [TextChunk("Half an "), failure(ErrorKind.BROKEN_STREAM)],
    ]
    for _ in range(2):
        with pytest.raises(RunFailedError):
            deck.ask("Hello.", model=MODEL.id, conversation="c")
    assert said(deck, "c") == [("user", "Hello."), ("assistant", "Half an")]


def test_a_prompt_sent_again_without_its_answer_takes_its_place(stocked: World, deck: Deck) -> None:
    deck.ask([Message("user", "Hello.")], conversation="c")
    deck.ask([Message("user", "Hello.")], conversation="c")
    assert said(deck, "c") == [("user", "Hello."), ("assistant", "Second.")]
    deck.ask("Hello.", conversation="c")
    assert len(said(deck, "c")) == 4


def test_nothing_is_kept_without_a_conversation_without_history_or_of_probes(stocked: World, deck: Deck) -> None:
    deck.ask("Hello.")
    deck.ask("Hello.", conversation="c", kind=RunKind.PROBE)
    stocked.settings = Settings(privacy=PrivacySettings(history=False))
    with Deck(stocked.parts()) as private:
        private.ask("Hello.", conversation="c")
    assert stocked.turns.turns == []
