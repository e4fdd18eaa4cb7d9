"""The newest attempts as rate limits count them. Nothing is indexed by time: keys ascend with it."""

from collections.abc import Collection
from datetime import datetime

from modeldeck.ports import Sent
from modeldeck.storage.database import Database, Row
from modeldeck.storage.times import from_text, to_text

_PAGE = 1_000
_COLUMNS = """
id, at, model, CASE status WHEN 'open' THEN estimated_input ELSE input_tokens + output_tokens END, status = 'open'
"""
_NEWER = f"SELECT {_COLUMNS} FROM attempts WHERE id > ? ORDER BY id"
_BACKWARDS = f"SELECT {_COLUMNS} FROM attempts WHERE id < ? ORDER BY id DESC LIMIT {_PAGE}"


def attempts_sent(database: Database, since: datetime, after: int, again: Collection[int]) -> tuple[Sent, ...]:
    """See `ports.Ledger.sent`."""
    if not after:
        return tuple(map(_sent, reversed(_from_the_end(database, to_text(since)))))
    rows = database.rows(_NEWER, (after,))
    if again:
        marks = ", ".join("?" * len(again))
        rows = database.rows(f"SELECT {_COLUMNS} FROM attempts WHERE id IN ({marks}) ORDER BY id", [*again]) + rows
    return tuple(map(_sent, rows))


def _from_the_end(database: Database, since: str) -> list[Row]:
    """Rows back to a time, the newest first, page by page: a day is short beside years of attempts."""
    found: list[Row] = []
    below = 2**63 - 1
    while True:
        page = database.rows(_BACKWARDS, (below,))
        found += [row for row in page if row[1] >= since]
        if len(page) < _PAGE or page[-1][1] < since:
            return found
        below = page[-1][0]


def _sent(row: Row) -> Sent:
    key, at, model, tokens, is_open = row
    return Sent(key, from_text(at), model, tokens, bool(is_open))
