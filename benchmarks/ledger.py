"""The ledger: a settled row with its rollups against a raw insert, and totals over a million rows."""

import itertools
import os
import random
import sqlite3
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.measure import interleave, report
from modeldeck.clock import SystemClock
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.rollups import rebuild
from modeldeck.storage.ledger.store import SqliteLedger

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = "2026-11-01"
ROWS_AT_ONCE = 500
COLUMNS = 24

OPEN = OpenAttempt(
    run="r",
    number=1,
    at=AT,
    day=DAY,
    session="s",
    model="openrouter/aurora/lantern-70b",
    task="coding",
    tier=Tier.FALLBACK,
    mode=Mode.AUTO,
    costs_nothing=False,
    input_tokens=100,
    reserved=Decimal("0.01"),
    baseline=None,
)
SETTLED = Attempt(
    model=OPEN.model,
    status=AttemptStatus.SUCCEEDED,
    latency_ms=900.0,
    ttft_ms=300.0,
    tokens_per_second=60.0,
    usage=Usage(100, 200, reported=True),
    cost=Cost(Decimal("0.000321"), CostStatus.REPORTED),
)


def _raw(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"CREATE TABLE raw (id INTEGER PRIMARY KEY, {', '.join(f'c{n}' for n in range(COLUMNS))})")
    return connection


def _write_rows(folder: Path) -> None:
    raw = _raw(folder / "raw.db")
    insert = f"INSERT INTO raw ({', '.join(f'c{n}' for n in range(COLUMNS))}) VALUES ({', '.join('?' * COLUMNS)})"
    row = tuple("openrouter/aurora/lantern-70b" if n % 4 == 0 else n for n in range(COLUMNS))
    database = Database(folder / "deck.db", SystemClock())
    ledger = SqliteLedger(database, SystemClock(), "s")
    keys = itertools.count()

    def raw_insert() -> None:
        for _ in range(ROWS_AT_ONCE):
            raw.execute(insert, row)

    def raw_insert_and_update() -> None:
        for _ in range(ROWS_AT_ONCE):
            key = raw.execute(insert, row).lastrowid
            raw.execute("UPDATE raw SET c1 = ?, c2 = ?, c3 = ? WHERE id = ?", (1, 2, next(keys), key))

    def one_row_with_rollups() -> None:
        for _ in range(ROWS_AT_ONCE):
            ledger.record_external(OPEN, SETTLED)

    def opened_then_settled() -> None:
        for _ in range(ROWS_AT_ONCE):
            ledger.settle_attempt(ledger.open_attempt(OPEN), SETTLED, None)

    subjects = {
        "raw insert": raw_insert,
        "one ledger row with rollups": one_row_with_rollups,
        "raw insert, then update": raw_insert_and_update,
        "opened, then settled with rollups": opened_then_settled,
    }
    medians = {name: seconds / ROWS_AT_ONCE for name, seconds in interleave(subjects, rounds=9).items()}
    report("Ledger, one attempt", medians, "raw insert", {"one ledger row with rollups": 1.5})
    ratio = medians["opened, then settled with rollups"] / medians["raw insert, then update"]
    print(f"  two-phase ledger row against a raw insert and update: {ratio:.2f}x")
    database.close()
    raw.close()


def _read_totals(folder: Path, rows: int) -> None:
    database = Database(folder / "big.db", SystemClock())
    ledger = SqliteLedger(database, SystemClock(), "s")
    rng = random.Random(3)
    models = [f"openrouter/maker/model-{number}" for number in range(60)]
    tasks = ("coding", "chat", "qa", "summarization", "default")
    sql = (
        "INSERT INTO attempts (run, number, at, day, session, model, task, tier, mode, costs_nothing,"
        " estimated_input, status) VALUES ('r', 1, ?, ?, 's', ?, ?, 'fallback', 'auto', 0, 10, 'open')"
    )
    with database.transaction() as connection:
        for number in range(rows):
            day = (date(2026, 11, 1) - timedelta(days=number % 365)).isoformat()
            connection.execute(sql, (f"{day}T12:00:00", day, rng.choice(models), rng.choice(tasks)))
        connection.execute(
            "UPDATE attempts SET status = 'succeeded', input_tokens = 100, output_tokens = 200, cost_nano = 321000,"
            " cost_status = 'computed', finished_at = at WHERE status = 'open'"
        )
        rebuild(connection)
    subjects = {
        "today": lambda: ledger.totals("today", DAY),
        "month": lambda: ledger.totals("month", "2026-10-31"),
        "month by model": lambda: ledger.groups("month", "2026-10-31", "model"),
        "all by model": lambda: ledger.groups("all", DAY, "model"),
    }
    medians = interleave(subjects, rounds=25)
    report(f"Totals over {rows:,} rows (budgets: today and month 0.25 ms, per model 1 ms)", medians, "today")
    database.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_rows(folder)
        _read_totals(folder, int(os.environ.get("BENCHMARK_ROWS", "1000000")))
