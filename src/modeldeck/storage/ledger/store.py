"""The ledger in SQLite: every attempt is a row before anything is sent, and is settled exactly once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from modeldeck.domain.pricing import ZERO, from_nano
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.abandoned import interrupt_abandoned
from modeldeck.storage.ledger.attempt_rows import OPEN, RECORD, SETTLE, opened_row, settled_row
from modeldeck.storage.ledger.processes import start_time
from modeldeck.storage.ledger.rollups import OPEN_ROWS, roll_up_after
from modeldeck.storage.ledger.sent import attempts_sent
from modeldeck.storage.retention import forget

# Every start opens the ledger, most look no further: what reads runs and sums is loaded with the first question.
if TYPE_CHECKING:
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord, RunSummary
    from modeldeck.domain.selection import StoredSelection
    from modeldeck.domain.usage import GroupBy, PeriodName, Totals, UsageGroup
    from modeldeck.ports import Clock, Sent
    from modeldeck.storage.ledger.reports import LedgerReports


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
        from modeldeck.storage.ledger.reports import LedgerReports

        return LedgerReports(self._database, self._session)

    @cached_property
    def _process_start(self) -> float | None:
        return start_time(os.getpid())

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        with self._database.transaction():
            yield

    def start_run(self, record: RunRecord) -> None:
        from modeldeck.storage.ledger.selection_rows import INSERT_RUN, run_row

        self._database.execute(INSERT_RUN, run_row(record))

    def open_attempt(self, attempt: OpenAttempt) -> int:
        return _new_key(self._database.execute(OPEN, opened_row(attempt, self._process_start)))

    def settle_attempt(self, key: int, attempt: Attempt, saved: Decimal | None) -> None:
        self._database.execute(SETTLE, (*settled_row(attempt, saved, self._clock.now()), key))
        roll_up_after(self._database, key)

    def record_external(self, attempt: OpenAttempt, settled: Attempt) -> None:
        row = (*opened_row(attempt, None), *settled_row(settled, None, self._clock.now()))
        roll_up_after(self._database, _new_key(self._database.execute(RECORD, row)))

    def recover(self) -> int:
        return interrupt_abandoned(self._database, self._clock)

    def totals(self, period: PeriodName, day: str) -> Totals:
        return self._reports.totals(period, day)

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        return self._reports.groups(period, day, by)

    def reserved(self, task: str | None = None) -> Decimal:
        of_task, names = ("", ()) if task is None else (" AND task = ?", (task,))
        ((nano_usd,),) = self._database.rows(f"SELECT ifnull(sum(reserved_nano), 0) {OPEN_ROWS}{of_task}", names)
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
            return _find_selection(self._database, "WHERE run = ?", run)
        return _find_selection(self._database, "WHERE kind = 'prompt' ORDER BY id DESC LIMIT 1")

    def last_model(self, run: str) -> str | None:
        return self._reports.last_model(run)

    def performance(self, since: datetime, until: datetime, model: str | None = None) -> Performance:
        from modeldeck.storage.ledger.performance import performance_of

        return performance_of(self._database, since, until, model)

    def performances(self, since: datetime, until: datetime) -> tuple[Performance, ...]:
        from modeldeck.storage.ledger.performance import performance_of_each

        return performance_of_each(self._database, since, until)

    def last_selection(self, task: str) -> StoredSelection | None:
        return _find_selection(self._database, "WHERE task = ? AND kind = 'prompt' ORDER BY id DESC LIMIT 1", task)


def _find_selection(database: Database, where: str, *parameters: str) -> StoredSelection | None:
    from modeldeck.storage.ledger.selection_rows import SELECT_RUN, stored_selection

    rows = database.rows(f"{SELECT_RUN} {where}", parameters)
    return stored_selection(rows[0]) if rows else None


def _new_key(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # an INSERT always has one
    return cursor.lastrowid
