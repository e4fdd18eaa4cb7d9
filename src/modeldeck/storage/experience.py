"""What was learned from attempts: counts and sums per model, task and specialization."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.pricing import from_nano
from modeldeck.ports import Experience
from modeldeck.storage.database import Database, Row
from modeldeck.storage.times import from_text, to_text
from modeldeck.storage.values import nano

if TYPE_CHECKING:
    from modeldeck.domain.run import Attempt

# The person's side of a call: these say nothing about whether the model works.
_NOT_THE_MODEL = frozenset({ErrorKind.AUTH, ErrorKind.CREDIT, ErrorKind.PARAMETER, ErrorKind.CONTEXT})
_SUMS = (
    "calls",
    "successes",
    "latency_sum",
    "latency_count",
    "ttft_sum",
    "ttft_count",
    "speed_sum",
    "speed_count",
    "cost_sum_nano",
    "cost_count",
)
_RECORD = f"""
INSERT INTO experience (model, task, specialization, {", ".join(_SUMS)}, last_used)
VALUES ({", ".join("?" * (len(_SUMS) + 4))})
ON CONFLICT DO UPDATE SET {", ".join(f"{column} = {column} + excluded.{column}" for column in _SUMS)},
    last_used = max(last_used, excluded.last_used)
"""
_READ = f"""
SELECT model, {", ".join(f"sum({column})" for column in _SUMS)}, max(last_used) FROM experience
"""


class SqliteExperienceStore:
    """Implements `ports.ExperienceStore`; every method may raise StorageError.

    A success or a failure of the model or its service is one call. A cancelled or interrupted attempt, and a failure
    on the person's side (key, credit, parameter, too long a prompt), is none. Means are over successful calls.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, task: str, specialization: str, attempt: Attempt, at: datetime) -> None:
        sums = _sums(attempt)
        if sums is not None:
            self._database.execute(_RECORD, (attempt.model, task, specialization, *sums, to_text(at)))

    def all(self) -> Mapping[str, Experience]:
        rows = self._database.rows(f"{_READ} GROUP BY model")
        return {row[0]: _experience(row, None) for row in rows}

    def by_task(self, task: str) -> Mapping[str, Experience]:
        rows = self._database.rows(f"{_READ} WHERE task = ? GROUP BY model", (task,))
        return {row[0]: _experience(row, task) for row in rows}


def _sums(attempt: Attempt) -> Row | None:
    """What an attempt adds to `_SUMS`; None when it says nothing about the model."""
    from modeldeck.domain.usage import AttemptStatus  # reading, which every start does, needs no attempt

    success = attempt.status is AttemptStatus.SUCCEEDED
    ours = attempt.failure is not None and attempt.failure.kind in _NOT_THE_MODEL
    if not success and (ours or attempt.status is not AttemptStatus.FAILED):
        return None
    measured = (attempt.latency_ms, attempt.ttft_ms, attempt.tokens_per_second, nano(attempt.cost.usd))
    row: list[float] = [1, int(success)]
    for value in measured:
        known = success and value is not None
        row += [value if known and value is not None else 0, int(known)]
    return tuple(row)


def _experience(row: Row, task: str | None) -> Experience:
    model, calls, successes, latency, latencies, ttft, ttfts, speed, speeds, cost, costs, last_used = row
    return Experience(
        model=model,
        task=task,
        calls=calls,
        successes=successes,
        latency_ms=_mean(latency, latencies),
        ttft_ms=_mean(ttft, ttfts),
        tokens_per_second=_mean(speed, speeds),
        cost_usd=_mean_cost(cost, costs),
        last_used=from_text(last_used),
    )


def _mean(total: float, count: int) -> float | None:
    return total / count if count else None


def _mean_cost(total_nano: int, count: int) -> Decimal | None:
    total = from_nano(total_nano)
    return total / count if count and total is not None else None
