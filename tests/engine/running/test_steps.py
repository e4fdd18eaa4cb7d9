"""Work in several steps."""

import pytest

from fakes import World, failure, make_model, reply
from modeldeck.domain.errors import ErrorKind, UsageError
from modeldeck.domain.request import Message, Request
from modeldeck.domain.run import RunFailedError, StepFailedError
from modeldeck.engine.deck import Deck

MODEL = make_model("cloud/one")


def prompts(world: World) -> list[str]:
    return [call.messages[-1].text for call in world.providers["cloud"].calls]


def test_steps_of_every_form_run_in_their_order(stocked: World, deck: Deck) -> None:
    answers = deck.run_steps(
        [
            "one",
            {"prompt": "two", "task": "coding"},
            Request(messages=(Message("user", "three"),)),
            lambda before: f"after {len(before)}: {before[0].text.strip()}",
            lambda before: {"prompt": before[-1].model, "task": "math"},
        ],
        task="chat",
    )
    assert prompts(stocked) == ["one", "two", "three", "after 3: First.", MODEL.id]
    assert [answer.selection.task for answer in answers] == ["chat", "coding", "chat", "chat", "math"]
    assert len({answer.run for answer in answers}) == len(stocked.ledger.records) == 5


def test_no_step_is_no_answer(deck: Deck) -> None:
    assert deck.run_steps([]) == []


def test_one_conversation_carries_what_was_said(stocked: World, deck: Deck) -> None:
    deck.run_steps(["one", "two"], conversation="c")
    assert [message.text.strip() for message in stocked.providers["cloud"].calls[-1].messages] == [
        "one",
        "First.",
        "two",
    ]


def test_a_failed_step_ends_the_work_and_keeps_what_was_done(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["one"] = [reply("First."), [failure(ErrorKind.NOT_FOUND)]]
    with pytest.raises(StepFailedError, match="Step 2: cloud/one failed") as caught:
        deck.run_steps(["one", "two", "three"])
    assert [answer.text.strip() for answer in caught.value.answers] == ["First."]
    assert isinstance(caught.value, RunFailedError)
    assert caught.value.answer.text == ""
    assert prompts(stocked) == ["one", "two"]


def test_fields_without_a_prompt_are_refused(deck: Deck) -> None:
    with pytest.raises(UsageError, match="Step 1 has no prompt"):
        deck.run_steps([{"task": "chat"}])  # type: ignore[list-item]  # what the error is about
