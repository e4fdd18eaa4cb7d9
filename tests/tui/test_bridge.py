import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from textual.message import Message as TextualMessage
from textual.message_pump import MessagePump

from fakes import World, make_model
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.request import Message
from modeldeck.domain.run import AttemptStarted, Event, ReasoningDelta, RunSummary, TextDelta, UsageUpdated
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import AttemptStatus, RunKind, Usage
from modeldeck.engine.deck import Deck
from modeldeck.tui.bridge import dry_run, preview, run_fields, stream_run
from modeldeck.tui.messages import DryRunMade, Previewed, RunEvent, RunRefused, RunStopped


class Target:
    """Collects what is posted."""

    def __init__(self) -> None:
        self.posted: list[TextualMessage] = []

    def post_message(self, message: TextualMessage) -> bool:
        self.posted.append(message)
        return True

    @property
    def pump(self) -> MessagePump:
        return cast("MessagePump", self)

    @property
    def events(self) -> list[Event]:
        return [message.event for message in self.posted if isinstance(message, RunEvent)]


class Playing:
    """A deck that plays events: between two of them it lets the loop turn, or waits for ever at the end."""

    def __init__(self, events: list[Event], *, hang: bool = False, runs: tuple[RunSummary, ...] = ()) -> None:
        self._events = events
        self._hang = hang
        self._runs = runs
        self.closed = False

    async def run(self, prompt: object, **fields: Any) -> AsyncIterator[Event]:
        try:
            for event in self._events:
                yield event
            if self._hang:
                await asyncio.get_running_loop().create_future()
        finally:
            self.closed = True

    @property
    def history(self) -> "Playing":
        return self

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        return self._runs[:limit]

    @property
    def deck(self) -> Deck:
        return cast("Deck", self)


def counted(tokens: int, *, final: bool = False) -> UsageUpdated:
    return UsageUpdated("r1", Usage(output_tokens=tokens), Cost(Decimal(tokens), CostStatus.ESTIMATED), final)


ASKED = [Message("user", "hi")]


async def test_a_flood_of_deltas_becomes_few_messages_and_loses_nothing() -> None:
    flood: list[Event] = []
    for number in range(500):
        flood += [TextDelta("r1", f"{number} "), counted(number)]
    target = Target()
    await stream_run(
        target.pump, Playing([AttemptStarted("r1", 1, "a/b"), *flood, counted(500, final=True)]).deck, ASKED, {}, "c"
    )
    texts = [event.text for event in target.events if isinstance(event, TextDelta)]
    assert "".join(texts) == "".join(f"{number} " for number in range(500))
    assert len(target.posted) < 50
    assert target.events[-1] == counted(500, final=True)


async def test_thinking_and_answer_keep_their_order() -> None:
    parts: list[Event] = [ReasoningDelta("r1", "hm "), ReasoningDelta("r1", "so"), TextDelta("r1", "yes")]
    target = Target()
    await stream_run(target.pump, Playing(parts).deck, ASKED, {}, "c")
    assert target.events == [ReasoningDelta("r1", "hm so"), TextDelta("r1", "yes")]


async def test_cancelling_closes_the_stream_and_is_told_after_the_last_text() -> None:
    playing, target = Playing([TextDelta("r1", "half")], hang=True), Target()
    task = asyncio.create_task(stream_run(target.pump, playing.deck, ASKED, {}, "c"))
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert playing.closed
    assert target.events == [TextDelta("r1", "half")]
    assert isinstance(target.posted[-1], RunStopped)


async def test_a_stopped_run_is_told_with_what_the_ledger_holds() -> None:
    summary = RunSummary(
        run="r1",
        at=datetime(2026, 7, 1, tzinfo=UTC),
        kind=RunKind.PROMPT,
        task="chat",
        mode=Mode.AUTO,
        model="a/b",
        status=AttemptStatus.CANCELLED,
        cost=Cost(Decimal(137), CostStatus.ESTIMATED),
        attempts=1,
        input_tokens=9,
        output_tokens=137,
    )
    target = Target()
    playing = Playing([TextDelta("r1", "half"), counted(131)], hang=True, runs=(summary,))
    task = asyncio.create_task(stream_run(target.pump, playing.deck, ASKED, {}, "c"))
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    last = target.events[-1]
    assert isinstance(last, UsageUpdated)
    assert (last.usage.output_tokens, last.cost, last.final) == (137, summary.cost, True)
    assert isinstance(target.posted[-1], RunStopped)


async def test_a_run_that_cannot_start_is_refused_in_words(world: World) -> None:
    world.add("locked", needs_key=True, has_key=False)
    target = Target()
    await stream_run(target.pump, Deck(world.parts()), ASKED, {}, "c")
    assert isinstance(target.posted[-1], RunRefused)
    assert target.posted[-1].message


def test_a_dry_run_answers_the_question_it_was_asked(furnished: World) -> None:
    target = Target()
    dry_run(
        target.pump, Deck(furnished.parts()), "hi", ASKED, {"model": "cloud/vendor/gpt-5-mini", "mode": Mode.MANUAL}
    )
    (made,) = target.posted
    assert isinstance(made, DryRunMade)
    assert made.prompt == "hi"
    assert made.selection is not None
    assert made.selection.model == "cloud/vendor/gpt-5-mini"
    assert furnished.ledger.rows == []


CHOSEN = "cloud/vendor/gpt-5-mini"


@pytest.mark.parametrize(
    ("state", "task", "retry", "fields"),
    [
        (DeckState(), None, None, {}),
        (DeckState(mode=Mode.AUTO, preferred=CHOSEN), "coding", None, {"task": "coding"}),
        (DeckState(mode=Mode.MANUAL, preferred=CHOSEN), None, None, {"mode": Mode.MANUAL, "model": CHOSEN}),
        (DeckState(mode=Mode.HYBRID, preferred=CHOSEN), None, None, {"mode": Mode.HYBRID, "preferred": CHOSEN}),
        (DeckState(mode=Mode.MANUAL), None, None, {}),
        (DeckState(mode=Mode.HYBRID, preferred=CHOSEN), None, "a/b", {"mode": Mode.MANUAL, "model": "a/b"}),
    ],
    ids=["nothing chosen", "auto leaves it to the task", "manual", "hybrid", "manual without a model", "retry"],
)
def test_what_the_mode_on_screen_asks_of_the_engine(
    state: DeckState, task: str | None, retry: str | None, fields: dict[str, Any]
) -> None:
    assert run_fields(state, task, retry) == fields


@pytest.mark.parametrize(
    "state", [DeckState(), DeckState(mode=Mode.MANUAL, preferred="home/llama3.1:8b")], ids=["auto", "manual"]
)
def test_a_preview_also_says_what_the_engine_would_choose_by_itself(furnished: World, state: DeckState) -> None:
    target = Target()
    with Deck(furnished.parts()) as deck:
        preview(target.pump, deck, run_fields(state, None))
        free_choice = deck.select("", infer_task=True).model
    (posted,) = target.posted
    assert isinstance(posted, Previewed)
    assert posted.recommended == free_choice
    assert posted.selection is not None
    assert posted.selection.model == (state.preferred or free_choice)


def test_without_any_key_the_preview_says_so_instead_of_counting_models(world: World) -> None:
    world.add("cloud", make_model("cloud/x/one"), needs_key=True, has_key=False)
    target = Target()
    with Deck(world.parts()) as deck:
        preview(target.pump, deck, {})
    (posted,) = target.posted
    assert isinstance(posted, Previewed)
    assert posted.problem == "No model can be called yet: no key is set."
    assert posted.recommended is None
