"""Reading the ledger: totals and groups from the rollups, past runs from the rows."""

from collections.abc import Iterable, Sequence

from modeldeck.domain.model import provider_of
from modeldeck.domain.pricing import NANO, NO_COST, Cost, CostStatus, from_nano
from modeldeck.domain.run import RunSummary
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import AttemptStatus, GroupBy, PeriodName, RunKind, Totals, UsageGroup
from modeldeck.storage.database import Database, Row
from modeldeck.storage.ledger.rollups import TOTALS, usage
from modeldeck.storage.times import from_text

# The column of each key, and the rollups that know it: for one day, and for months. Providers begin model ids.
_BY: dict[GroupBy, tuple[str, str, str]] = {
    "model": ("model", "usage_by_model", "usage_by_model_month"),
    "provider": ("model", "usage_by_model", "usage_by_model_month"),
    "task": ("task", "usage_by_task", "usage_by_task_month"),
    "tier": ("tier", "usage_by_task", "usage_by_task_month"),
    "mode": ("mode", "usage_by_task", "usage_by_task_month"),
    "day": ("day", "usage_by_day", "usage_by_day"),
}
_RUNS = """
SELECT runs.run, runs.at, kind, runs.task, mode, runs.model, attempts_before, rating FROM runs
LEFT JOIN ratings ON ratings.run = runs.run ORDER BY id DESC LIMIT ?
"""
_LAST_MODEL = """
SELECT model FROM attempts
WHERE id > (SELECT attempts_before FROM runs WHERE runs.run = ?1) AND run = ?1 ORDER BY number DESC LIMIT 1
"""
_ATTEMPTS = """
SELECT run, model, status, cost_nano, cost_status, input_tokens, output_tokens FROM attempts WHERE id > ? ORDER BY id
"""


class LedgerReports:
    """Every sum counts settled attempts only. `session` names the process that the period `session` is about."""

    def __init__(self, database: Database, session: str) -> None:
        self._database = database
        self._session = session

    def totals(self, period: PeriodName, day: str) -> Totals:
        """Sums over the period that contains the local day `day`."""
        source, parameters = self._source(period, day, "day")
        return totals_of(self._database.rows(f"SELECT {TOTALS} {source}", parameters)[0])

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        """The same sums by key, the most expensive first."""
        column = _BY[by][0]
        source, parameters = self._source(period, day, by)
        rows = self._database.rows(f"SELECT {column}, {TOTALS} {source} GROUP BY {column}", parameters)
        return groups_of((provider_of(key) if by == "provider" else key, sums) for key, *sums in rows)

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        """Totals of each given local day, in the same order."""
        return tuple(self.totals("today", day) for day in days)

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The newest runs first; one without an attempt is open and has cost nothing yet."""
        runs = self._database.rows(_RUNS, (limit,))
        if not runs:
            return ()
        attempts: dict[str, list[Row]] = {run[0]: [] for run in runs}
        for run, *attempt in self._database.rows(_ATTEMPTS, (min(run[6] for run in runs),)):
            if run in attempts:
                attempts[run].append(tuple(attempt))
        return tuple(_summary(run, attempts[run[0]]) for run in runs)

    def last_model(self, run: str) -> str | None:
        """The model of a run's last attempt; None when there is no such run or attempt."""
        rows = self._database.rows(_LAST_MODEL, (run,))
        return rows[0][0] if rows else None

    def _source(self, period: PeriodName, day: str, by: GroupBy) -> tuple[str, tuple[str, ...]]:
        """FROM and WHERE of the smallest rollup that knows the period and the key, with the parameters."""
        _, daily, monthly = _BY[by]
        month = day[:7]
        match period:
            case "session":
                return f"FROM {usage('usage_by_session')} WHERE session = ?", (self._session,)
            case "today":
                return f"FROM {usage(daily)} WHERE day = ?", (day,)
            case "month" if monthly == daily:
                return f"FROM {usage(daily)} WHERE day BETWEEN ? AND ?", (f"{month}-01", f"{month}-31")
            case "month":
                return f"FROM {usage(monthly)} WHERE month = ?", (month,)
        return f"FROM {usage(monthly)}", ()


def totals_of(sums: Sequence[int]) -> Totals:
    """Totals from one row of sums."""
    return Totals(
        requests=sums[0],
        succeeded=sums[1],
        input_tokens=sums[2],
        output_tokens=sums[3],
        cached_tokens=sums[4],
        reasoning_tokens=sums[5],
        cost_usd=sums[6] / NANO,
        estimated_usd=sums[7] / NANO,
        unpriced_requests=sums[8],
        saved_usd=sums[9] / NANO,
        free_requests=sums[10],
    )


def groups_of(rows: Iterable[tuple[str, Sequence[int]]]) -> tuple[UsageGroup, ...]:
    """Groups from keyed rows, equal keys added up; the most expensive first, then the most used, then by name."""
    added: dict[str, list[int]] = {}
    for key, sums in rows:
        added[key] = [old + new for old, new in zip(added[key], sums, strict=True)] if key in added else list(sums)
    groups = [UsageGroup(key, totals_of(sums)) for key, sums in added.items()]
    groups.sort(key=lambda group: (-group.totals.cost_usd, -group.totals.requests, group.key))
    return tuple(groups)


def _summary(run: Row, attempts: Sequence[Row]) -> RunSummary:
    name, at, kind, task, mode, selected, _, rating = run
    model, status, *_ = attempts[-1] if attempts else (selected, AttemptStatus.OPEN)
    return RunSummary(
        run=name,
        at=from_text(at),
        kind=RunKind(kind),
        task=task,
        mode=Mode(mode),
        model=model,
        status=AttemptStatus(status),
        cost=_cost(attempts),
        attempts=len(attempts),
        input_tokens=sum(attempt[4] for attempt in attempts),
        output_tokens=sum(attempt[5] for attempt in attempts),
        rating=rating,
    )


def _cost(attempts: Sequence[Row]) -> Cost:
    costs = [Cost(from_nano(attempt[2]), CostStatus(attempt[3])) for attempt in attempts]
    return sum(costs[1:], costs[0]) if costs else NO_COST
