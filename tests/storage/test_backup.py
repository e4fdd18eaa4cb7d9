import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes import FakeClock
from modeldeck.domain.errors import StorageError
from modeldeck.storage.backup import back_up, restore
from modeldeck.storage.database import SCHEMA_VERSION, Database

AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
PUT = "INSERT INTO cooldowns VALUES (?, 'later', 'auth', 'x', 1)"
GET = "SELECT scope FROM cooldowns ORDER BY scope"


@pytest.fixture
def database(tmp_path: Path, clock: FakeClock) -> Database:
    database = Database(tmp_path / "data" / "deck.db", clock)
    database.execute(PUT, ["a"])
    return database


def path_of(database: Database) -> Path:
    assert database.path is not None
    return database.path


def rows_in(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(GET).fetchall()


def test_a_copy_holds_what_an_open_deck_has_written(database: Database, tmp_path: Path) -> None:
    empty = back_up(path_of(database), tmp_path / "one.db").rows
    database.execute(PUT, ["b"])
    report = back_up(path_of(database), tmp_path / "sub" / "copy.db")
    assert report.rows == empty + 1
    assert rows_in(report.file) == [("a",), ("b",)]
    assert stat.S_IMODE(report.file.stat().st_mode) == 0o600


def test_an_older_copy_is_replaced_and_nothing_unfinished_stays(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    back_up(path_of(database), target)
    database.execute(PUT, ["b"])
    back_up(path_of(database), target)
    assert rows_in(target) == [("a",), ("b",)]
    assert [entry.name for entry in target.parent.iterdir()] == ["copy.db"]


@pytest.mark.parametrize("content", [b"a letter to grandma", b"SQLite format 2\x00"])
def test_somebody_elses_file_is_left_alone(database: Database, tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "letter.txt"
    target.write_bytes(content)
    with pytest.raises(StorageError, match="is no deck's database; it is left alone"):
        back_up(path_of(database), target)
    assert target.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "recipes.db"
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    content = target.read_bytes()
    with pytest.raises(StorageError, match="is no deck's database; it is left alone"):
        back_up(path_of(database), target)
    assert target.read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_regular_file_is_neither_replaced_nor_waited_for(database: Database, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StorageError, match="is no regular file"):
        back_up(path_of(database), pipe)
    with pytest.raises(StorageError, match="is no regular file"):
        restore(pipe, path_of(database), AT)
    assert pipe.is_fifo()
    assert database.rows(GET) == [("a",)]


def test_the_database_is_no_target_for_its_own_copy(database: Database) -> None:
    with pytest.raises(StorageError, match="is the database itself"):
        back_up(path_of(database), path_of(database))


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no database"):
        back_up(tmp_path / "deck.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_database_of_a_newer_version_is_named_and_leaves_no_copy(database: Database, tmp_path: Path) -> None:
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    target = tmp_path / "copies" / "copy.db"
    with pytest.raises(StorageError) as caught:
        back_up(path_of(database), target)
    assert caught.value.message == f"{path_of(database)} was made by a newer version of modeldeck."
    assert list(target.parent.iterdir()) == []


def test_restoring_brings_the_copy_back_and_keeps_what_was_there(database: Database, tmp_path: Path) -> None:
    copy = back_up(path_of(database), tmp_path / "copy.db")
    database.execute(PUT, ["later"])
    report = restore(copy.file, path_of(database), AT)
    assert database.rows(GET) == [("a",)]  # the open deck sees it, too
    assert report.rows == copy.rows
    assert report.kept is not None
    assert report.kept.name == "deck.db.before-restore-20260901-120000"
    assert rows_in(report.kept) == [("a",), ("later",)]


def test_restoring_onto_a_new_machine(database: Database, tmp_path: Path, clock: FakeClock) -> None:
    copy = back_up(path_of(database), tmp_path / "copy.db")
    elsewhere = tmp_path / "new" / "deck.db"
    assert restore(copy.file, elsewhere, AT).kept is None
    fresh = Database(elsewhere, clock)
    assert fresh.rows(GET) == [("a",)]
    fresh.close()


def test_what_is_no_whole_copy_is_refused_and_the_database_stays(database: Database, tmp_path: Path) -> None:
    strange = tmp_path / "strange.db"
    with closing(sqlite3.connect(strange)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    newer = back_up(path_of(database), tmp_path / "newer.db").file
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"garbage" * 999)
    for file, message in [
        (strange, "no copy of a deck's database"),
        (newer, "newer version"),
        (garbage, "no database that can be read"),
        (tmp_path / "missing.db", "There is no file"),
    ]:
        with pytest.raises(StorageError, match=message):
            restore(file, path_of(database), AT)
    assert database.rows(GET) == [("a",)]
