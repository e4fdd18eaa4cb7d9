"""Cooldowns and quotas: what is excluded after a failure, until when, and in which words.

The rules are the error table of the wire formats. Times are absolute (UTC), so that they survive a restart. A refused
key or an empty account is remembered only by this process: a person who mends it must not wait for a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Lock
from typing import TYPE_CHECKING

from modeldeck.domain.errors import ErrorKind, Failure, LimitError
from modeldeck.domain.model import Model
from modeldeck.domain.settings import FallbackSettings
from modeldeck.ports import Clock, LimitStore

if TYPE_CHECKING:  # loaded with the first limit there is
    from modeldeck.domain.quota import Cooldown, Quota, QuotaKind

EVERYTHING = "all"
"""The scope of a limit on everything that is sent."""
MINUTE_LIMIT_BASE_S = 5.0
MINUTE_LIMIT_CAP_S = 300.0
FAILURE_BASE_S = 5.0
FAILURE_GROWTH = 3.0
ACCOUNT_PAUSE = timedelta(hours=1)
NOT_FOUND_PAUSE = timedelta(hours=1)
LONGEST_PROVIDER_PAUSE = timedelta(days=1)  # no limit of the error table lasts longer than its day

_ACCOUNT = frozenset({ErrorKind.AUTH, ErrorKind.CREDIT})
_NOT_MENDED_BY_WAITING = _ACCOUNT | {ErrorKind.NOT_FOUND}
_NO_COOLDOWN = frozenset({ErrorKind.CONTEXT, ErrorKind.PARAMETER, ErrorKind.FORBIDDEN})
_REASONS = {
    ErrorKind.AUTH: "key refused",
    ErrorKind.CREDIT: "no credit",
    ErrorKind.NOT_FOUND: "not found",
    ErrorKind.RATE_MINUTE: "rate limit",
    ErrorKind.RATE_DAY: "day limit",
    ErrorKind.OVERLOADED: "overloaded",
    ErrorKind.UNREACHABLE: "unreachable",
    ErrorKind.TIMEOUT: "too slow",
    ErrorKind.MALFORMED: "answers garbage",
    ErrorKind.BROKEN_STREAM: "breaks off",
    ErrorKind.EMPTY: "empty answers",
    ErrorKind.TOLD: "reported as failed",
}


def scopes_of(model: Model) -> tuple[str, ...]:
    """Every scope that excludes this model: itself, its provider, the declared free ones, and everything."""
    if model.declared_free:
        return model.id, model.provider, f"{model.provider}:free", EVERYTHING
    return model.id, model.provider, EVERYTHING


class Limits:
    """What may not be called right now; reads and writes may come from any thread.

    Args:
        store: cooldowns, and what providers told of their rate limits.
        clock: the time.
        random: spreads the returns of many clients.
        settings: `[fallback]`.
        own: the person's own rate limits with what is used of them at a time.
    """

    def __init__(
        self,
        store: LimitStore,
        clock: Clock,
        random: Random,
        settings: FallbackSettings,
        own: Callable[[datetime], Iterable[Quota]] = lambda now: (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._random = random
        self._settings = settings
        self._own = own
        self._account_pauses: dict[str, Cooldown] = {}
        self._known_scopes = {cooldown.scope for cooldown in store.cooldowns()}
        self._noted: dict[tuple[str, QuotaKind], Quota] = {}
        self._lock = Lock()

    def on_failure(self, model: Model, failure: Failure) -> Cooldown | None:
        """Exclude what the failure speaks about; None where the failure says nothing about the next call."""
        if failure.kind in _NO_COOLDOWN:
            return None
        with self._lock:
            if failure.kind in _ACCOUNT:
                cooldown = self._account_pause(model.provider, failure.kind)
                self._account_pauses[cooldown.scope] = cooldown
                return cooldown
            cooldown = self._pause(failure.scope if _is_rate(failure.kind) and failure.scope else model.id, failure)
            self._store.put_cooldown(cooldown)
            self._known_scopes.add(cooldown.scope)
            return cooldown

    def on_success(self, model: Model) -> None:
        """A model that answered is excluded by none of its scopes any more, and its failures in a row end."""
        with self._lock:
            for scope in scopes_of(model):
                self._account_pauses.pop(scope, None)
                if scope in self._known_scopes:
                    self._known_scopes.discard(scope)
                    self._store.drop_cooldown(scope)

    def note(self, quotas: Iterable[Quota]) -> None:
        """Keep the rate limits that a provider told; those that it has not told anew are not written again."""
        for quota in quotas:
            key = quota.scope, quota.kind
            if self._noted.get(key) != quota:
                self._store.put_quota(quota)
                self._noted[key] = quota

    def quotas(self) -> tuple[Quota, ...]:
        """Rate limits: as the providers last told them, then the person's own."""
        return (*self._store.quotas(), *self._own(self._clock.now()))

    def admit(self, model: Model, *, after_pause: bool = False) -> None:
        """Raises LimitError when a rate limit of the model is used up.

        `after_pause`: also while it pauses because a limit of a minute refused it.
        """
        now = self._clock.now()
        scopes = scopes_of(model)
        held = [
            (ends, _quota_reason(quota, ends), _of_a_minute(quota))
            for quota, ends in self._used_up(now)
            if quota.scope in scopes
        ]
        if after_pause:
            pauses = (one for one in self.cooldowns() if one.scope in scopes and one.kind is ErrorKind.RATE_MINUTE)
            held += [(one.until, _cooldown_reason(one, now), True) for one in pauses]
        if not held:
            return
        ends, reason, _ = max(held)
        raise LimitError(
            f"{model.id} cannot be asked now: {reason}.",
            "Wait for the reset, or use another provider.",
            resets_at=ends if all(of_a_minute for *_, of_a_minute in held) else None,
        )

    def _used_up(self, now: datetime) -> list[tuple[Quota, datetime]]:
        """Rate limits with nothing left, and when they end; what has no end in the future holds nobody back."""
        quotas = (*self._store.quotas(), *self._own(now))
        spent = ((quota, quota.resets_at) for quota in quotas if quota.remaining is not None and quota.remaining <= 0)
        return [(quota, ends) for quota, ends in spent if ends is not None and ends > now]

    def cooldowns(self) -> tuple[Cooldown, ...]:
        """What is excluded right now, the soonest end first."""
        now = self._clock.now()
        stored = self._store.cooldowns()
        with self._lock:
            self._known_scopes.update(cooldown.scope for cooldown in stored)
            found = [*stored, *self._account_pauses.values()]
        return tuple(sorted((one for one in found if one.until > now), key=lambda one: one.until))

    def excluded(
        self, now: datetime | None = None, *, told_only: bool = False, patient: bool = False
    ) -> Mapping[str, str]:
        """Every excluded scope with its reason, e.g. `cooldown 43 s`, `key refused, cooldown 60 min`.

        `told_only` leaves out what this program excludes by its own caution after failures, and keeps rate limits.
        `patient` leaves out those of a minute that are soon free again: a run waits for them.
        """
        now = now or self._clock.now()
        soon = now + timedelta(seconds=self._settings.max_wait_s)
        spent = sorted(self._used_up(now), key=lambda each: each[1])
        reasons = {
            quota.scope: _quota_reason(quota, ends)
            for quota, ends in spent
            if not (patient and _of_a_minute(quota) and ends <= soon)
        }
        for cooldown in self.cooldowns():
            if patient and cooldown.kind is ErrorKind.RATE_MINUTE and cooldown.until <= soon:
                continue
            if cooldown.until > now and (_is_rate(cooldown.kind) or not told_only):
                reasons.setdefault(cooldown.scope, _cooldown_reason(cooldown, now))
        return reasons

    def _account_pause(self, provider: str, kind: ErrorKind) -> Cooldown:
        return _new_cooldown(provider, self._clock.now() + ACCOUNT_PAUSE, kind)

    def _pause(self, scope: str, failure: Failure) -> Cooldown:
        now = self._clock.now()
        failures = 1 + self._failures_before(scope)
        until = self._until(failure, failures, now)
        return _new_cooldown(scope, until, failure.kind, failures)

    def _failures_before(self, scope: str) -> int:
        return next((cooldown.failures for cooldown in self._store.cooldowns() if cooldown.scope == scope), 0)

    def _until(self, failure: Failure, failures: int, now: datetime) -> datetime:
        if failure.kind is ErrorKind.NOT_FOUND:
            return now + NOT_FOUND_PAUSE
        told = told_reset(failure, now)
        if failure.kind is ErrorKind.RATE_DAY:
            return told or next_utc_midnight(now)
        if failure.kind is ErrorKind.RATE_MINUTE:
            return told or now + timedelta(seconds=self._minute_limit_s(failures))
        growing = FAILURE_BASE_S * FAILURE_GROWTH ** min(failures - 1, 20)
        return now + timedelta(seconds=min(growing, self._settings.exclude_failed_minutes * 60))

    def _minute_limit_s(self, failures: int) -> float:
        """Full jitter: many clients that were refused together must not come back together."""
        return self._random.uniform(0, min(MINUTE_LIMIT_CAP_S, MINUTE_LIMIT_BASE_S * 2.0 ** min(failures - 1, 20)))


