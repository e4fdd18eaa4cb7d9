from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_records import SESSION
from fakes import FakeClock
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.store import SqliteLedger


@pytest.fixture
def database(tmp_path: Path, clock: FakeClock) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "deck.db", clock)
    yield database
    database.close()


@pytest.fixture
def ledger(database: Database, clock: FakeClock) -> SqliteLedger:
    return SqliteLedger(database, clock, SESSION)
