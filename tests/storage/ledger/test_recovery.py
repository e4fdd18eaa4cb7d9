"""Rows that a process left open."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from fake_records import DAY, an_attempt, an_opening
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.store import SqliteLedger

KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from fake_records import a_run, an_opening
from modeldeck.clock import SystemClock
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.store import SqliteLedger
ledger = SqliteLedger(Database(Path(sys.argv[1]), SystemClock()), SystemClock(), "killed")
ledger.start_run(a_run())
ledger.open_attempt(an_opening(session="killed"))
ledger.open_attempt(an_opening(session="killed", number=2, model="cloud/not-selected"))
ledger.open_attempt(an_opening(session="killed", number=3, model="cloud/unpriced", reserved=None))
ledger.open_attempt(an_opening(session="killed", number=4, model="home/free", costs_nothing=True, reserved=None))
os._exit(9)
"""


def test_rows_of_a_killed_process_are_settled_at_their_estimate(database: Database, ledger: SqliteLedger) -> None:
    samples = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(database.path), str(samples)], check=False)
    assert killed.returncode == 9
    mine = ledger.open_attempt(an_opening(reserved=Decimal("0.3")))
    assert ledger.recover() == 4
    assert database.rows("SELECT status, input_tokens, cost_nano, cost_status FROM attempts ORDER BY id") == [
        ("interrupted", 120, 420_000, "estimated"),  # what the selection had estimated for this model
        ("interrupted", 120, 20_000_000, "estimated"),  # else what was reserved
        ("interrupted", 120, None, "unknown"),
        ("interrupted", 120, 0, "estimated"),
        ("open", 0, None, "unknown"),  # this process lives
    ]
    totals = ledger.totals("today", DAY)
    assert (totals.requests, totals.estimated_usd, totals.unpriced_requests) == (4, Decimal("0.02042"), 1)
    assert ledger.reserved() == Decimal("0.3")
    assert ledger.recover() == 0
    ledger.settle_attempt(mine, an_attempt(), None)
    assert ledger.totals("session", DAY).requests == 1


def test_a_late_settlement_of_a_recovered_row_changes_nothing(database: Database, ledger: SqliteLedger) -> None:
    key = ledger.open_attempt(an_opening())
    database.execute("UPDATE attempts SET pid = NULL")
    assert ledger.recover() == 1
    ledger.settle_attempt(key, an_attempt(), None)
    assert ledger.totals("today", DAY).estimated_usd == Decimal("0.02")


def test_a_reused_process_number_does_not_keep_a_row_open(database: Database, ledger: SqliteLedger) -> None:
    ledger.open_attempt(an_opening())
    database.execute("UPDATE attempts SET process_start = process_start - 3600")
    assert ledger.recover() == 1
