"""The ledger in memory."""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from modeldeck.domain.performance import Performance
from modeldeck.domain.pricing import ZERO, CostStatus
from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord, RunSummary
from modeldeck.domain.selection import StoredSelection
from modeldeck.domain.usage import AttemptStatus, GroupBy, PeriodName, Totals, UsageGroup
from modeldeck.ports import Sent


@dataclass
class LedgerRow:
    """One attempt in the ledger."""

    opened: OpenAttempt
    settled: Attempt | None = None
    saved: Decimal | None = None


class MemoryLedger:
    """Attempts in memory; every day of one month counts as that month."""

    def __init__(self, session: str = "session-1") -> None:
        self.session = session
        self.records: dict[str, RunRecord] = {}
        self.rows: list[LedgerRow] = []
        self.recovered = 0

    def exclusively(self) -> AbstractContextManager[None]:
        return nullcontext()

    def start_run(self, record: RunRecord) -> None:
        self.records[record.run] = record

    def open_attempt(self, attempt: OpenAttempt) -> int:
        self.rows.append(LedgerRow(attempt))
        return len(self.rows) - 1

    def settle_attempt(self, key: int, attempt: Attempt, saved: Decimal | None) -> None:
        row = self.rows[key]
        if row.settled is None:
            row.settled, row.saved = attempt, saved

    def record_external(self, attempt: OpenAttempt, settled: Attempt) -> None:
        self.rows.append(LedgerRow(attempt, settled))

    def recover(self) -> int:
        self.recovered += 1
        return 0

    def totals(self, period: PeriodName, day: str) -> Totals:
        return _totals([row for row in self.rows if self._within(row, period, day)])

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        groups: dict[str, list[LedgerRow]] = {}
        for row in self.rows:
            if self._within(row, period, day) and row.settled is not None:
                groups.setdefault(_key(row, by), []).append(row)
        found = (UsageGroup(key, _totals(rows)) for key, rows in groups.items())
        return tuple(sorted(found, key=lambda group: group.totals.cost_usd, reverse=True))

    def reserved(self, task: str | None = None) -> Decimal:
        open_rows = (row.opened for row in self.rows if row.settled is None and task in (None, row.opened.task))
        return sum((opened.reserved or ZERO for opened in open_rows), ZERO)

    def sent(self, since: datetime, after: int = 0, again: Collection[int] = ()) -> tuple[Sent, ...]:
        keyed = enumerate(self.rows, start=1)
        wanted = (pair for pair in keyed if pair[0] in again or (pair[0] > after and pair[1].opened.at >= since))
        return tuple(_sent(key, row) for key, row in wanted)

    def forget(self, before: datetime) -> int:
        old = [run for run, record in self.records.items() if record.at < before]
        for run in old:
            del self.records[run]
        return len(old)

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        return tuple(_totals([row for row in self.rows if row.opened.day == day]) for day in days)

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        newest = list(reversed(self.records.values()))[:limit]
        return tuple(summary for summary in map(self._summary, newest) if summary is not None)

    def selection(self, run: str | None) -> StoredSelection | None:
        name = run if run is not None else next(reversed(self.records), None)
        record = self.records.get(name) if name is not None else None
        if record is None:
            return None
        return StoredSelection(run=record.run, at=record.at, selection=record.selection, prompt=record.prompt)

    def last_selection(self, task: str) -> StoredSelection | None:
        newest = (run for run, record in reversed(self.records.items()) if record.selection.task == task)
        run = next(newest, None)
        return None if run is None else self.selection(run)

    def last_model(self, run: str) -> str | None:
        return next((row.opened.model for row in reversed(self.rows) if row.opened.run == run), None)

    def performance(self, since: datetime, until: datetime, model: str | None = None) -> Performance:
        rows = [row for row in self.rows if since <= row.opened.at <= until and model in (None, row.opened.model)]
        settled = [row.settled for row in rows if row.settled is not None]
        succeeded = [attempt for attempt in settled if attempt.status is AttemptStatus.SUCCEEDED]
        failures = [attempt.failure.kind.value for attempt in settled if attempt.failure is not None]
        latencies = [attempt.latency_ms for attempt in succeeded if attempt.latency_ms is not None]
        return Performance(
            model=model,
            since=since,
            until=until,
            requests=len(settled),
            succeeded=len(succeeded),
            failed=sum(attempt.status is AttemptStatus.FAILED for attempt in settled),
            avg_latency_ms=sum(latencies) / len(latencies) if latencies else None,
            input_tokens=sum(attempt.usage.input_tokens for attempt in settled),
            output_tokens=sum(attempt.usage.output_tokens for attempt in settled),
            cost_usd=sum((attempt.cost.usd for attempt in settled if attempt.cost.usd is not None), ZERO),
            unpriced_requests=sum(attempt.cost.usd is None for attempt in settled),
            errors=dict(Counter(failures).most_common()),
        )

    def performances(self, since: datetime, until: datetime) -> tuple[Performance, ...]:
        models = dict.fromkeys(row.opened.model for row in self.rows)
        found = [self.performance(since, until, model) for model in models]
        return tuple(sorted((each for each in found if each.requests), key=lambda each: -each.requests))

    def _within(self, row: LedgerRow, period: PeriodName, day: str) -> bool:
        match period:
            case "session":
                return row.opened.session == self.session
            case "today":
                return row.opened.day == day
            case "month":
                return row.opened.day[:7] == day[:7]
            case "all":
                return True

    def _summary(self, record: RunRecord) -> RunSummary | None:
        settled = [row.settled for row in self.rows if row.opened.run == record.run and row.settled is not None]
        if not settled:
            return None
        return RunSummary(
            run=record.run,
            at=record.at,
            kind=record.kind,
            task=record.selection.task,
            mode=record.selection.mode,
            model=settled[-1].model,
            status=settled[-1].status,
            cost=settled[-1].cost,
            attempts=len(settled),
            input_tokens=sum(attempt.usage.input_tokens for attempt in settled),
            output_tokens=sum(attempt.usage.output_tokens for attempt in settled),
        )


