"""Ratings that a person gave to answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.ports import Votes
from modeldeck.storage.database import Database
from modeldeck.storage.times import to_text

if TYPE_CHECKING:
    from modeldeck.domain.feedback import Rating


class SqliteRatingStore:
    """Implements `ports.RatingStore`; every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, rating: Rating) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO ratings (run, at, model, task, specialization, rating) VALUES (?, ?, ?, ?, ?, ?)",
            (rating.run, to_text(rating.at), rating.model, rating.task, rating.specialization, rating.rating),
        )

    def votes(self) -> tuple[Votes, ...]:
        rows = self._database.rows(
            "SELECT model, specialization, sum(rating), count(*) FROM ratings GROUP BY model, specialization"
        )
        return tuple(Votes(*row) for row in rows)
