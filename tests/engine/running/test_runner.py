"""Runs from the first event to the settled ledger, by scripted providers."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from decimal import Decimal

import pytest

from fake_stage import INPUT_TOKENS, A, B, C, Stage, plan
from fakes import Hang, Script, Scripted, Wait, World, failure, make_model, reply, thoughts
from modeldeck.domain.call import AliveChunk, Call, Chunk, StopChunk, TextChunk
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.request import Params
from modeldeck.domain.run import (
    AttemptFailed,
    AttemptStarted,
    Finished,
    ReasoningDelta,
    Selected,
    TextDelta,
    UsageUpdated,
)
from modeldeck.domain.usage import AttemptStatus, Usage


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
