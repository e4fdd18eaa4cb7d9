"""Runs that are cancelled, closed or broken off."""

import asyncio
from contextlib import aclosing
from decimal import Decimal

import pytest

from fake_stage import A, B, Stage, plan
from fakes import Hang, World, reply, thoughts
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import StorageError
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.run import AttemptStarted, Event, ReasoningDelta, Selected, TextDelta, UsageUpdated
from modeldeck.domain.usage import AttemptStatus


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


async def test_the_callers_deadline_ends_the_run_without_another_attempt(world: World) -> None:
    stage = Stage(world, {A.id: [[Hang()]], B.id: [reply()]})
    answer = await stage.answer(plan(A, B, deadline=world.clock.monotonic() + 5))
    assert answer.failure is not None
    assert answer.failure.message == "The time given for this answer is over."
    assert len(answer.attempts) == 1
