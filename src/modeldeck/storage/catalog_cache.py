"""Provider lists in SQLite: one row per model, with when it was first and last seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from modeldeck.domain.model import Model, by_name
from modeldeck.ports import CachedListing
from modeldeck.storage.database import Database
from modeldeck.storage.model_facts import FactReader, to_data
from modeldeck.storage.refreshes import failed_statement, fetched_statement
from modeldeck.storage.times import optional_time, to_text
from modeldeck.storage.values import dump, load, storable

_LISTINGS = "SELECT provider, fetched_at, tried_at, error FROM listings ORDER BY provider"
_LISTED = "SELECT position, facts FROM catalog WHERE listed AND provider NOT IN (SELECT value FROM json_each(?))"
_FIRST = """
SELECT position, facts FROM catalog WHERE listed AND (position < ? OR model IN (SELECT value FROM json_each(?)))
"""
_ROWS_AT_ONCE = 500
"""Rows whose JSON is read by one call: many are read faster than one, all of them would take memory once more."""
_UNLIST = "UPDATE catalog SET listed = 0 WHERE provider = ?"
_LIST = """
INSERT INTO catalog (provider, model, listed, position, facts, first_seen, last_seen) VALUES (?, ?, 1, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET listed = 1, position = excluded.position, facts = excluded.facts,
    last_seen = excluded.last_seen
"""
_FETCHED = fetched_statement("listings", "provider")
_FAILED = failed_statement("listings", "provider")


class SqliteCatalogCache:
    """Implements `ports.CatalogCache`; every method may raise StorageError.

    A model that leaves its provider's list stays in the table with the time it was last seen, but is not loaded.
    Lists that another version wrote in a form this one does not read count as none, and are fetched anew.
    A list that did not change since it was last loaded as a whole is the same object again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded: Mapping[str, CachedListing] = {}

    def load(self, first: int | None = None, also: Collection[str] = ()) -> Mapping[str, CachedListing]:
        times = self._database.rows(_LISTINGS)
        known = self._unchanged(times) if first is None else {}
        statement, parameters = (
            (_LISTED, (dump(list(known)),)) if first is None else (_FIRST, (first, dump(list(also))))
        )
        models: dict[str, list[Model]] = {}
        try:
            for model in self._models(statement, parameters):
                models.setdefault(model.provider, []).append(model)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return {}
        listings = {
            provider: CachedListing(
                provider,
                known[provider] if provider in known else tuple(models.get(provider, ())),
                optional_time(fetched),
                optional_time(tried),
                error,
            )
            for provider, fetched, tried, error in times
        }
        if first is None:
            self._loaded = listings
        return listings

    def _unchanged(self, times: Iterable[Sequence[Any]]) -> dict[str, tuple[Model, ...]]:
        """The models of the lists that were loaded before and not stored anew since, by provider."""
        loaded = self._loaded
        return {
            provider: loaded[provider].models
            for provider, fetched, _, _ in times
            if provider in loaded and loaded[provider].fetched_at == optional_time(fetched)
        }

    def _models(self, statement: str, parameters: Sequence[Any]) -> Iterable[Model]:
        """The models of rows of position and facts, each provider's in the order of their names."""
        rows = sorted(self._database.rows(statement, parameters), key=itemgetter(0))
        reader = FactReader()
        while rows:
            facts = load(f"[{','.join([text for _, text in rows[:_ROWS_AT_ONCE]])}]")
            del rows[:_ROWS_AT_ONCE]
            yield from map(reader.model, facts)

    def store(self, provider: str, models: Iterable[Model], fetched_at: datetime) -> None:
        at = to_text(fetched_at)
        rows = [
            (provider, storable(model.id), position, storable(dump(to_data(model))), at, at)
            for position, model in enumerate(sorted(models, key=by_name))
        ]
        self._loaded = {name: listing for name, listing in self._loaded.items() if name != provider}
        with self._database.transaction() as connection:
            connection.execute(_UNLIST, (provider,))
            connection.executemany(_LIST, rows)
            connection.execute(_FETCHED, (provider, at, at))

    def fail(self, provider: str, error: str, tried_at: datetime) -> None:
        self._database.execute(_FAILED, (provider, to_text(tried_at), error))
