"""Attempts that a process left open when it died: settled as interrupted, so that their cost is not lost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from modeldeck.domain.pricing import CostStatus
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.processes import is_alive
from modeldeck.storage.ledger.rollups import OPEN_ROWS, roll_up_after
from modeldeck.storage.times import to_text
from modeldeck.storage.values import nano

if TYPE_CHECKING:
    from modeldeck.ports import Clock

_INTERRUPT = """
UPDATE attempts SET status = 'interrupted', input_tokens = estimated_input, cost_nano = ?, cost_status = ?,
    finished_at = ?
WHERE id = ? AND status = 'open'
"""
_ESTIMATE = """
SELECT attempts.costs_nothing, attempts.reserved_nano, runs.estimated_cost FROM attempts
LEFT JOIN runs ON runs.run = attempts.run AND runs.model = attempts.model WHERE attempts.id = ?
"""


def interrupt_abandoned(database: Database, clock: Clock) -> int:
    """Settle the open rows of processes that no longer run; returns how many. Raises StorageError."""
    rows = database.rows(f"SELECT id, pid, process_start {OPEN_ROWS}")
    return sum(_interrupt(database, clock, key) for key, pid, started in rows if not is_alive(pid, started))


def _interrupt(database: Database, clock: Clock, key: int) -> int:
    """Settle one row at the selection's estimate, else at what was reserved for it; 0 when another process did."""
    ((costs_nothing, reserved, estimated),) = database.rows(_ESTIMATE, (key,))
    upper = 0 if costs_nothing else reserved
    cost = upper if estimated is None else nano(Decimal(estimated))
    status = CostStatus.UNKNOWN if cost is None else CostStatus.ESTIMATED
    row = (cost, status.value, to_text(clock.now()), key)
    settled = database.execute(_INTERRUPT, row).rowcount
    roll_up_after(database, key)
    return settled
