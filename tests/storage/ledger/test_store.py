"""Attempts, runs and selections in the ledger, and their sums."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest

from fake_records import DAY, MODEL, SESSION, a_run, a_selection, an_attempt, an_opening
from fakes import FakeClock
from modeldeck.domain.errors import BudgetError, ErrorKind, Failure, StorageError
from modeldeck.domain.pricing import NO_COST, UNKNOWN_COST, ZERO, Cost, CostStatus
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.usage import AttemptStatus, PeriodName, RunKind, Totals, Usage
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.selection_rows import REJECTIONS_KEPT
from modeldeck.storage.ledger.store import SqliteLedger

PERIODS: tuple[PeriodName, ...] = ("session", "today", "month", "all")


@pytest.fixture
def other_process(database: Database, clock: FakeClock) -> Iterator[SqliteLedger]:
    """A ledger on the same file, over a connection of its own, in another session."""
    database.open()
    with closing(Database(database.path, clock)) as connection:
        yield SqliteLedger(connection, clock, "another-session")


def row(database: Database, columns: str) -> tuple[object, ...]:
    ((*values,),) = database.rows(f"SELECT {columns} FROM attempts")
    return tuple(values)


def test_an_attempt_is_an_open_row_before_anything_is_sent(database: Database, ledger: SqliteLedger) -> None:
    ledger.open_attempt(an_opening())
    assert row(database, "status, model, reserved_nano, cost_nano") == ("open", MODEL, 20_000_000, None)
    assert ledger.totals("all", DAY) == Totals()
    assert ledger.reserved() == Decimal("0.02")


def test_a_settled_attempt_counts_everywhere_and_reserves_nothing(ledger: SqliteLedger) -> None:
    key = ledger.open_attempt(an_opening())
    ledger.settle_attempt(key, an_attempt(), Decimal("0.004"))
    expected = Totals(
        requests=1,
        succeeded=1,
        input_tokens=100,
        output_tokens=40,
        cached_tokens=10,
        reasoning_tokens=8,
        cost_usd=Decimal("0.001"),
        saved_usd=Decimal("0.004"),
    )
    assert [ledger.totals(period, DAY) for period in PERIODS] == [expected] * 4
    assert ledger.reserved() == ZERO


def test_everything_about_an_attempt_is_kept(database: Database, ledger: SqliteLedger, clock: FakeClock) -> None:
    key = ledger.open_attempt(an_opening(baseline="cloud/vendor/dear"))
    clock.advance(1.5)
    failure = Failure(ErrorKind.OVERLOADED, "capacity [exceeded]", 503)
    ledger.settle_attempt(key, an_attempt(status=AttemptStatus.FAILED, failure=failure), None)
    assert row(database, "run, number, session, task, tier, mode, baseline, estimated_input") == (
        "run-1", 1, SESSION, "chat", "fallback", "auto", "cloud/vendor/dear", 120,
    )  # fmt: skip
    assert row(database, "status, error_kind, error_message, error_status, cost_status") == (
        "failed", "overloaded", "capacity [exceeded]", 503, "reported",
    )  # fmt: skip
    assert row(database, "input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens") == (
        100, 40, 10, 5, 8,
    )  # fmt: skip
    assert row(database, "latency_ms, ttft_ms, tokens_per_second, tokens_reported") == (800.0, 150.0, 60.0, 1)
    assert row(database, "at, finished_at") == ("2026-09-01T12:00:00+00:00", "2026-09-01T12:00:01.500000+00:00")


def test_a_second_settlement_changes_nothing(ledger: SqliteLedger) -> None:
    key = ledger.open_attempt(an_opening())
    ledger.settle_attempt(key, an_attempt(), None)
    once = ledger.totals("all", DAY)
    ledger.settle_attempt(key, an_attempt(cost=Cost(Decimal(5), CostStatus.REPORTED)), Decimal(1))
    assert ledger.totals("all", DAY) == once
    assert ledger.totals("session", DAY) == once


def test_unknown_cost_stays_unknown_and_is_counted(database: Database, ledger: SqliteLedger) -> None:
    ledger.settle_attempt(ledger.open_attempt(an_opening(reserved=None)), an_attempt(cost=UNKNOWN_COST), None)
    totals = ledger.totals("today", DAY)
    assert (totals.cost_usd, totals.unpriced_requests, totals.requests) == (ZERO, 1, 1)
    assert row(database, "cost_nano, saved_nano") == (None, None)


def test_estimates_and_free_attempts_are_told_apart(ledger: SqliteLedger) -> None:
    estimated = Cost(Decimal("0.0005"), CostStatus.ESTIMATED)
    ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(cost=estimated), None)
    ledger.settle_attempt(ledger.open_attempt(an_opening(costs_nothing=True)), an_attempt(cost=NO_COST), None)
    totals = ledger.totals("today", DAY)
    assert (totals.cost_usd, totals.estimated_usd) == (Decimal("0.0005"), Decimal("0.0005"))
    assert totals.free_share == 0.5


def test_one_nano_dollar_is_not_lost(ledger: SqliteLedger) -> None:
    for _ in range(3):
        cost = Cost(Decimal("0.000000001"), CostStatus.COMPUTED)
        ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(cost=cost), None)
    assert ledger.totals("all", DAY).cost_usd == Decimal("0.000000003")


@pytest.mark.parametrize("absurd", ["1e30", "1e999999", "-1e30", "Infinity", "NaN"])
def test_an_absurd_amount_breaks_no_sum(ledger: SqliteLedger, absurd: str) -> None:
    for _ in range(2):
        cost = Cost(Decimal(absurd), CostStatus.REPORTED)
        ledger.settle_attempt(ledger.open_attempt(an_opening(reserved=Decimal(absurd))), an_attempt(cost=cost), None)
    assert abs(ledger.totals("all", DAY).cost_usd) <= 200_000_000


def test_absurd_token_counts_break_no_sum(ledger: SqliteLedger) -> None:
    for count in (10**30, 10**30, -5):
        opened = an_opening(input_tokens=count)
        ledger.settle_attempt(ledger.open_attempt(opened), an_attempt(usage=Usage(count, count)), None)
    assert ledger.totals("all", DAY).output_tokens == 2 * 10**12


def test_half_characters_from_a_command_line_or_a_server_are_survived(ledger: SqliteLedger) -> None:
    ledger.start_run(a_run(prompt="caf\udce9 \x00 [red] \x1b[31m", selection=a_selection(reason="\ud800")))
    failure = Failure(ErrorKind.MALFORMED, "<html>\udfff")
    opened = ledger.open_attempt(an_opening(model="cloud/\ud83d"))
    ledger.settle_attempt(opened, an_attempt(status=AttemptStatus.FAILED, failure=failure), None)
    ledger.record_external(an_opening(model="cloud/\ud83d"), an_attempt())
    stored = ledger.selection("run-1")
    assert stored is not None
    assert (stored.prompt, stored.selection.reason) == ("caf? \x00 [red] \x1b[31m", "?")
    assert [group.key for group in ledger.groups("all", DAY, "model")] == ["cloud/?"]


def test_periods_hold_the_right_days(ledger: SqliteLedger) -> None:
    for day in ("2025-09-01", "2026-08-31", "2026-09-01", "2026-09-30", "2026-10-01"):
        ledger.settle_attempt(ledger.open_attempt(an_opening(day=day, session="earlier")), an_attempt(), None)
    counts = [ledger.totals(period, DAY).requests for period in PERIODS]
    assert counts == [0, 1, 2, 5]
    daily = ledger.daily(["2026-10-01", "2026-07-01", "2026-09-01"])
    assert [totals.requests for totals in daily] == [1, 0, 1]


def test_groups_come_with_the_most_expensive_first(ledger: SqliteLedger) -> None:
    for model, dollars in (("cloud/a", "0.1"), ("home/b", "0"), ("cloud/c", "0.3"), ("home/d", "0")):
        cost = Cost(Decimal(dollars), CostStatus.REPORTED)
        ledger.settle_attempt(ledger.open_attempt(an_opening(model=model)), an_attempt(cost=cost), None)
    by_model = ledger.groups("today", DAY, "model")
    assert [group.key for group in by_model] == ["cloud/c", "cloud/a", "home/b", "home/d"]
    by_provider = ledger.groups("session", DAY, "provider")
    assert [(group.key, group.totals.cost_usd) for group in by_provider] == [("cloud", Decimal("0.4")), ("home", ZERO)]


def test_another_process_sees_rows_reserved_and_settled_but_not_the_session(
    ledger: SqliteLedger, other_process: SqliteLedger
) -> None:
    ledger.open_attempt(an_opening(reserved=Decimal("0.5")))
    ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(), None)
    assert other_process.reserved() == Decimal("0.5")
    assert other_process.totals("today", DAY) == ledger.totals("today", DAY)
    assert other_process.totals("session", DAY) == Totals()


def test_an_attempt_of_another_program_is_settled_at_once(ledger: SqliteLedger) -> None:
    ledger.record_external(an_opening(run="outside"), an_attempt())
    assert ledger.totals("session", DAY).requests == 1
    assert ledger.reserved() == ZERO


def test_runs_are_told_in_one_line_with_all_their_attempts(ledger: SqliteLedger, clock: FakeClock) -> None:
    ledger.start_run(a_run())
    failed = an_attempt(status=AttemptStatus.FAILED, cost=NO_COST, usage=Usage())
    ledger.settle_attempt(ledger.open_attempt(an_opening()), failed, None)
    second = an_opening(number=2, model="home/llama:8b")
    ledger.settle_attempt(ledger.open_attempt(second), an_attempt(model="home/llama:8b", cost=UNKNOWN_COST), None)
    clock.advance(60)
    ledger.start_run(a_run(run="run-2", at=clock.now(), kind=RunKind.PROBE))
    ledger.open_attempt(an_opening(run="run-2"))
    running, fallen_back = ledger.runs(10)
    assert (running.kind, fallen_back.kind) == (RunKind.PROBE, RunKind.PROMPT)
    assert (running.run, running.status, running.cost.status) == ("run-2", AttemptStatus.OPEN, CostStatus.UNKNOWN)
    assert (fallen_back.model, fallen_back.status, fallen_back.attempts) == (
        "home/llama:8b", AttemptStatus.SUCCEEDED, 2,
    )  # fmt: skip
    assert fallen_back.cost == Cost(ZERO, CostStatus.UNKNOWN)
    assert (fallen_back.input_tokens, fallen_back.output_tokens) == (100, 40)
    assert [run.run for run in ledger.runs(1)] == ["run-2"]


def test_a_run_without_an_attempt_is_open_and_has_cost_nothing(ledger: SqliteLedger) -> None:
    ledger.start_run(a_run())
    (run,) = ledger.runs(5)
    assert (run.model, run.status, run.attempts, run.cost) == (MODEL, AttemptStatus.OPEN, 0, NO_COST)


def test_a_selection_comes_back_as_it_was_stored(ledger: SqliteLedger) -> None:
    record = a_run()
    ledger.start_run(record)
    stored = ledger.selection("run-1")
    assert stored is not None
    assert stored.selection == record.selection
    assert str(stored.selection.estimated_cost) == "0.0004200"
    assert (stored.run, stored.at, stored.prompt) == (record.run, record.at, record.prompt)
    assert stored.rejected_counts == {"context": 2, "no key": 1}


def test_of_many_rejections_all_are_counted_and_the_first_kept(ledger: SqliteLedger) -> None:
    rejected = tuple(Rejection(f"cloud/{number}", RejectionGroup.NO_KEY, "no key") for number in range(500))
    ledger.start_run(a_run(selection=a_selection(rejected=rejected)))
    stored = ledger.selection(None)
    assert stored is not None
    assert stored.selection.rejected == rejected[:REJECTIONS_KEPT]
    assert stored.rejected_counts == {"no key": 500}


def test_the_newest_selection_is_that_of_a_prompt_and_per_task(ledger: SqliteLedger) -> None:
    ledger.start_run(a_run(run="one", selection=a_selection(task="coding")))
    ledger.start_run(a_run(run="two", prompt=None))
    ledger.start_run(a_run(run="three", kind=RunKind.PROBE))
    newest, coding = ledger.selection(None), ledger.last_selection("coding")
    assert newest is not None
    assert (newest.run, newest.prompt) == ("two", None)
    assert coding is not None
    assert coding.run == "one"
    assert ledger.selection("none of these") is None
    assert ledger.last_selection("poetry") is None


def test_nobody_else_writes_between_a_question_and_the_row_that_rests_on_it(
    database: Database, ledger: SqliteLedger, clock: FakeClock
) -> None:
    database.open()
    with closing(Database(database.path, clock, busy_timeout_s=0)) as impatient:
        other = SqliteLedger(impatient, clock, "another-session")
        with ledger.exclusively():
            assert ledger.reserved() == ZERO
            with pytest.raises(StorageError, match="locked"):
                other.open_attempt(an_opening())
            ledger.open_attempt(an_opening())
        other.open_attempt(an_opening())
    assert ledger.reserved() == Decimal("0.04")


def test_what_is_refused_half_way_leaves_no_row(database: Database, ledger: SqliteLedger) -> None:
    def refuse() -> None:
        with ledger.exclusively():
            ledger.open_attempt(an_opening())
            raise BudgetError("spent", "wait")

    with pytest.raises(BudgetError):
        refuse()
    assert database.rows("SELECT count(*) FROM attempts") == [(0,)]
