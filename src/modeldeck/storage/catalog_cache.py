"""Provider lists in SQLite: one row per model, with when it was first and last seen."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter

from modeldeck.domain.model import Model
from modeldeck.ports import CachedListing
from modeldeck.storage.compact import dump, load, storable
from modeldeck.storage.database import Database
from modeldeck.storage.model_facts import FactReader, to_data
from modeldeck.storage.times import optional_time, to_text

_LISTINGS = "SELECT provider, fetched_at, tried_at, error FROM listings ORDER BY provider"
_LISTED = "SELECT position, facts FROM catalog WHERE listed"
_UNLIST = "UPDATE catalog SET listed = 0 WHERE provider = ?"
_LIST = """
INSERT INTO catalog (provider, model, listed, position, facts, first_seen, last_seen) VALUES (?, ?, 1, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET listed = 1, position = excluded.position, facts = excluded.facts,
    last_seen = excluded.last_seen
"""
_FETCHED = """
INSERT INTO listings (provider, fetched_at, tried_at) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET fetched_at = excluded.fetched_at, tried_at = excluded.tried_at, error = NULL
"""
_FAILED = """
INSERT INTO listings (provider, tried_at, error) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at, error = excluded.error
"""


class SqliteCatalogCache:
    """Implements `ports.CatalogCache`; every method may raise StorageError.

    A model that leaves its provider's list stays in the table with the time it was last seen, but is not loaded.
    Lists that another version wrote in a form this one does not read count as none, and are fetched anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> Mapping[str, CachedListing]:
        models: dict[str, list[Model]] = {}
        try:
            for model in self._listed():
                models.setdefault(model.provider, []).append(model)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return {}
        return {
            provider: CachedListing(
                provider, tuple(models.get(provider, ())), optional_time(fetched), optional_time(tried), error
            )
            for provider, fetched, tried, error in self._database.rows(_LISTINGS)
        }

    def _listed(self) -> list[Model]:
        """Every listed model, in the order of its provider's list."""
        rows = sorted(self._database.rows(_LISTED), key=itemgetter(0))
        facts = load(f"[{','.join([text for _, text in rows])}]")  # one call reads faster than thousands
        reader = FactReader()
        return [reader.model(data) for data in facts]

    def store(self, provider: str, models: Iterable[Model], fetched_at: datetime) -> None:
        at = to_text(fetched_at)
        rows = [
            (provider, storable(model.id), position, storable(dump(to_data(model))), at, at)
            for position, model in enumerate(models)
        ]
        with self._database.transaction() as connection:
            connection.execute(_UNLIST, (provider,))
            connection.executemany(_LIST, rows)
            connection.execute(_FETCHED, (provider, at, at))

    def fail(self, provider: str, error: str, tried_at: datetime) -> None:
        self._database.execute(_FAILED, (provider, to_text(tried_at), error))
