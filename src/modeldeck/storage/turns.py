"""Conversations: finished exchanges in their order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from modeldeck.storage.database import Database, Row
from modeldeck.storage.retention import forget
from modeldeck.storage.times import from_text, to_text

if TYPE_CHECKING:
    from modeldeck.domain.conversation import Turn

_COLUMNS = "conversation, run, at, model, system, prompt, answer"


class SqliteTurnStore:
    """Implements `ports.TurnStore`; every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, turn: Turn, instead_of: str | None = None) -> None:
        row = (turn.conversation, turn.run, to_text(turn.at), turn.model, turn.system, turn.prompt, turn.answer)
        with self._database.transaction():
            if instead_of is not None:
                self._database.execute(
                    "DELETE FROM turns WHERE conversation = ? AND run = ?", (turn.conversation, instead_of)
                )
            self._database.execute(f"INSERT INTO turns ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def of(self, conversation: str) -> tuple[Turn, ...]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM turns WHERE conversation = ? ORDER BY id", (conversation,))
        return tuple(map(_turn, rows))

    def last_conversation(self) -> str | None:
        rows = self._database.rows("SELECT conversation FROM turns ORDER BY id DESC LIMIT 1")
        return rows[0][0] if rows else None

    def forget(self, before: datetime) -> int:
        return forget(self._database, "turns", before)


def _turn(row: Row) -> Turn:
    from modeldeck.domain.conversation import Turn  # every start makes the store, few read from it

    conversation, run, at, model, system, prompt, answer = row
    return Turn(
        conversation=conversation,
        run=run,
        at=from_text(at),
        model=model,
        system=system,
        prompt=prompt,
        answer=answer,
    )
