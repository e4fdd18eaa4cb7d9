"""The Playground pane by itself: what it posts, and what it shows of a run."""

import pytest

from fake_answers import SELECTION, make_answer
from fake_host import Stage, hosted
from fakes import World, failure
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.run import AttemptStarted, Event, Finished, ReasoningDelta, Selected, TextDelta
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.deck import Deck
from modeldeck.tui.messages import (
    ConversationCleared,
    DryRunMade,
    DryRunRequested,
    PromptSubmitted,
    RunEvent,
    RunRefused,
    RunStopped,
    RunStopRequested,
    WhyRequested,
)
from modeldeck.tui.panes.playground import PlaygroundPane
from modeldeck.tui.screens.dry_run import DryRunScreen
from modeldeck.tui.widgets.prompt import PromptInput
from modeldeck.tui.widgets.transcript import Transcript


@pytest.fixture
def pane(furnished: World) -> PlaygroundPane:
    return PlaygroundPane(Deck(furnished.parts()))


def shown(pane: PlaygroundPane) -> str:
    transcript = pane.query_one(Transcript)
    return "\n".join(transcript.render_line(y).text.rstrip() for y in range(transcript.size.height))


async def ask(stage: Stage, pane: PlaygroundPane, words: str = "hello") -> None:
    pane.focus_primary()
    await stage.pilot.press(*words, "enter")
    await stage.until(lambda: pane.running)


async def tell(stage: Stage, pane: PlaygroundPane, *events: Event) -> None:
    for event in events:
        pane.post_message(RunEvent(event).stop())
    await stage.pilot.pause(0.12)


async def test_a_prompt_is_posted_and_shown(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        assert "sends what you type" in shown(pane)
        await ask(stage, pane)
        assert [message.prompt for message in stage.posted(PromptSubmitted)] == ["hello"]
        assert pane.query_one(PromptInput).text == ""
        await stage.until(lambda: "you\nhello" in shown(pane))
        assert "sends what you type" not in shown(pane)


async def test_an_answer_streams_in_and_settles(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        started = AttemptStarted("run-1", 1, SELECTION.model)
        await tell(stage, pane, Selected("run-1", SELECTION), started, TextDelta("run-1", "**Hi**"))
        await stage.until(lambda: "\nHi\n" in shown(pane))
        await tell(stage, pane, Finished("run-1", make_answer()))
        await stage.until(lambda: "420 in · 312 out · $0.0012" in shown(pane))
        assert not pane.running
        await stage.pilot.press("escape", "y")
        assert stage.app.copied == ["**Hi**"]


async def test_nothing_is_sent_while_an_answer_arrives(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        await stage.pilot.press(*"more", "enter")
        await stage.pilot.pause()
        assert len(stage.posted(PromptSubmitted)) == 1
        assert pane.query_one(PromptInput).text == "more"


async def test_escape_stops_the_answer_then_leaves_the_prompt(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        await stage.pilot.press("escape")
        assert len(stage.posted(RunStopRequested)) == 1
        pane.post_message(RunStopped().stop())
        await stage.until(lambda: not pane.running)
        await stage.pilot.press("escape")
        assert stage.app.focused is pane.query_one(Transcript)
        assert len(stage.posted(RunStopRequested)) == 1


async def test_letters_in_the_prompt_are_letters(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        pane.focus_primary()
        await stage.pilot.press(*"wryt")
        assert pane.query_one(PromptInput).text == "wryt"
        assert not stage.posted(WhyRequested)


async def test_after_a_failure_r_asks_the_next_model(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        failed = make_answer(status=AttemptStatus.FAILED, text="", failure=failure(ErrorKind.CREDIT))
        started = AttemptStarted("run-1", 1, SELECTION.model)
        await tell(stage, pane, Selected("run-1", SELECTION), started, Finished("run-1", failed))
        await stage.until(lambda: not pane.running)
        pane.query_one(Transcript).focus()
        await stage.pilot.press("r")
        again = stage.posted(PromptSubmitted)[-1]
        assert (again.prompt, again.retry_model) == ("hello", "cloud/vendor/gpt-5-mini")
        await stage.until(lambda: "you again, with gpt-5-mini · cloud" in shown(pane))


async def test_a_pinned_model_that_failed_gives_way_to_the_engines_choice(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        free = "cloud/vendor/deepseek-r1:free"
        failed = make_answer(status=AttemptStatus.FAILED, text="", failure=failure(ErrorKind.CREDIT))
        await tell(stage, pane, AttemptStarted("run-1", 1, free), Finished("run-1", failed))
        await stage.until(lambda: not pane.running)
        pane.query_one(Transcript).focus()
        await stage.pilot.press("r")
        assert stage.posted(PromptSubmitted)[-1].retry_model not in (None, free)


async def test_a_refusal_stays_in_the_conversation(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        pane.post_message(RunRefused("The budget [day] is reached.", "Tomorrow.").stop())
        await stage.until(lambda: "✗ The budget [day] is reached." in shown(pane))
        assert not pane.running


async def test_thinking_is_folded_and_opened_by_a_key(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        thought = ReasoningDelta("run-1", "\n".join(f"step {number}" for number in range(9)))
        await tell(stage, pane, Selected("run-1", SELECTION), thought)
        await stage.until(lambda: "step 8" in shown(pane))
        assert "step 1" not in shown(pane)
        await tell(stage, pane, TextDelta("run-1", "Done."), Finished("run-1", make_answer()))
        await stage.until(lambda: "Done." in shown(pane))
        assert "step 8" not in shown(pane)
        pane.query_one(Transcript).focus()
        await stage.pilot.press("t")
        await stage.until(lambda: "step 1" in shown(pane))


async def test_a_dry_run_is_shown_and_sends_on_enter(pane: PlaygroundPane) -> None:
    async with hosted(pane, size=(90, 30)) as stage:
        pane.focus_primary()
        await stage.pilot.press(*"hello", "ctrl+g")
        assert [message.prompt for message in stage.posted(DryRunRequested)] == ["hello"]
        pane.post_message(DryRunMade("hello", SELECTION).stop())
        await stage.until(lambda: isinstance(stage.app.screen, DryRunScreen))
        assert not stage.posted(PromptSubmitted)
        await stage.pilot.press("enter")
        await stage.until(lambda: len(stage.posted(PromptSubmitted)) == 1)


async def test_a_new_conversation_begins_empty(pane: PlaygroundPane) -> None:
    async with hosted(pane) as stage:
        await ask(stage, pane)
        await stage.pilot.press("ctrl+n")
        assert len(stage.posted(ConversationCleared)) == 1
        await stage.until(lambda: "sends what you type" in shown(pane))
        assert not pane.running
