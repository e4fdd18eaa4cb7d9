"""Rate limits of a provider, as last read from its answers."""

from collections.abc import Mapping

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.quota import Quota, QuotaKind
from modeldeck.providers.wire import as_int

_KINDS: Mapping[ErrorKind, QuotaKind] = {
    ErrorKind.RATE_MINUTE: "requests_minute",
    ErrorKind.RATE_DAY: "requests_day",
}


class QuotaBook:
    """The newest Quota per scope and kind. Safe to read from other threads: entries are only ever replaced."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._quotas: dict[tuple[str, QuotaKind], Quota] = {}

    def put(self, quota: Quota) -> None:
        """Remember a limit; numbers that this reading does not know are kept from the last one."""
        old = self._quotas.get((quota.scope, quota.kind))
        if old is not None and quota.limit is None:
            quota = Quota(quota.scope, quota.kind, old.limit, quota.used, quota.remaining, quota.resets_at)
        self._quotas[(quota.scope, quota.kind)] = quota

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
