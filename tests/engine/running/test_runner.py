"""Runs from the first event to the settled ledger, by scripted providers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import (
    Hang,
    Script,
    Scripted,
    Wait,
    World,
    failure,
    free_model,
    make_model,
    no_limit_here,
    reply,
    thoughts,
)
from modeldeck.domain.call import AliveChunk, Call, Chunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import BudgetError, ErrorKind, Failure, StorageError
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Params, make_request
from modeldeck.domain.run import (
    Answer,
    AttemptFailed,
    AttemptStarted,
    Event,
    Finished,
    ReasoningDelta,
    Selected,
    TextDelta,
    UsageUpdated,
)
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import BudgetSettings, FallbackSettings, Timeouts
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.books import Books, Plan
from modeldeck.engine.money.budget import Budget
from modeldeck.engine.running.runner import Runner

A = make_model("cloud/a", price=("1", "2"))
B = make_model("cloud/b", price=("1", "2"))
C = make_model("other/c", price=("10", "20"))
INPUT_TOKENS = 100

PROFILE = Profile(
    specialization=Specialization.QA,
    probabilities={Specialization.QA: 1.0},
    complexity=Complexity.SIMPLE,
    difficulty=0.2,
    confidence=1.0,
    input_tokens=INPUT_TOKENS,
    output_tokens=200,
)


def plan(*models: Model, params: Params = Params(), **fields: Any) -> Plan:
    selection = Selection(
        model=models[0].id,
        provider=models[0].provider,
        mode=Mode.AUTO,
        task="qa",
        tier=Tier.FALLBACK,
        strategy=Strategy.BALANCED,
        profile=PROFILE,
        reason="test",
        confidence=1.0,
        estimated_cost=None,
        fallback_chain=tuple(model.id for model in models[1:]),
    )
    request = make_request("Why is the sky blue?", params=params)
    return Plan(run="run-1", request=request, selection=selection, models=models, **fields)


class Stage:
    """A runner over the fakes, with scripts by model id."""

    def __init__(self, world: World, scripts: dict[str, Sequence[Script]], **settings: Any) -> None:
        self.world = world
        for name in ("cloud", "other"):
            own = {model.partition("/")[2]: turns for model, turns in scripts.items() if model.startswith(name)}
            world.add(name, scripts=own, timeouts=Timeouts(first_token_s=100, idle_s=10, total_s=1000))
        self.limits = Limits(world.limits, world.clock, Random(1), FallbackSettings())
        self.books = Books(
            ledger=world.ledger,
            experience=Learning(world.experience, wanted=True),
            budget=Budget(world.ledger, world.clock, settings.pop("budget", BudgetSettings())),
            limits=self.limits,
            local=no_limit_here(world),
            clock=world.clock,
            session="session-1",
        )
        self.runner = Runner(
            providers=world.providers,
            books=self.books,
            clock=world.clock,
            random=Random(1),
            settings=FallbackSettings(**settings),
        )

    async def events(self, plan: Plan) -> list[Event]:
        return [event async for event in self.runner.run(plan)]

    async def answer(self, plan: Plan) -> Answer:
        last = (await self.events(plan))[-1]
        assert isinstance(last, Finished)
        return last.answer

    @property
    def rows(self) -> list[tuple[str, AttemptStatus, ErrorKind | None]]:
        settled = [row.settled for row in self.world.ledger.rows]
        return [(s.model, s.status, s.failure.kind if s.failure else None) for s in settled if s is not None]


async def test_a_good_answer_is_told_counted_priced_and_settled(world: World) -> None:
    told = Usage(90, 30, reported=True)
    stage = Stage(world, {A.id: [reply("It scatters.", usage=told)]})
    events = await stage.events(plan(A, baseline=C))
    kinds = [type(event) for event in events if not isinstance(event, UsageUpdated)]
    assert kinds == [Selected, AttemptStarted, TextDelta, TextDelta, Finished]
    last = events[-1]
    assert isinstance(last, Finished)
    answer = last.answer
    assert (answer.status, answer.text, answer.model) == (AttemptStatus.SUCCEEDED, "It scatters. ", A.id)
    assert answer.usage == told
    assert answer.cost == Cost(Decimal("0.00015"), CostStatus.COMPUTED)
    assert answer.finish_reason == "stop"
    row = world.ledger.rows[0]
    assert row.settled == answer.attempts[0]
    assert row.saved == Decimal("0.00135")
    assert row.opened.costs_nothing is False
    assert world.experience.recorded == [("qa", "qa", answer.attempts[0])]
    assert stage.books.running() == ()


async def test_the_row_is_open_before_anything_is_sent(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        async for event in events:
            if isinstance(event, AttemptStarted):
                break
        row = world.ledger.rows[0]
        assert row.settled is None
        assert world.providers["cloud"].calls == []
        assert row.opened.reserved is not None
    assert row.settled is not None


async def test_the_prompt_is_stored_only_while_history_is_on(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]})
    await stage.events(plan(A))
    assert world.ledger.records["run-1"].prompt == "Why is the sky blue?"
    await stage.events(plan(A, keep_prompt=False))
    assert world.ledger.records["run-1"].prompt is None


async def test_failure_before_text_falls_back_and_both_are_charged(world: World) -> None:
    thought: list[Scripted] = [*thoughts("t" * 400), failure(ErrorKind.OVERLOADED)]
    stage = Stage(world, {A.id: [thought], B.id: [reply(usage=Usage(90, 10, reported=True))]})
    events = await stage.events(plan(A, B))
    failed = next(event for event in events if isinstance(event, AttemptFailed))
    assert (failed.model, failed.next, failed.failure.kind) == (A.id, B.id, ErrorKind.OVERLOADED)
    assert [event.text for event in events if isinstance(event, ReasoningDelta)] == ["t" * 400]
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.status is AttemptStatus.SUCCEEDED
    assert last.answer.usage == Usage(INPUT_TOKENS + 90, 111, reasoning_tokens=100)
    assert last.answer.cost == Cost(Decimal("0.000302") + Decimal("0.00011"), CostStatus.ESTIMATED)
    assert last.answer.reasoning == ""
    assert [status for _, status, _ in stage.rows] == [AttemptStatus.FAILED, AttemptStatus.SUCCEEDED]


async def test_failure_after_text_keeps_and_charges_the_partial_answer(world: World) -> None:
    broken: list[Scripted] = [TextChunk("a" * 40), failure(ErrorKind.BROKEN_STREAM)]
    stage = Stage(world, {A.id: [broken], B.id: [reply()]})
    events = await stage.events(plan(A, B))
    failed = next(event for event in events if isinstance(event, AttemptFailed))
    assert failed.next is None
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.answer.status is AttemptStatus.FAILED
    assert last.answer.text == "a" * 40
    assert last.answer.failure is not None
    assert last.answer.cost == Cost(Decimal("0.000122"), CostStatus.ESTIMATED)
    assert world.providers["cloud"].calls[-1].native_id == "a"


async def test_refused_request_costs_nothing(world: World) -> None:
    stage = Stage(world, {A.id: [[failure(ErrorKind.RATE_MINUTE, status=429)]], B.id: [reply()]})
    answer = await stage.answer(plan(A, B))
    assert answer.attempts[0].usage == Usage()
    assert answer.attempts[0].cost == Cost(Decimal(0), CostStatus.COMPUTED)


async def test_a_complete_answer_whose_connection_stays_open_has_succeeded(world: World) -> None:
    usage = Usage(100, 3, reported=True)
    stage = Stage(world, {A.id: [[*reply("Hello there.", usage=usage), Hang()]]})
    answer = await stage.answer(plan(A, B))
    assert (answer.status, answer.text, answer.usage) == (AttemptStatus.SUCCEEDED, "Hello there. ", usage)


async def test_silence_is_charged_with_the_prompt_because_the_provider_may_have_worked(world: World) -> None:
    stage = Stage(world, {A.id: [[Hang()]], B.id: [reply()]})
    answer = await stage.answer(plan(A, B))
    first = answer.attempts[0]
    assert first.failure is not None
    assert first.failure.message == "No answer began within 100 s."
    assert first.cost == Cost(Decimal("0.0001"), CostStatus.ESTIMATED)
    assert answer.status is AttemptStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([StopChunk("stop")], "The answer is empty."),
        ([], "The answer is empty."),
        ([StopChunk("content_filter")], "The answer is empty. Its finish reason is 'content_filter'."),
        ([*thoughts("hm"), StopChunk("stop")], "The model only thought and gave no answer."),
        ([TextChunk(""), StopChunk("stop")], "The answer is empty."),
        ([TextChunk(" \n"), TextChunk("\n"), StopChunk("stop")], "The answer is empty."),
    ],
)
async def test_an_answer_without_text_is_a_failure_and_falls_back(world: World, script: Script, message: str) -> None:
    stage = Stage(world, {A.id: [script], B.id: [reply()]})
    answer = await stage.answer(plan(A, B))
    first = answer.attempts[0]
    assert first.failure == Failure(ErrorKind.EMPTY, message)
    assert answer.model == B.id


@pytest.mark.parametrize("reason", ["tool_calls", "function_call", "tool_use"])
async def test_an_answer_that_calls_a_tool_is_complete_without_text(world: World, reason: str) -> None:
    stage = Stage(world, {A.id: [[StopChunk(reason)]], B.id: [reply()]})
    answer = await stage.answer(plan(A, B))
    assert (answer.status, answer.model, answer.finish_reason) == (AttemptStatus.SUCCEEDED, A.id, reason)


async def test_a_model_that_failed_is_excluded_and_one_that_answered_is_not(world: World) -> None:
    stage = Stage(world, {A.id: [[failure(ErrorKind.OVERLOADED)], reply()], B.id: [reply()]})
    await stage.events(plan(A, B))
    assert set(stage.limits.excluded()) == {A.id}
    await stage.events(plan(A))
    assert stage.limits.excluded() == {}


async def test_minute_limit_of_the_only_model_is_waited_for_once(world: World) -> None:
    limited = [failure(ErrorKind.RATE_MINUTE, retry_after_s=20.0)]
    stage = Stage(world, {A.id: [limited, reply()]})
    events = await stage.events(plan(A))
    failed = next(event for event in events if isinstance(event, AttemptFailed))
    assert (failed.next, failed.wait_s) == (A.id, 20.0)
    assert world.clock.elapsed == pytest.approx(20)
    assert stage.rows[-1][1] is AttemptStatus.SUCCEEDED


async def test_refused_parameter_is_left_out_in_the_second_attempt(world: World) -> None:
    refused = [failure(ErrorKind.PARAMETER, parameter="temperature")]
    stage = Stage(world, {A.id: [refused, reply()], B.id: [reply()]})
    answer = await stage.answer(plan(A, B, params=Params(temperature=0.7, max_tokens=99)))
    sent = [call.params for call in world.providers["cloud"].calls]
    assert sent == [Params(temperature=0.7, max_tokens=99), Params(max_tokens=99)]
    assert answer.model == A.id


async def test_at_most_four_attempts_by_default(world: World) -> None:
    models = [make_model(f"cloud/m{number}") for number in range(6)]
    stage = Stage(world, {model.id: [[failure(ErrorKind.MALFORMED)]] for model in models})
    answer = await stage.answer(plan(*models))
    assert len(answer.attempts) == 4
    assert answer.status is AttemptStatus.FAILED
    assert answer.failure is not None


async def test_every_attempt_starts_with_its_number(world: World) -> None:
    stage = Stage(world, {A.id: [[failure(ErrorKind.EMPTY)]], B.id: [reply()]})
    events = await stage.events(plan(A, B))
    started = [(event.number, event.model) for event in events if isinstance(event, AttemptStarted)]
    assert started == [(1, A.id), (2, B.id)]
    assert [row.opened.number for row in world.ledger.rows] == [1, 2]


async def test_cancelling_closes_the_stream_and_keeps_the_cost_so_far(world: World) -> None:
    stage = Stage(world, {A.id: [[TextChunk("a" * 400), Hang()]], B.id: [reply()]})
    text = asyncio.Event()

    async def watch() -> None:
        async for event in stage.runner.run(plan(A, B)):
            if isinstance(event, TextDelta):
                text.set()

    task = asyncio.ensure_future(watch())
    await text.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.providers["cloud"].open_streams == 0
    assert stage.rows == [(A.id, AttemptStatus.CANCELLED, None)]
    settled = world.ledger.rows[0].settled
    assert settled is not None
    assert settled.cost == Cost(Decimal("0.000302"), CostStatus.ESTIMATED)
    assert world.experience.recorded == []
    assert stage.limits.excluded() == {}


@pytest.mark.parametrize("until", [AttemptStarted, TextDelta, ReasoningDelta, UsageUpdated])
async def test_closing_the_iterator_settles_as_cancelled_wherever_it_happens(world: World, until: type[Event]) -> None:
    stage = Stage(world, {A.id: [[*thoughts("hm"), *reply()]]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        async for event in events:
            if isinstance(event, until):
                break
    assert stage.rows == [(A.id, AttemptStatus.CANCELLED, None)]
    assert world.providers["cloud"].open_streams == 0
    assert stage.books.running() == ()


async def test_closing_before_the_prompt_is_sent_costs_nothing(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        async for event in events:
            if isinstance(event, AttemptStarted):
                break
    settled = world.ledger.rows[0].settled
    assert settled is not None
    assert settled.cost == Cost(Decimal(0), CostStatus.COMPUTED)


async def test_cancelling_while_the_provider_is_silent_charges_the_prompt(world: World) -> None:
    stage = Stage(world, {A.id: [[Hang()]]})
    task = asyncio.ensure_future(stage.events(plan(A)))
    while not world.providers["cloud"].calls:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    settled = world.ledger.rows[0].settled
    assert settled is not None
    assert settled.cost == Cost(Decimal("0.0001"), CostStatus.ESTIMATED)


async def test_a_ledger_that_fails_leaves_nothing_in_flight(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise StorageError("The disk is full.")

    stage = Stage(world, {A.id: [reply()]})
    monkeypatch.setattr(world.ledger, "settle_attempt", full)
    with pytest.raises(StorageError):
        await stage.events(plan(A))
    assert stage.books.running() == ()
    assert world.providers["cloud"].open_streams == 0


async def test_closing_before_anything_is_sent_writes_nothing(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        assert isinstance(await anext(events), Selected)
    assert world.ledger.rows == []


async def test_a_defect_settles_the_row_as_interrupted_and_is_not_hidden(world: World) -> None:
    stage = Stage(world, {A.id: [[TextChunk("x"), ZeroDivisionError()]]})
    with pytest.raises(ZeroDivisionError):
        await stage.events(plan(A))
    assert stage.rows == [(A.id, AttemptStatus.INTERRUPTED, None)]


async def test_keep_alives_hold_off_the_idle_limit_and_show_nothing(world: World) -> None:
    patient: list[Scripted] = [AliveChunk(), Wait(9)] * 20
    stage = Stage(world, {A.id: [[*patient, *reply("Hi.")]]})
    events = await stage.events(plan(A))
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Hi. "]


async def test_running_totals_come_at_most_twenty_times_a_second(world: World) -> None:
    script: list[Scripted] = []
    for _ in range(1000):
        script += [TextChunk("word "), Wait(0.001)]
    stage = Stage(world, {A.id: [[*script, StopChunk("stop")]]})
    events = await stage.events(plan(A))
    updates = [event for event in events if isinstance(event, UsageUpdated)]
    assert 15 <= len(updates) <= 22
    assert [event.final for event in updates].count(True) == 1
    outputs = [event.usage.output_tokens for event in updates]
    assert outputs == sorted(outputs)
    assert updates[-1].tokens_per_second == pytest.approx(1250, rel=0.02)


async def test_time_to_first_text_starts_with_the_sending_of_the_answering_attempt(world: World) -> None:
    slow: list[Scripted] = [Wait(3), failure(ErrorKind.OVERLOADED)]
    stage = Stage(world, {A.id: [slow], B.id: [[Wait(0.5), *reply()]]})
    answer = await stage.answer(plan(A, B))
    assert answer.ttft_ms == pytest.approx(500)
    assert answer.attempts[0].latency_ms == pytest.approx(3000)


async def test_neither_the_watcher_nor_the_loading_of_a_client_counts_as_waiting_for_the_answer(world: World) -> None:
    stage = Stage(world, {A.id: [[Wait(0.5), *reply()]]})
    provider = world.providers["cloud"]
    stream = provider.stream

    def stream_after_loading(call: Call) -> AsyncIterator[Chunk]:
        world.clock.advance(0.1)
        return stream(call)

    provider.stream = stream_after_loading  # type: ignore[method-assign]  # the fake has no place for slow loading
    async for event in stage.runner.run(plan(A)):
        if isinstance(event, AttemptStarted):
            world.clock.advance(0.2)
    settled = world.ledger.rows[0].settled
    assert settled is not None
    assert settled.ttft_ms == pytest.approx(500)
    assert settled.latency_ms == pytest.approx(500)


async def test_a_reported_cost_is_charged_instead_of_the_computed_one(world: World) -> None:
    script: list[Scripted] = [
        TextChunk("Hi."),
        UsageChunk(Usage(90, 10), Decimal("0.5"), tokens_per_second=77.0),
        StopChunk("stop"),
    ]
    stage = Stage(world, {A.id: [script]})
    answer = await stage.answer(plan(A))
    assert answer.cost == Cost(Decimal("0.5"), CostStatus.REPORTED)
    assert answer.tokens_per_second == 77.0


async def test_unknown_price_stays_unknown(world: World) -> None:
    riddle = make_model("cloud/riddle", price=None)
    stage = Stage(world, {riddle.id: [reply()]})
    assert (await stage.answer(plan(riddle))).cost == Cost(None, CostStatus.UNKNOWN)


async def test_a_budget_cuts_the_answer_and_reserves_the_rest(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]}, budget=BudgetSettings(day_usd=Decimal("0.002")))
    model = A._replace(context=None)
    await stage.events(plan(model))
    (call,) = world.providers["cloud"].calls
    assert call.params.max_tokens == 937  # (0.002 USD - 125 input tokens at 1 USD/M) at 2 USD/M
    assert world.ledger.rows[0].opened.reserved == Decimal("0.001999")


@pytest.mark.parametrize(("able", "expected"), [(None, None), (500, 500), (90_000, 7_900)])
async def test_a_call_says_how_much_can_come_back(world: World, able: int | None, expected: int | None) -> None:
    stage = Stage(world, {A.id: [reply()]})
    await stage.events(plan(A._replace(context=8_000, max_output=able)))
    (call,) = world.providers["cloud"].calls
    assert (call.max_output, call.params.max_tokens) == (expected, None)  # of 8,000, 100 are sent


async def test_nothing_is_sent_or_written_over_budget(world: World) -> None:
    stage = Stage(world, {A.id: [reply()]}, budget=BudgetSettings(day_usd=Decimal("0.0001")))
    with pytest.raises(BudgetError):
        await stage.events(plan(A))
    assert world.ledger.rows == []
    assert world.providers["cloud"].calls == []


async def test_over_budget_the_chain_is_searched_for_what_can_be_paid(world: World) -> None:
    free = free_model("cloud/gratis:free")
    stage = Stage(world, {A.id: [reply()], free.id: [reply()]}, budget=BudgetSettings(day_usd=Decimal("0.0001")))
    events = await stage.events(plan(A, B, free))
    selected = events[0]
    assert isinstance(selected, Selected)
    assert selected.selection.model == free.id
    assert selected.selection.reason.startswith(f"{free.id} instead of {A.id}: ")
    assert [row[0] for row in stage.rows] == [free.id]


async def test_falling_back_passes_over_what_the_budget_does_not_pay(world: World) -> None:
    dear = make_model("other/dear", price=("10000", "10000"), context=None)
    stage = Stage(
        world, {A.id: [[failure(ErrorKind.OVERLOADED)]], B.id: [reply()]}, budget=BudgetSettings(day_usd=Decimal(1))
    )
    answer = await stage.answer(plan(A, dear, B, params=Params(max_tokens=100)))
    assert [attempt.model for attempt in answer.attempts] == [A.id, B.id]


async def test_the_callers_deadline_ends_the_run_without_another_attempt(world: World) -> None:
    stage = Stage(world, {A.id: [[Hang()]], B.id: [reply()]})
    answer = await stage.answer(plan(A, B, deadline=world.clock.monotonic() + 5))
    assert answer.failure is not None
    assert answer.failure.message == "The time given for this answer is over."
    assert len(answer.attempts) == 1


async def test_running_cost_is_visible_while_it_streams(world: World) -> None:
    stage = Stage(world, {A.id: [[TextChunk("a" * 4000), Hang()]]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        async for event in events:
            if isinstance(event, UsageUpdated):
                break
        assert stage.books.running() == (Cost(Decimal("0.002102"), CostStatus.ESTIMATED),)
        assert stage.books.in_flight() == {A.id: 1}
    assert stage.books.running() == ()


def scripts() -> st.SearchStrategy[Script]:
    chunk = st.one_of(
        st.text(max_size=8).map(TextChunk),
        st.just(AliveChunk()),
        st.sampled_from(ErrorKind).map(failure),
        st.builds(UsageChunk, st.builds(Usage, st.integers(0, 50), st.integers(0, 50))),
        st.just(StopChunk("stop")),
        st.just(Hang()),
        st.floats(0, 200).map(Wait),
    )
    return st.lists(chunk, max_size=6)


@given(turns=st.lists(scripts(), min_size=1, max_size=4), stop_after=st.none() | st.integers(0, 12))
def test_whatever_happens_every_row_is_settled_and_the_sums_agree(turns: list[Script], stop_after: int | None) -> None:
    world = World()
    stage = Stage(world, {A.id: turns, B.id: list(reversed(turns)), C.id: turns})

    async def drive() -> list[Event]:
        seen: list[Event] = []
        async with aclosing(stage.runner.run(plan(A, B, C))) as events:
            async for event in events:
                seen.append(event)
                if stop_after is not None and len(seen) > stop_after:
                    break
        return seen

    seen = asyncio.run(drive())
    assert all(row.settled is not None for row in world.ledger.rows)
    assert stage.books.running() == ()
    assert all(provider.open_streams == 0 for provider in world.providers.values())
    if stop_after is None:
        last = seen[-1]
        assert isinstance(last, Finished)
        costs = [row.settled.cost.usd or Decimal(0) for row in world.ledger.rows if row.settled is not None]
        assert last.answer.cost.usd == sum(costs)
        assert (last.answer.failure is None) == (last.answer.status is AttemptStatus.SUCCEEDED)
