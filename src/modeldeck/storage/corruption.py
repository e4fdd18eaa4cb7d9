"""What happens to a database file that SQLite cannot read any more: it is kept aside, never deleted."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from modeldeck.domain.errors import StorageError

# Primary result codes, https://www.sqlite.org/rescode.html
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_COMPANIONS = ("-wal", "-shm")  # what SQLite keeps beside a database in WAL mode


def primary_code(error: sqlite3.Error) -> int:
    """The primary SQLite result code of an error; 0 for errors that Python itself raised."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_corruption(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is damaged or no database at all."""
    return primary_code(error) in _CORRUPT


def is_damaged(path: Path) -> bool:
    """Read the whole file and say whether it is damaged; no open connection is needed.

    Another process may have replaced the file since an error was seen, so this is asked before it is moved.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return str(verdict) != "ok"
    except sqlite3.DatabaseError as error:
        return is_corruption(error)


def set_aside(path: Path, at: datetime) -> Path:
    """Move a database with its companions to `NAME.corrupt-YYYYMMDD-HHMMSS` (UTC); returns the new path.

    Nothing is ever overwritten: a name that is taken gets a number.

    Raises:
        StorageError: the file cannot be moved.
    """
    kept = free_name(path.with_name(f"{path.name}.corrupt-{at:%Y%m%d-%H%M%S}"))
    try:
        path.rename(kept)
        for companion in _COMPANIONS:
            beside = path.with_name(path.name + companion)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + companion))
    except OSError as error:
        raise StorageError(
            f"The database {path} is damaged and cannot be moved aside: {error.strerror or error}.",
            "Close other programs that use it, move it away by hand, and start again.",
        ) from error
    return kept


def free_name(wanted: Path) -> Path:
    """`wanted`, or the same with `-2`, `-3`, ... where that name is taken."""
    candidate, number = wanted, 1
    while candidate.exists():
        number += 1
        candidate = wanted.with_name(f"{wanted.name}-{number}")
    return candidate
