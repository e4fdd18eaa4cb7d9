"""Sums of settled attempts per day, model, task and session, so that a total never reads a million rows.

A settled attempt waits (`summed = 0`) until its batch is added to the rollup tables in one transaction; every reading
statement adds the few that wait. So totals are exact at any moment, while settling touches one page of the file.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from modeldeck.domain.pricing import NANO, to_nano
from modeldeck.domain.usage import Totals, UsageGroup

BATCH = 64
"""Every so many attempts the waiting ones are added to the rollups."""

_MAX_DIGITS = 8
MAX_NANO = 10**8 * 10**9
"""100 million USD: larger amounts, which only a broken price can give, are cut so that sums stay 64-bit integers."""
_MAX_TOKENS = 10**12

# What every rollup sums, and how one row of `attempts` counts in it; the order is that of `totals_of`.
_SUMS: Mapping[str, str] = {
    "requests": "1",
    "succeeded": "status = 'succeeded'",
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_tokens": "cached_tokens",
    "reasoning_tokens": "reasoning_tokens",
    "cost_nano": "ifnull(cost_nano, 0)",
    "estimated_nano": "CASE cost_status WHEN 'estimated' THEN ifnull(cost_nano, 0) ELSE 0 END",
    "unpriced": "cost_status = 'unknown'",
    "saved_nano": "ifnull(saved_nano, 0)",
    "free": "costs_nothing",
}
_DAY = {"day": "day"}
_MONTH = {"month": "substr(day, 1, 7)"}
_MODEL = {"model": "model"}
_TASK = {"task": "task", "tier": "tier", "mode": "mode"}
# Rollup table -> its key columns, each with its expression over `attempts`.
_KEYS: Mapping[str, Mapping[str, str]] = {
    "usage_by_day": _DAY,
    "usage_by_model": _DAY | _MODEL,
    "usage_by_model_month": _MONTH | _MODEL,
    "usage_by_task": _DAY | _TASK,
    "usage_by_task_month": _MONTH | _TASK,
    "usage_by_session": {"session": "session"} | _DAY | _MODEL | _TASK,
}
_COLUMNS = ", ".join(_SUMS)
_VALUES = ", ".join(_SUMS.values())
_WAITING = "attempts INDEXED BY attempts_waiting WHERE summed = 0 AND status <> 'open'"
_SETTLED = "attempts WHERE status <> 'open'"
_MARK_SUMMED = "UPDATE attempts INDEXED BY attempts_waiting SET summed = 1 WHERE summed = 0 AND status <> 'open'"

TOTALS = ", ".join(f"ifnull(sum({column}), 0)" for column in _SUMS)
"""The columns to select from `usage(...)` for `totals_of`."""


def usage(rollup: str) -> str:
    """A subquery with the keys and sums of a rollup table, waiting attempts included."""
    keys = _KEYS[rollup]
    waiting = ", ".join(f"{value} AS {column}" for column, value in keys.items())
    return f"(SELECT {', '.join(keys)}, {_COLUMNS} FROM {rollup} UNION ALL SELECT {waiting}, {_VALUES} FROM {_WAITING})"


def roll_up(connection: sqlite3.Connection) -> None:
    """Add every waiting attempt to the rollups; the caller holds the transaction."""
    for rollup in _KEYS:
        connection.execute(_add_statement(rollup, _WAITING))
    connection.execute(_MARK_SUMMED)


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the rollups anew from the rows alone; the caller holds the transaction."""
    for rollup in _KEYS:
        connection.execute(f"DELETE FROM {rollup}")
        connection.execute(_add_statement(rollup, _SETTLED))
    connection.execute(_MARK_SUMMED)


def nano(usd: Decimal | None) -> int | None:
    """USD as integer nano-USD that the database can sum; what is unknown or no number stays None."""
    if usd is None or not usd.is_finite():
        return None
    if usd and usd.adjusted() >= _MAX_DIGITS:
        return MAX_NANO if usd > 0 else -MAX_NANO
    return to_nano(usd)


def tokens(count: int) -> int:
    """A token count that the database can sum; only a broken answer holds more."""
    return max(0, min(_MAX_TOKENS, count))


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


def _add_statement(rollup: str, source: str) -> str:
    keys = _KEYS[rollup]
    values = ", ".join(keys.values())
    sums = ", ".join(f"sum({value})" for value in _SUMS.values())
    added = ", ".join(f"{column} = {column} + excluded.{column}" for column in _SUMS)
    return (
        f"INSERT INTO {rollup} ({', '.join(keys)}, {_COLUMNS}) SELECT {values}, {sums} FROM {source} GROUP BY {values} "
        f"ON CONFLICT DO UPDATE SET {added}"
    )
