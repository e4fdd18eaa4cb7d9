"""Sums of settled attempts per day, month, model, task and session, so that a total never reads a million rows.

Attempts are added to the rollup tables in batches: all up to a mark, below which everything is settled. Every reading
statement adds the few above the mark. So totals are exact at any moment, while settling touches one page of the file.
"""

import sqlite3
from collections.abc import Mapping

from modeldeck.domain.errors import StorageError
from modeldeck.storage.database import Database

BATCH = 128
"""Every so many attempts those above the mark are added to the rollups."""

ABOVE_MARK = "id > (SELECT up_to FROM rolled_up)"
"""The condition for attempts that may still be open, or wait to be added."""

OPEN_ROWS = f"FROM attempts WHERE {ABOVE_MARK} AND status = 'open'"
"""FROM and WHERE of every attempt that is not settled."""

# What every rollup sums, and how one row of `attempts` counts in it; the order is that of `reports.totals_of`.
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
_FACTS = ("session", "day", "month", "model", "task", "tier", "mode")
_TASK = ("task", "tier", "mode")
# Rollup table -> its key columns, which are among the facts.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "usage_by_day": ("day",),
    "usage_by_model": ("day", "model"),
    "usage_by_model_month": ("month", "model"),
    "usage_by_task": ("day", *_TASK),
    "usage_by_task_month": ("month", *_TASK),
    "usage_by_session": ("session", "day", "model", *_TASK),
}
_COLUMNS = ", ".join(_SUMS)
_ROWS = f"""
SELECT session, day, substr(day, 1, 7) AS month, model, task, tier, mode,
    {", ".join(f"{value} AS {column}" for column, value in _SUMS.items())}
FROM attempts"""
_WAITING = f"{_ROWS} WHERE {ABOVE_MARK} AND status <> 'open'"
_NEW_MARK = f"""
SELECT ifnull((SELECT min(id) - 1 FROM attempts WHERE {ABOVE_MARK} AND status = 'open'),
    (SELECT ifnull(max(id), 0) FROM attempts))
"""
_TOTALS = ", ".join(f"sum({column})" for column in _SUMS)
TOTALS = ", ".join(f"ifnull(sum({column}), 0)" for column in _SUMS)
"""The columns to select from `usage(...)` for `reports.totals_of`."""


def usage(rollup: str) -> str:
    """A subquery with the keys and sums of a rollup table, waiting attempts included."""
    columns = f"{', '.join(_KEYS[rollup])}, {_COLUMNS}"
    return f"(SELECT {columns} FROM {rollup} UNION ALL SELECT {columns} FROM ({_WAITING}))"


def roll_up_after(database: Database, key: int) -> None:
    """Add a batch when the settled attempt `key` completes one.

    Keys are numbered over all processes, so no process needs to count what the others left waiting.
    """
    if key % BATCH:
        return
    try:
        with database.transaction() as connection:
            roll_up(connection)
    except StorageError as error:  # the row itself is settled and counts; the next batch takes the rest along
        import logging

        logging.getLogger(__name__).warning("The rollups are put off: %s", error.message)


def roll_up(connection: sqlite3.Connection) -> None:
    """Add the attempts above the mark, up to the oldest open one; the caller holds the transaction."""
    (mark,) = connection.execute(_NEW_MARK).fetchone()
    facts = ", ".join(_FACTS)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS batch ({facts}, {_COLUMNS})")
    connection.execute(
        f"INSERT INTO batch SELECT {facts}, {_TOTALS} FROM ({_WAITING} AND id <= ?) GROUP BY {facts}", (mark,)
    )
    for rollup, key in _KEYS.items():
        connection.execute(_add_statement(rollup, ", ".join(key)))
    connection.execute("DELETE FROM batch")
    connection.execute("UPDATE rolled_up SET up_to = ?", (mark,))


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the rollups anew from the rows alone; totals stay the same. The caller holds the transaction."""
    for rollup in _KEYS:
        connection.execute(f"DELETE FROM {rollup}")
    connection.execute("UPDATE rolled_up SET up_to = 0")
    roll_up(connection)


def _add_statement(rollup: str, keys: str) -> str:
    added = ", ".join(f"{column} = {column} + excluded.{column}" for column in _SUMS)
    return (
        f"INSERT INTO {rollup} ({keys}, {_COLUMNS}) SELECT {keys}, {_TOTALS} FROM batch WHERE true GROUP BY {keys} "
        f"ON CONFLICT DO UPDATE SET {added}"
    )