def told_reset(failure: Failure, now: datetime) -> datetime | None:
    """When the provider says its limit ends; None when it does not say, or names a time in the past."""
    if failure.resets_at is not None:
        told = failure.resets_at
    elif failure.retry_after_s is not None:
        told = now + timedelta(seconds=min(failure.retry_after_s, LONGEST_PROVIDER_PAUSE.total_seconds()))
    else:
        return None
    return min(told, now + LONGEST_PROVIDER_PAUSE) if told > now else None


def next_utc_midnight(now: datetime) -> datetime:
    """The next 00:00 UTC: the end of a provider's day where it says nothing else."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def duration(seconds: float) -> str:
    """A span of time in its largest fitting unit: `43 s`, `12 min`, `5 h`."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 100 * 60:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def _is_rate(kind: ErrorKind) -> bool:
    return kind in (ErrorKind.RATE_MINUTE, ErrorKind.RATE_DAY)


def _new_cooldown(scope: str, until: datetime, kind: ErrorKind, failures: int = 1) -> Cooldown:
    from modeldeck.domain.quota import Cooldown

    return Cooldown(scope, until, kind, _REASONS[kind], failures)


def _cooldown_reason(cooldown: Cooldown, now: datetime) -> str:
    if cooldown.kind is ErrorKind.RATE_DAY:
        return f"quota used up until {cooldown.until.astimezone(UTC):%H:%M} UTC"
    pause = f"cooldown {duration((cooldown.until - now).total_seconds())}"
    return f"{cooldown.reason}, {pause}" if cooldown.kind in _NOT_MENDED_BY_WAITING else pause


def _quota_reason(quota: Quota, resets_at: datetime) -> str:
    numbers = f"0/{quota.limit}" if quota.limit is not None else "used up"
    words = "%H:%M:%S" if resets_at.second else "%H:%M"
    of_all = " of all requests" if quota.scope == EVERYTHING else ""
    return f"quota{of_all} {numbers} until {resets_at.astimezone(UTC):{words}} UTC"


def _of_a_minute(quota: Quota) -> bool:
    return quota.kind.endswith("_minute")
