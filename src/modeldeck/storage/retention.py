"""Deleting what a person does not want to keep for ever: rows of a table that grows by time, oldest first."""

from datetime import datetime
from typing import Literal

from modeldeck.storage.database import Database
from modeldeck.storage.times import to_text

_BATCH = 500
"""Rows per transaction: other processes never wait long, and a look that finds nothing reads one page."""


def forget(database: Database, table: Literal["runs", "turns"], before: datetime) -> int:
    """Delete the rows of a time earlier than `before`; returns how many. Attempts and totals are other tables."""
    cut = to_text(before)
    deleted = 0
    while True:
        oldest = database.rows(f"SELECT id, at FROM {table} ORDER BY id LIMIT {_BATCH}")
        old = [key for key, at in oldest if at < cut]
        if not old:
            return deleted
        marks = ", ".join("?" * len(old))
        deleted += database.execute(f"DELETE FROM {table} WHERE id IN ({marks})", old).rowcount
