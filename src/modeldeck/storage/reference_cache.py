"""What others than their providers say about models, in SQLite: one row per source and model."""

from collections.abc import Iterable
from datetime import datetime

from modeldeck.domain.model import Model
from modeldeck.ports import CachedListing
from modeldeck.storage.database import Database
from modeldeck.storage.model_facts import FactReader, to_data
from modeldeck.storage.refreshes import failed_statement, fetched_statement
from modeldeck.storage.times import optional_time, to_text
from modeldeck.storage.values import dump, load, storable

_STATE = "SELECT fetched_at, tried_at, error FROM reference_lists WHERE source = ?"
_FACTS = "SELECT facts FROM reference_facts WHERE source = ?"
_FORGET = "DELETE FROM reference_facts WHERE source = ?"
_STORE = "INSERT OR REPLACE INTO reference_facts (source, model, facts) VALUES (?, ?, ?)"
_FETCHED = fetched_statement("reference_lists", "source")
_FAILED = failed_statement("reference_lists", "source")


class SqliteReferenceCache:
    """Implements `ports.ReferenceCache`; every method may raise StorageError.

    Facts that another version wrote in a form this one does not read count as none, and are fetched anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, source: str) -> CachedListing:
        state = next(iter(self._database.rows(_STATE, (source,))), (None, None, None))
        fetched_at, tried_at, error = state
        reader = FactReader()
        try:
            models = tuple(reader.model(load(facts)) for (facts,) in self._database.rows(_FACTS, (source,)))
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return CachedListing(source, (), None)
        return CachedListing(source, models, optional_time(fetched_at), optional_time(tried_at), error)

    def store(self, source: str, models: Iterable[Model], fetched_at: datetime) -> None:
        at = to_text(fetched_at)
        rows = [(source, storable(model.id), storable(dump(to_data(model)))) for model in models]
        with self._database.transaction() as connection:
            connection.execute(_FORGET, (source,))
            connection.executemany(_STORE, rows)
            connection.execute(_FETCHED, (source, at, at))

    def fail(self, source: str, error: str, tried_at: datetime) -> None:
        self._database.execute(_FAILED, (source, to_text(tried_at), error))
