"""Cooldowns and quotas, kept as absolute times so that a restart forgets none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.domain.errors import ErrorKind
from modeldeck.storage.database import Database, Row
from modeldeck.storage.times import from_text, optional_text, optional_time, to_text

if TYPE_CHECKING:
    from modeldeck.domain.quota import Cooldown, Quota


class SqliteLimitStore:
    """Implements `ports.LimitStore`; every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cooldowns(self) -> tuple[Cooldown, ...]:
        rows = self._database.rows("SELECT scope, until, kind, reason, failures FROM cooldowns ORDER BY scope")
        return tuple(map(_cooldown, rows))

    def put_cooldown(self, cooldown: Cooldown) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO cooldowns (scope, until, kind, reason, failures) VALUES (?, ?, ?, ?, ?)",
            (cooldown.scope, to_text(cooldown.until), cooldown.kind.value, cooldown.reason, cooldown.failures),
        )

    def drop_cooldown(self, scope: str) -> None:
        self._database.execute("DELETE FROM cooldowns WHERE scope = ?", (scope,))

    def quotas(self) -> tuple[Quota, ...]:
        rows = self._database.rows(
            "SELECT scope, kind, quota_limit, used, remaining, resets_at FROM quotas ORDER BY scope, kind"
        )
        return tuple(map(_quota, rows))

    def put_quota(self, quota: Quota) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO quotas (scope, kind, quota_limit, used, remaining, resets_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (quota.scope, quota.kind, quota.limit, quota.used, quota.remaining, optional_text(quota.resets_at)),
        )


def _cooldown(row: Row) -> Cooldown:
    from modeldeck.domain.quota import Cooldown  # every start asks, most find none

    scope, until, kind, reason, failures = row
    return Cooldown(scope, from_text(until), ErrorKind(kind), reason, failures)


def _quota(row: Row) -> Quota:
    from modeldeck.domain.quota import Quota

    scope, kind, limit, used, remaining, resets_at = row
    return Quota(scope, kind, limit, used, remaining, optional_time(resets_at))
