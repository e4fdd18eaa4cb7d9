"""Cooldowns and quotas, kept as absolute times so that a restart forgets none."""

from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.storage.database import Database
from modeldeck.storage.times import from_text, optional_text, optional_time, to_text


class SqliteLimitStore:
    """Implements `ports.LimitStore`; every method may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cooldowns(self) -> tuple[Cooldown, ...]:
        rows = self._database.rows("SELECT scope, until, kind, reason, failures FROM cooldowns ORDER BY scope")
        return tuple(
            Cooldown(scope, from_text(until), ErrorKind(kind), reason, failures)
            for scope, until, kind, reason, failures in rows
        )

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
        return tuple(
            Quota(scope, kind, limit, used, remaining, optional_time(resets_at))
            for scope, kind, limit, used, remaining, resets_at in rows
        )

    def put_quota(self, quota: Quota) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO quotas (scope, kind, quota_limit, used, remaining, resets_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (quota.scope, quota.kind, quota.limit, quota.used, quota.remaining, optional_text(quota.resets_at)),
        )
