"""Deleting old prompts, selections and turns: exactly those, and never a cent of the totals."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_records import DAY, a_run, an_attempt, an_opening
from fakes import START, FakeClock
from modeldeck.domain.conversation import Turn
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.rollups import rebuild
from modeldeck.storage.ledger.store import SqliteLedger
from modeldeck.storage.turns import SqliteTurnStore


def write(ledger: SqliteLedger, number: int, days_ago: float) -> None:
    at, run = START - timedelta(days=days_ago), f"run-{number}"
    ledger.start_run(a_run(run=run, at=at, day=at.date().isoformat()))
    key = ledger.open_attempt(an_opening(run=run, at=at, day=at.date().isoformat()))
    ledger.settle_attempt(key, an_attempt(), None)


def test_runs_that_are_older_go_with_prompt_and_selection(ledger: SqliteLedger, database: Database) -> None:
    for number, days in enumerate((40, 31, 29, 0)):
        write(ledger, number, days)
    assert ledger.forget(START - timedelta(days=30)) == 2
    assert [run.run for run in ledger.runs(9)] == ["run-3", "run-2"]
    assert ledger.selection("run-0") is None
    assert ledger.selection("run-2") is not None
    assert database.rows("SELECT count(*) FROM attempts") == [(4,)]


def test_a_second_time_there_is_nothing_to_do(ledger: SqliteLedger) -> None:
    write(ledger, 0, 40)
    assert [ledger.forget(START) for _ in range(2)] == [1, 0]


def test_many_rows_go_batch_by_batch(ledger: SqliteLedger, database: Database) -> None:
    with database.transaction():
        for number in range(1_201):
            ledger.start_run(a_run(run=f"run-{number}", at=START - timedelta(days=9)))
    assert ledger.forget(START) == 1_201


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ages=st.lists(st.floats(0, 60), min_size=1, max_size=12), keep=st.integers(1, 60))
def test_totals_stay_to_the_nano_dollar(clock: FakeClock, ages: list[float], keep: int) -> None:
    database = Database(None, clock)
    ledger = SqliteLedger(database, clock, "this-session")
    for number, days in enumerate(sorted(ages, reverse=True)):
        write(ledger, number, days)
    before = [ledger.totals(period, DAY) for period in ("session", "today", "month", "all")]
    groups = ledger.groups("all", DAY, "model")
    assert ledger.forget(START - timedelta(days=keep)) == sum(days > keep for days in ages)
    assert [ledger.totals(period, DAY) for period in ("session", "today", "month", "all")] == before
    with database.transaction() as connection:
        rebuild(connection)
    assert [ledger.totals(period, DAY) for period in ("session", "today", "month", "all")] == before
    assert ledger.groups("all", DAY, "model") == groups
    database.close()


@pytest.fixture
def turns(database: Database) -> SqliteTurnStore:
    return SqliteTurnStore(database)


def test_turns_that_are_older_go(turns: SqliteTurnStore) -> None:
    for days in (3, 1):
        at = START - timedelta(days=days)
        turns.add(
            Turn(conversation="c", run=f"{days}", at=at, model="cloud/a", system=None, prompt="Hello", answer="Hi")
        )
    assert turns.forget(START - timedelta(days=2)) == 1
    assert [turn.run for turn in turns.of("c")] == ["1"]
