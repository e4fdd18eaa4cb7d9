"""Rate limits and times out: what is excluded, until when, and why."""

from datetime import datetime
from typing import Literal

from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.record import record

QuotaKind = Literal["requests_minute", "requests_day", "tokens_minute", "tokens_day"]


@record
class Quota:
    """A rate limit: `scope` is `provider`, `provider:free`, a model id or `all`. Unknown numbers are None."""

    scope: str
    kind: QuotaKind
    limit: int | None = None
    used: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None


@record
class Cooldown:
    """A model, provider or quota scope excluded until `until` (UTC); `failures` counts those in a row."""

    scope: str
    until: datetime
    kind: ErrorKind
    reason: str
    failures: int = 1
