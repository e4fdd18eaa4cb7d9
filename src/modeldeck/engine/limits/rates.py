"""The person's own rate limits, `[limits]` and `[providers.NAME.limits]`, counted by the attempts of the ledger.

A minute is the last sixty seconds, a day ends at 00:00 UTC like that of most providers. The day's attempts are read
once; every further look reads only the rows that are new, other processes' included, and those that were open before.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock

from modeldeck.domain.model import provider_of
from modeldeck.domain.quota import Quota, QuotaKind
from modeldeck.domain.settings import RateLimits, Settings
from modeldeck.engine.limits.limits import EVERYTHING, next_utc_midnight
from modeldeck.ports import Ledger, Sent

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Rates:
    """Counts attempts; reads and writes may come from any thread.

    Args:
        ledger: where every process writes its attempts.
        settings: where the limits are set.
    """

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._limits = configured(settings)
        self._lock = Lock()
        self._day_ends: datetime | None = None
        self._forget()

    def _forget(self) -> None:
        self._last_key = 0
        self._minute: dict[int, Sent] = {}  # of the last sixty seconds, in the order of their keys
        self._open: dict[int, Sent] = {}
        self._today: Counter[tuple[str, str]] = Counter()  # by scope and `requests` or `tokens`

    def quotas(self, now: datetime) -> tuple[Quota, ...]:
        """Each limit that is set, with what is used of it and when it is free again; asks nothing when none is set."""
        if not self._limits:
            return ()
        with self._lock:
            self._read(now)
            minute = sorted(self._minute.values(), key=lambda sent: sent.at)
            today = dict(self._today)
        found: list[Quota] = []
        for scope, own in self._limits.items():
            sent = [each for each in minute if scope in _scopes(each)]
            found += _minute_quotas(scope, own, sent)
            found += _day_quotas(scope, own, today, next_utc_midnight(now))
        return tuple(found)

    def _read(self, now: datetime) -> None:
        """Take in what was sent since the last look; a new day is read from its beginning."""
        ends = next_utc_midnight(now)
        if ends != self._day_ends:
            self._day_ends = ends
            self._forget()
        day_began = ends - DAY
        for sent in self._ledger.sent(min(day_began, now - MINUTE), self._last_key, self._open):
            if sent.at >= day_began:
                self._count(sent)
            self._last_key = max(self._last_key, sent.key)
            self._minute[sent.key] = sent
            if sent.open:
                self._open[sent.key] = sent
            else:
                self._open.pop(sent.key, None)
        self._minute = {key: sent for key, sent in self._minute.items() if sent.at > now - MINUTE}

    def _count(self, sent: Sent) -> None:
        """Add an attempt to the day; of one that was open before, only the tokens that it has used since."""
        before = self._open.get(sent.key)
        for scope in _scopes(sent):
            self._today[scope, "requests"] += before is None
            self._today[scope, "tokens"] += sent.tokens - (0 if before is None else before.tokens)


def _scopes(sent: Sent) -> tuple[str, str]:
    return EVERYTHING, provider_of(sent.model)


def configured(settings: Settings) -> Mapping[str, RateLimits]:
    """The limits that are set, by scope: EVERYTHING or a provider."""
    named = {EVERYTHING: settings.limits, **{name: own.limits for name, own in settings.providers.items()}}
    return {scope: limits for scope, limits in named.items() if limits.any_set}


def _minute_quotas(scope: str, limits: RateLimits, sent: Sequence[Sent]) -> Iterator[Quota]:
    if limits.requests_minute is not None:
        yield _minute(scope, "requests_minute", limits.requests_minute, [(each.at, 1) for each in sent])
    if limits.tokens_minute is not None:
        yield _minute(scope, "tokens_minute", limits.tokens_minute, [(each.at, each.tokens) for each in sent])


def _day_quotas(scope: str, limits: RateLimits, used: Mapping[tuple[str, str], int], ends: datetime) -> Iterator[Quota]:
    if limits.requests_day is not None:
        yield _day(scope, "requests_day", limits.requests_day, used.get((scope, "requests"), 0), ends)
    if limits.tokens_day is not None:
        yield _day(scope, "tokens_day", limits.tokens_day, used.get((scope, "tokens"), 0), ends)


def _day(scope: str, kind: QuotaKind, limit: int, used: int, ends: datetime) -> Quota:
    return Quota(scope, kind, limit, used, max(0, limit - used), ends)


def _minute(scope: str, kind: QuotaKind, limit: int, amounts: Sequence[tuple[datetime, int]]) -> Quota:
    """A limit of the last minute; it is free again when enough of what was sent is a minute old."""
    used = left = sum(amount for _, amount in amounts)
    free_at: datetime | None = None
    for at, amount in amounts:
        if free_at is not None and left < limit:
            break
        left -= amount
        free_at = at + MINUTE
    return Quota(scope, kind, limit, used, max(0, limit - used), free_at)
