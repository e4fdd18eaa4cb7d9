"""Rate limits and times out: what is excluded, until when, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from modeldeck.domain.errors import ErrorKind

QuotaKind = Literal["requests_minute", "requests_day", "tokens_minute", "tokens_day"]


@dataclass(frozen=True, slots=True)
class Quota:
    """A rate limit: `scope` is `provider`, `provider:free`, a model id or `all`. Unknown numbers are None."""

    scope: str
    kind: QuotaKind
    limit: int | None = None
    used: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A model, provider or quota scope excluded until `until` (UTC); `failures` counts those in a row."""

    scope: str
    until: datetime
    kind: ErrorKind
    reason: str
    failures: int = 1
