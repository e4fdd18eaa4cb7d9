"""The books: reservations that never overlap, rows that are settled once, sums that keep their status."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import World, make_model, no_limit_here
from modeldeck.domain.errors import BudgetError
from modeldeck.domain.pricing import NO_COST, UNKNOWN_COST, ZERO, Cost, CostStatus
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Params, make_request
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import BudgetSettings, FallbackSettings
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.books import Books, Plan, total_cost, total_usage
from modeldeck.engine.money.budget import Budget

MODEL = make_model("cloud/paid", price=("1", "10"), context=None)
PLAN = Plan(
    run="run-1",
    request=make_request("Hello"),
    selection=Selection(
        model=MODEL.id,
        provider="cloud",
        mode=Mode.AUTO,
        task="chat",
        tier=Tier.FALLBACK,
        strategy=Strategy.BALANCED,
        profile=Profile(Specialization.CHAT, {Specialization.CHAT: 1.0}, Complexity.TRIVIAL, 0.1, 1.0, 0, 100),
        reason="test",
        confidence=1.0,
        estimated_cost=None,
    ),
    models=(MODEL,),
)


def books(world: World, limit: str = "1000") -> Books:
    world.add("cloud", MODEL)
    return Books(
        ledger=world.ledger,
        experience=Learning(world.experience, wanted=True),
        budget=Budget(world.ledger, world.clock, BudgetSettings(day_usd=Decimal(limit))),
        limits=Limits(world.limits, world.clock, Random(1), FallbackSettings()),
        local=no_limit_here(world),
        clock=world.clock,
        session="session-1",
    )


def test_many_threads_cannot_reserve_more_than_the_limit(world: World) -> None:
    book = books(world, limit="0.05")

    def reserve(number: int) -> bool:
        try:
            book.open(PLAN, MODEL, Params(max_tokens=1000), number)
        except BudgetError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        admitted = sum(pool.map(reserve, range(2, 40)))
    assert admitted == 5
    assert world.ledger.reserved() == Decimal("0.05")


def test_settling_twice_counts_once(world: World) -> None:
    book = books(world)
    entry = book.open(PLAN, MODEL, Params(), 1)
    attempt = Attempt(model=MODEL.id, status=AttemptStatus.SUCCEEDED, usage=Usage(1, 1, reported=True))
    book.settle(entry, attempt, world.providers["cloud"])
    book.settle(entry, attempt, world.providers["cloud"])
    assert len(world.experience.recorded) == 1
    assert book.running() == ()
    assert book.in_flight() == {}


def test_sums_of_nothing() -> None:
    assert total_cost(()) == NO_COST
    assert total_usage(()) == Usage()


def test_usage_is_reported_only_when_every_attempt_that_used_tokens_was() -> None:
    told, guessed = Usage(10, 5, reported=True), Usage(10, 5)
    assert total_usage((told, Usage(), told)) == Usage(20, 10, reported=True)
    assert total_usage((told, guessed)).reported is False


costs = st.one_of(
    st.just(UNKNOWN_COST),
    st.builds(
        Cost,
        st.decimals(0, 10, places=9),
        st.sampled_from([CostStatus.REPORTED, CostStatus.COMPUTED, CostStatus.ESTIMATED]),
    ),
)


@given(st.lists(costs, min_size=1, max_size=5))
def test_a_sum_is_as_weak_as_its_weakest_part_and_never_invents_money(parts: Sequence[Cost]) -> None:
    total = total_cost(tuple(parts))
    assert (total.status is CostStatus.UNKNOWN) == any(part.status is CostStatus.UNKNOWN for part in parts)
    known = [part.usd for part in parts if part.usd is not None]
    assert total.usd == (sum(known) if known else None)


def test_no_other_process_reserves_between_the_check_and_the_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the budget reads and the row that rests on it are inside one exclusive section of the ledger."""
    steps: list[str] = []

    @contextmanager
    def section() -> Iterator[None]:
        steps.append("begin")
        yield
        steps.append("end")

    def reserved(task: str | None = None) -> Decimal:
        steps.append("check")
        return ZERO

    def open_attempt(attempt: OpenAttempt) -> int:
        steps.append("row")
        return 1

    monkeypatch.setattr(world.ledger, "exclusively", section)
    monkeypatch.setattr(world.ledger, "reserved", reserved)
    monkeypatch.setattr(world.ledger, "open_attempt", open_attempt)
    books(world).open(PLAN, MODEL, Params(max_tokens=1000), 2)
    assert steps == ["begin", "check", "row", "end"]
