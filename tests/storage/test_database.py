import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from fakes import FakeClock
from modeldeck.domain.errors import StorageError
from modeldeck.storage import database as database_module
from modeldeck.storage.database import SCHEMA_VERSION, Database

PAGE = 4096
PUT = "INSERT INTO cooldowns VALUES (?, 'later', 'auth', 'x', 1)"
GET = "SELECT scope FROM cooldowns ORDER BY scope"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "deck.db"


@pytest.fixture
def impatient(path: Path, clock: FakeClock) -> Iterator[Database]:
    database = Database(path, clock, busy_timeout_s=0.01)
    yield database
    database.close()


def ruin(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"this is no database" * 500)


def fill_and_ruin_in_the_middle(path: Path, clock: FakeClock) -> None:
    """A file that opens, but whose youngest pages, those of one table, are garbage."""
    with closing(Database(path, clock)) as database, database.transaction() as connection:
        connection.executemany(PUT, [(f"{number:0300}",) for number in range(200)])
    content = path.read_bytes()
    path.write_bytes(content[: -5 * PAGE] + b"\xff" * 5 * PAGE)


def test_what_is_written_is_there_for_the_next_process(path: Path, clock: FakeClock) -> None:
    with closing(Database(path, clock)) as database:
        database.execute(PUT, ("cloud",))
    with closing(Database(path, clock)) as database:
        assert database.rows(GET) == [("cloud",)]


def test_nothing_is_opened_before_the_first_use(path: Path, impatient: Database) -> None:
    assert not path.exists()
    impatient.open()
    assert path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_file_and_companions_are_private(path: Path, database: Database) -> None:
    database.execute(PUT, ("cloud",))
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    assert modes == {"deck.db": 0o600, "deck.db-wal": 0o600, "deck.db-shm": 0o600}


