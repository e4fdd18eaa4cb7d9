"""The ledger in SQLite: every attempt is a row before anything is sent, and is settled exactly once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from modeldeck.domain.errors import StorageError
from modeldeck.domain.pricing import ZERO, CostStatus, from_nano
from modeldeck.storage.attempt_rows import OPEN, RECORD, SETTLE, opened_row, settled_row
from modeldeck.storage.database import Database
from modeldeck.storage.processes import is_alive, start_time
from modeldeck.storage.retention import forget
from modeldeck.storage.rollups import ABOVE_MARK, BATCH, nano, rebuild, roll_up
from modeldeck.storage.sent import attempts_sent
from modeldeck.storage.times import to_text

# Every start opens the ledger, most look no further: what reads runs and sums is loaded with the first question.
if TYPE_CHECKING:
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord, RunSummary
    from modeldeck.domain.selection import StoredSelection
    from modeldeck.domain.usage import GroupBy, PeriodName, Totals, UsageGroup
    from modeldeck.ports import Clock, Sent
    from modeldeck.storage.ledger_performance import LedgerPerformance
    from modeldeck.storage.ledger_reports import LedgerReports

_OPEN_ROWS = f"FROM attempts WHERE {ABOVE_MARK} AND status = 'open'"
_INTERRUPT = """
UPDATE attempts SET status = 'interrupted', input_tokens = estimated_input, cost_nano = ?, cost_status = ?,
    finished_at = ?
WHERE id = ? AND status = 'open'
"""
_ESTIMATE = """
SELECT attempts.costs_nothing, attempts.reserved_nano, runs.estimated_cost FROM attempts
LEFT JOIN runs ON runs.run = attempts.run AND runs.model = attempts.model WHERE attempts.id = ?
"""


class SqliteLedger:
    """Implements `ports.Ledger`; every method may raise StorageError.

    Args:
        database: shared with the other stores.
        clock: dates settlements.
        session: names this process; its attempts are what the period `session` sums.
    """

    def __init__(self, database: Database, clock: Clock, session: str) -> None:
        self._database = database
        self._clock = clock
        self._session = session

    @cached_property
    def _reports(self) -> LedgerReports:
        from modeldeck.storage.ledger_reports import LedgerReports

        return LedgerReports(self._database, self._session)

    @cached_property
    def _performances(self) -> LedgerPerformance:
        from modeldeck.storage.ledger_performance import LedgerPerformance

        return LedgerPerformance(self._database)

    @cached_property
    def _process_start(self) -> float | None:
        return start_time(os.getpid())

    def start_run(self, record: RunRecord) -> None:
        from modeldeck.storage.selection_rows import INSERT_RUN, run_row

        self._database.execute(INSERT_RUN, run_row(record))

    def open_attempt(self, attempt: OpenAttempt) -> int:
        return _new_key(self._database.execute(OPEN, opened_row(attempt, self._process_start)))

    def settle_attempt(self, key: int, attempt: Attempt, saved: Decimal | None) -> None:
        self._database.execute(SETTLE, (*settled_row(attempt, saved, self._clock.now()), key))
        self._roll_up_after(key)

    def record_external(self, attempt: OpenAttempt, settled: Attempt) -> None:
        row = (*opened_row(attempt, None), *settled_row(settled, None, self._clock.now()))
        self._roll_up_after(_new_key(self._database.execute(RECORD, row)))

    def recover(self) -> int:
        rows = self._database.rows(f"SELECT id, pid, process_start {_OPEN_ROWS}")
        return sum(self._interrupt(key) for key, pid, started in rows if not is_alive(pid, started))

    def totals(self, period: PeriodName, day: str) -> Totals:
        return self._reports.totals(period, day)

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        return self._reports.groups(period, day, by)

    def reserved(self, task: str | None = None) -> Decimal:
        of_task, names = ("", ()) if task is None else (" AND task = ?", (task,))
        ((nano_usd,),) = self._database.rows(f"SELECT ifnull(sum(reserved_nano), 0) {_OPEN_ROWS}{of_task}", names)
        return from_nano(nano_usd) or ZERO

    def sent(self, since: datetime, after: int = 0, again: Collection[int] = ()) -> tuple[Sent, ...]:
        return attempts_sent(self._database, since, after, again)

    def forget(self, before: datetime) -> int:
        return forget(self._database, "runs", before)

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        return self._reports.daily(days)

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        return self._reports.runs(limit)

    def selection(self, run: str | None) -> StoredSelection | None:
        if run is not None:
            return self._selection("WHERE run = ?", run)
        return self._selection("WHERE kind = 'prompt' ORDER BY id DESC LIMIT 1")

    def last_model(self, run: str) -> str | None:
        return self._reports.last_model(run)

    def performance(self, since: datetime, until: datetime, model: str | None = None) -> Performance:
        return self._performances.of(since, until, model)

    def performances(self, since: datetime, until: datetime) -> tuple[Performance, ...]:
        return self._performances.each(since, until)

    def last_selection(self, task: str) -> StoredSelection | None:
        return self._selection("WHERE task = ? AND kind = 'prompt' ORDER BY id DESC LIMIT 1", task)

    def _selection(self, where: str, *parameters: str) -> StoredSelection | None:
        from modeldeck.storage.selection_rows import SELECT_RUN, stored_selection

        rows = self._database.rows(f"{SELECT_RUN} {where}", parameters)
        return stored_selection(rows[0]) if rows else None

    def rebuild_rollups(self) -> None:
        """Make the rollups anew from the rows; totals must be the same before and after."""
        with self._database.transaction() as connection:
            rebuild(connection)

    def _roll_up_after(self, key: int) -> None:
        """Keys are numbered over all processes, so no process needs to count what the others left waiting."""
        if key % BATCH:
            return
        try:
            with self._database.transaction() as connection:
                roll_up(connection)
        except StorageError as error:  # the row itself is settled and counts; the next batch takes the rest along
            import logging

            logging.getLogger(__name__).warning("The rollups are put off: %s", error.message)

    def _interrupt(self, key: int) -> int:
        """Settle one row of a dead process at the selection's estimate, else at what was reserved for it."""
        ((costs_nothing, reserved, estimated),) = self._database.rows(_ESTIMATE, (key,))
        upper = 0 if costs_nothing else reserved
        cost = upper if estimated is None else nano(Decimal(estimated))
        status = CostStatus.UNKNOWN if cost is None else CostStatus.ESTIMATED
        row = (cost, status.value, to_text(self._clock.now()), key)
        settled = self._database.execute(_INTERRUPT, row).rowcount
        self._roll_up_after(key)
        return settled


def _new_key(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # an INSERT always has one
    return cursor.lastrowid
