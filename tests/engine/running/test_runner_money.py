"""What a run costs, and how a budget bounds it."""

from contextlib import aclosing
from decimal import Decimal

import pytest

from fake_stage import A, B, Stage, plan
from fakes import Hang, Scripted, World, failure, free_model, make_model, reply
from modeldeck.domain.call import StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import BudgetError, ErrorKind
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.request import Params
from modeldeck.domain.run import Selected, UsageUpdated
from modeldeck.domain.settings import BudgetSettings
from modeldeck.domain.usage import Usage


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


async def test_running_cost_is_visible_while_it_streams(world: World) -> None:
    stage = Stage(world, {A.id: [[TextChunk("a" * 4000), Hang()]]})
    async with aclosing(stage.runner.run(plan(A))) as events:
        async for event in events:
            if isinstance(event, UsageUpdated):
                break
        assert stage.books.running() == (Cost(Decimal("0.002102"), CostStatus.ESTIMATED),)
        assert stage.books.in_flight() == {A.id: 1}
    assert stage.books.running() == ()
