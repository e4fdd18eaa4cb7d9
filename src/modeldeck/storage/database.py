"""The one SQLite connection of a process: opened late, shared by all stores, safe to use from several threads."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self

from modeldeck.domain.errors import StorageError
from modeldeck.paths import make_folder, open_private
from modeldeck.ports import Clock
from modeldeck.storage.corruption import is_corruption, is_damaged, primary_code, set_aside
from modeldeck.storage.values import storable

SCHEMA_VERSION = 2
"""How many migrations there are; stands in `PRAGMA user_version` of an up-to-date file."""

Row = tuple[Any, ...]
_BUSY_TIMEOUT_S = 5.0
_WAL_TRIES = 20
_ELSEWHERE = "Choose another folder with --data-dir or MODELDECK_DATA_DIR."


class Database:
    """`deck.db` in WAL mode; every method raises StorageError when the file cannot be used.

    A damaged file is kept aside and a new one begun; `warnings` then says so.

    Args:
        path: the file; None keeps everything in memory.
        clock: dates the name of a damaged file.
        busy_timeout_s: how long to wait while another process writes.
    """

    def __init__(self, path: Path | None, clock: Clock, *, busy_timeout_s: float = _BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._clock = clock
        self._busy_timeout_s = busy_timeout_s
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        self._warnings: list[str] = []

    @classmethod
    def in_memory(cls, clock: Clock) -> Self:
        """A database that ends with the process, for when no folder can be written."""
        return cls(None, clock)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the person about what happened to the file."""
        return tuple(self._warnings)

    def open(self) -> None:
        """Open the file now instead of at the first use."""
        with self._lock:
            self._connected()

    def close(self) -> None:
        """Close the connection for good; closing twice is fine."""
        with self._lock:
            self._closed = True
            self._drop_connection()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one writing statement; the cursor tells `lastrowid` and `rowcount`.

        It is a transaction of its own, or part of the one that this thread is in.
        """
        with self._lock:
            connection = self._connected()
            try:
                return _execute(connection, sql, parameters)
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Every row of one reading statement; half characters are asked for as `execute` stores them."""
        with self._lock:
            connection = self._connected()
            try:
                return _execute(connection, sql, parameters).fetchall()
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Several statements that all happen or none; other threads and processes wait meanwhile."""
        with self._lock:
            connection = self._connected()
            try:
                with _immediate(connection):
                    yield connection
            except sqlite3.DatabaseError as error:
                raise self._failure(error) from error

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            if self._closed:
                raise StorageError("The database is closed.")
            self._connection = self._open_or_begin_anew()
        return self._connection

    def _open_or_begin_anew(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if not self._was_set_aside(error):
                raise self._readable(error) from error
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            raise self._readable(error) from error

    def _connect(self) -> sqlite3.Connection:
        if self.path is not None:
            _prepare_file(self.path)
        connection = sqlite3.connect(
            self.path or ":memory:",
            timeout=self._busy_timeout_s,
            isolation_level=None,  # transactions begin where the code says so
            check_same_thread=False,  # the lock of this class takes care
        )
        try:
            _use_write_ahead_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")  # in WAL mode a killed process loses nothing
            connection.execute("PRAGMA temp_store = MEMORY")
            _bring_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _failure(self, error: sqlite3.DatabaseError) -> Exception:
        """What to raise for an error in the middle of the work; mistakes in our own SQL stay what they are."""
        if isinstance(error, (sqlite3.ProgrammingError, sqlite3.IntegrityError)):
            return error
        if self._was_set_aside(error):
            return StorageError(self._warnings[-1], "Nothing else to do: repeat what you just did.")
        return self._readable(error)

    def _was_set_aside(self, error: sqlite3.DatabaseError) -> bool:
        """Move the file aside if it really is damaged, and remember a sentence about it."""
        if self.path is None or not is_corruption(error):
            return False
        self._drop_connection()
        if not is_damaged(self.path):
            return False
        kept = set_aside(self.path, self._clock.now())
        self._warnings.append(
            f"The database {self.path} was damaged: it is kept as {kept.name}, and a new one is used."
        )
        return True

    def _readable(self, error: sqlite3.DatabaseError) -> StorageError:
        name = "in memory" if self.path is None else str(self.path)
        match primary_code(error):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StorageError(
                    f"The database {name} is locked: another program has been writing to it for more than "
                    f"{self._busy_timeout_s:g} s.",
                    "Close other modeldeck processes or database tools that use it, then try again.",
                )
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return StorageError(f"The database {name} cannot be written: {error}.", _ELSEWHERE)
            case sqlite3.SQLITE_FULL:
                return StorageError(f"The disk that holds the database {name} is full.", "Make room, then try again.")
        return StorageError(f"The database {name} cannot be used: {error}.", _ELSEWHERE)


def _execute(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> sqlite3.Cursor:
    try:
        return connection.execute(sql, parameters)
    except (UnicodeEncodeError, OverflowError):
        return connection.execute(sql, [storable(value) for value in parameters])


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare_file(path: Path) -> None:
    """Make folder and file when they are missing. Raises StorageError when the file could not be written."""
    make_folder(path.parent)
    try:
        os.close(open_private(path, os.O_RDWR | os.O_CREAT))
    except OSError as error:
        raise StorageError(f"The database {path} cannot be written: {error.strerror or error}.", _ELSEWHERE) from error


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL mode; on any other this only reads.

    While another process does the same, the statement fails at once instead of waiting as all others do.
    """
    for _ in range(_WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY:
                raise
        connection.execute("BEGIN EXCLUSIVE")  # waits for the others
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master")  # reads the schema: damage shows here, not later
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"The database was made by a newer version of modeldeck (its schema is {version}, this one knows "
            f"{SCHEMA_VERSION}).",
            f"Update modeldeck. {_ELSEWHERE}",
        )
    from modeldeck.storage.migrations import migrate  # sqlite_utils takes 66 ms: only when there is something to do

    with _immediate(connection):
        migrate(connection, SCHEMA_VERSION)