def test_the_file_is_in_wal_mode_with_the_schema_stamped(database: Database) -> None:
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert database.rows("PRAGMA synchronous") == [(1,)]
    assert database.rows("PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_an_up_to_date_file_opens_without_anything_heavy(path: Path, database: Database) -> None:
    database.open()
    code = (
        "import sys; from pathlib import Path; from modeldeck.clock import SystemClock\n"
        "from modeldeck.storage.database import Database\n"
        "from modeldeck.storage.catalog_cache import SqliteCatalogCache\n"
        "from modeldeck.storage.ledger.store import SqliteLedger\n"
        "from modeldeck.storage.settings.config_file import load_settings\n"
        "from modeldeck.storage.settings.state_file import TomlStateFile\n"
        "database = Database(Path(sys.argv[1]), SystemClock()); SqliteCatalogCache(database).load()\n"
        "SqliteLedger(database, SystemClock(), 's').recover()\n"
        "load_settings(Path(sys.argv[2]), TomlStateFile(Path(sys.argv[2]), SystemClock()).load(), {})\n"
        "heavy = {'sqlite_utils', 'pydantic', 'psutil', 'asyncio', 'tomli_w', 'platformdirs', 'zoneinfo'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    nothing = path.parent / "absent.toml"
    answer = subprocess.run([sys.executable, "-c", code, path, nothing], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fail_halfway() -> None:
        with database.transaction() as connection:
            connection.execute(PUT, ("cloud",))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert database.rows(GET) == []


def test_many_threads_write_through_one_connection(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as connection:
            connection.execute(PUT, (f"a{number:03}",))
        database.execute(PUT, (f"b{number:03}",))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(100)))
    assert len(database.rows(GET)) == 200


def test_a_new_file_may_be_opened_by_several_at_once(path: Path, clock: FakeClock) -> None:
    def open_and_write(number: int) -> None:
        with closing(Database(path, clock)) as database:
            database.execute(PUT, (str(number),))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(open_and_write, range(6)))
    with closing(Database(path, clock)) as database:
        assert len(database.rows(GET)) == 6


def test_in_memory_nothing_is_left_behind(clock: FakeClock, tmp_path: Path) -> None:
    with closing(Database.in_memory(clock)) as database:
        database.execute(PUT, ("cloud",))
        assert database.rows(GET) == [("cloud",)]
    assert list(tmp_path.iterdir()) == []


def test_a_closed_database_says_so(database: Database) -> None:
    database.open()
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.rows(GET)


def test_a_locked_database_is_an_error_that_says_what_to_do(path: Path, impatient: Database) -> None:
    impatient.open()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked") as caught:
            impatient.execute(PUT, ("cloud",))
        assert "Close other modeldeck processes" in (caught.value.hint or "")
        assert impatient.rows(GET) == []
    impatient.execute(PUT, ("cloud",))


def test_a_database_locked_while_it_opens_is_not_taken_for_a_damaged_one(path: Path, impatient: Database) -> None:
    impatient.open()
    impatient.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with (
            closing(Database(path, FakeClock(), busy_timeout_s=0.01)) as late,
            pytest.raises(StorageError, match="locked"),
        ):
            late.open()
    assert [each.name for each in path.parent.iterdir() if "corrupt" in each.name] == []


@pytest.mark.parametrize("companions", [(), ("-wal", "-shm")])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(
    path: Path, clock: FakeClock, companions: tuple[str, ...]
) -> None:
    ruin(path)
    for companion in companions:
        path.with_name(path.name + companion).write_bytes(b"leftover")
    content = path.read_bytes()
    with closing(Database(path, clock)) as database:
        database.execute(PUT, ("cloud",))
        assert database.rows(GET) == [("cloud",)]
        (warning,) = database.warnings
    kept = path.with_name("deck.db.corrupt-20260901-120000")
    assert kept.read_bytes() == content
    assert kept.name in warning
    assert str(path) in warning


def test_a_second_damaged_file_never_replaces_the_first(path: Path, clock: FakeClock) -> None:
    for _ in range(3):
        ruin(path)
        with closing(Database(path, clock)) as database:
            database.open()
    kept = sorted(each.name for each in path.parent.iterdir() if "corrupt" in each.name)
    assert kept == [f"deck.db.corrupt-20260901-120000{suffix}" for suffix in ("", "-2", "-3")]


def test_damage_found_in_the_middle_of_the_work_is_said_and_survived(path: Path, clock: FakeClock) -> None:
    fill_and_ruin_in_the_middle(path, clock)
    with closing(Database(path, clock)) as database:
        database.open()
        with pytest.raises(StorageError, match="damaged"):
            database.rows(GET)
        assert len(database.warnings) == 1
        database.execute(PUT, ("cloud",))
        assert database.rows(GET) == [("cloud",)]
    assert path.with_name("deck.db.corrupt-20260901-120000").stat().st_size > 4096


def test_damage_found_inside_a_transaction_is_survived_too(path: Path, clock: FakeClock) -> None:
    fill_and_ruin_in_the_middle(path, clock)
    with closing(Database(path, clock)) as database:
        with pytest.raises(StorageError, match="damaged"), database.transaction() as connection:
            connection.execute(GET).fetchall()
        with database.transaction() as connection:
            connection.execute(PUT, ("cloud",))
        assert database.rows(GET) == [("cloud",)]


def test_a_damaged_file_that_cannot_be_moved_is_an_error(
    path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    ruin(path)
    monkeypatch.setattr(Path, "rename", refuse)
    with closing(Database(path, clock)) as database, pytest.raises(StorageError, match="cannot be moved aside"):
        database.open()
    assert path.exists()


def test_a_file_of_a_newer_version_is_left_alone(path: Path, database: Database) -> None:
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    with closing(Database(path, FakeClock())) as older, pytest.raises(StorageError, match="newer version") as caught:
        older.open()
    assert "Update modeldeck" in (caught.value.hint or "")
    assert older.warnings == ()


def test_a_file_that_may_not_be_written_is_an_error_with_a_way_out(
    impatient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(database_module, "open_private", refuse)
    with pytest.raises(StorageError, match="Permission denied") as caught:
        impatient.open()
    assert "MODELDECK_DATA_DIR" in (caught.value.hint or "")


def test_a_folder_in_place_of_the_file_is_an_error(path: Path, impatient: Database) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be written"):
        impatient.open()


def test_a_database_that_turned_read_only_is_an_error(database: Database) -> None:
    database.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="cannot be written"):
        database.execute(PUT, ("cloud",))


def test_a_full_disk_is_an_error_that_names_it(database: Database) -> None:
    ((pages,),) = database.rows("PRAGMA page_count")
    database.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"), database.transaction() as connection:
        connection.executemany(PUT, [(f"{number:0500}",) for number in range(100)])
    assert database.rows(GET) == []


def test_mistakes_in_our_own_statements_stay_visible(database: Database) -> None:
    database.execute(PUT, ("cloud",))
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(PUT, ("cloud",))
    with pytest.raises(sqlite3.ProgrammingError):
        database.execute(PUT, ())
