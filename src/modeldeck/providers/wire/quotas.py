"""Rate limits of a provider, as last read from its answers."""

from collections.abc import Mapping
from dataclasses import replace

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.quota import Quota, QuotaKind
from modeldeck.providers.wire.values import as_int

_KINDS: Mapping[ErrorKind, QuotaKind] = {
    ErrorKind.RATE_MINUTE: "requests_minute",
    ErrorKind.RATE_DAY: "requests_day",
}
_READINGS = ("limit", "used", "remaining", "resets_at")


class QuotaBook:
    """The newest Quota per scope and kind. Safe to read from other threads: entries are only ever replaced."""

    def __init__(self) -> None:
        self._quotas: dict[tuple[str, QuotaKind], Quota] = {}

    def put(self, quota: Quota) -> None:
        """Remember a reading; what it does not know is kept from the last one."""
        old = self._quotas.get((quota.scope, quota.kind), quota)
        unknown = {name: getattr(old, name) for name in _READINGS if getattr(quota, name) is None}
        self._quotas[(quota.scope, quota.kind)] = replace(quota, **unknown)

    def observe(self, failure: Failure, headers: Mapping[str, str]) -> None:
        """Learn from a refused request: the quota that the failure names is used up.

        Args:
            failure: as classified; only rate limits with a scope say which quota they are about.
            headers: `x-ratelimit-limit` among them, names in lower case, where the provider sends it.
        """
        kind = _KINDS.get(failure.kind)
        if kind is None or failure.scope is None:
            return
        limit = as_int(headers.get("x-ratelimit-limit"))
        self.put(Quota(failure.scope, kind, limit, used=limit, remaining=0, resets_at=failure.resets_at))

    def all(self) -> tuple[Quota, ...]:
        """Every limit known."""
        return tuple(self._quotas.values())
