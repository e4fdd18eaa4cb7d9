"""Copies of the database: made while others use it, checked before anybody relies on them.

Pages are copied by SQLite's own backup, which waits for writers and takes the write-ahead log along
(https://www.sqlite.org/backup.html); a plain copy of the file would miss what stands there.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from modeldeck.domain.backup import BackupReport
from modeldeck.domain.errors import StorageError
from modeldeck.paths import make_folder, open_private
from modeldeck.storage.corruption import free_name
from modeldeck.storage.database import SCHEMA_VERSION

_BUSY_TIMEOUT_S = 10.0
_OURS = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('runs', 'attempts')"
_OUR_TABLES = 2
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def back_up(database: Path, target: Path) -> BackupReport:
    """Copy the database to `target`, in one step: the old copy stays until the new one is whole and checked.

    Raises:
        StorageError: there is no database, `target` is the database itself or somebody else's file, or cannot be
            written.
    """
    if not database.exists():
        raise StorageError(f"There is no database at {database} yet.", "The first run makes it.")
    _check_target(database, target)
    unfinished = free_name(target.with_name(f"{target.name}.part"))
    make_folder(target.parent)
    try:
        os.close(open_private(unfinished, os.O_RDWR | os.O_CREAT))
        _copy(database, unfinished)
        rows = _checked_rows(unfinished, named=database)
        unfinished.replace(target)
    except OSError as error:
        raise StorageError(f"The copy {target} cannot be written: {error.strerror or error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return BackupReport(target, rows)


def restore(backup: Path, database: Path, at: datetime) -> BackupReport:
    """Put a checked copy in the place of the database; what was there is kept beside it.

    Args:
        backup: a file that `back_up` made.
        database: the database; other processes that use it see the new content at once.
        at: dates the name under which the old content is kept, UTC.

    Raises:
        StorageError: the file is no whole copy of a deck's database, or is newer than this program knows.
    """
    if not backup.exists():
        raise StorageError(f"There is no file {backup}.", "`modeldeck backup FILE` makes one.")
    _check_regular(backup)
    rows = _checked_rows(backup, named=backup)
    kept = None
    make_folder(database.parent)
    try:
        if database.exists():
            kept = free_name(database.with_name(f"{database.name}.before-restore-{at:%Y%m%d-%H%M%S}"))
            os.close(open_private(kept, os.O_RDWR | os.O_CREAT))
            _copy(database, kept)
        else:
            os.close(open_private(database, os.O_RDWR | os.O_CREAT))
        _copy(backup, database)
    except OSError as error:
        raise StorageError(f"The database {database} cannot be replaced: {error.strerror or error}.") from error
    return BackupReport(backup, rows, kept)


def _check_target(database: Path, target: Path) -> None:
    if not target.exists():
        return
    if target.is_dir():
        raise StorageError(f"{target} is a folder.", "Name a file in it.")
    _check_regular(target)
    if target.samefile(database):
        raise StorageError(f"{target} is the database itself.", "Choose another name for the copy.")
    if target.stat().st_size and not _is_ours(target):
        raise StorageError(f"{target} exists and is no deck's database; it is left alone.", "Choose another name.")


def _check_regular(path: Path) -> None:
    """Refuse devices and pipes: one would be replaced (`/dev/null` for everybody), the other waited for."""
    if not path.is_file():
        raise StorageError(f"{path} is no regular file; it is left alone.", "Choose another name.")


def _is_ours(path: Path) -> bool:
    try:
        with closing(_open(path)) as connection:
            (ours,) = connection.execute(_OURS).fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(ours == _OUR_TABLES)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(_open(source)) as pages, closing(_open(target)) as copy:
            pages.backup(copy)
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{source} cannot be copied to {target}: {error}.", "Close other programs, try again."
        ) from error


def _checked_rows(path: Path, named: Path) -> int:
    """How many rows all tables of a copy hold.

    Raises StorageError, about the file `named`, unless it is a whole database of this program.
    """
    try:
        with closing(_open(path)) as connection:
            (ours,) = connection.execute(_OURS).fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if ours != _OUR_TABLES or not 1 <= version <= SCHEMA_VERSION:
                raise _not_ours(named, version)
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise StorageError(f"{named} is damaged: {verdict}.", "Use another copy.")
            tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
            return sum(_count(connection, name) for name in tables)
    except sqlite3.DatabaseError as error:
        raise StorageError(f"{named} is no database that can be read: {error}.", "Use another copy.") from error


def _not_ours(path: Path, version: int) -> StorageError:
    if version > SCHEMA_VERSION:
        return StorageError(f"{path} was made by a newer version of modeldeck.", "Update modeldeck first.")
    return StorageError(f"{path} is no copy of a deck's database.", "`modeldeck backup FILE` makes one.")


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    (rows,) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
    return int(rows)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S)