def _sent(key: int, row: LedgerRow) -> Sent:
    opened, usage = row.opened, None if row.settled is None else row.settled.usage
    tokens = opened.input_tokens if usage is None else usage.input_tokens + usage.output_tokens
    return Sent(key, opened.at, opened.model, tokens, usage is None)


def _totals(rows: list[LedgerRow]) -> Totals:
    settled = [(row, row.settled) for row in rows if row.settled is not None]
    attempts = [attempt for _, attempt in settled]
    estimates = [attempt.cost.usd for attempt in attempts if attempt.cost.status is CostStatus.ESTIMATED]
    return Totals(
        requests=len(attempts),
        succeeded=sum(attempt.status is AttemptStatus.SUCCEEDED for attempt in attempts),
        input_tokens=sum(attempt.usage.input_tokens for attempt in attempts),
        output_tokens=sum(attempt.usage.output_tokens for attempt in attempts),
        cost_usd=sum((attempt.cost.usd for attempt in attempts if attempt.cost.usd is not None), ZERO),
        estimated_usd=sum((usd for usd in estimates if usd is not None), ZERO),
        unpriced_requests=sum(attempt.cost.status is CostStatus.UNKNOWN for attempt in attempts),
        saved_usd=sum((row.saved for row, _ in settled if row.saved is not None), ZERO),
        free_requests=sum(row.opened.costs_nothing for row, _ in settled),
    )


def _key(row: LedgerRow, by: GroupBy) -> str:
    opened = row.opened
    keys: dict[GroupBy, str] = {
        "model": opened.model,
        "provider": opened.model.partition("/")[0],
        "task": opened.task,
        "tier": opened.tier.value,
        "mode": opened.mode.value,
        "day": opened.day,
    }
    return keys[by]
