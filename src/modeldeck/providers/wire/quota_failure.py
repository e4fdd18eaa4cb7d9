"""Google's way to say which rate limit is used up: `google.rpc.QuotaFailure` in the details of an error.

Source: github.com/googleapis/googleapis, google/rpc/error_details.proto; ai.google.dev/gemini-api/docs/rate-limits
(requests per day are reset at midnight Pacific time).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple

from modeldeck.domain.model import model_id
from modeldeck.domain.quota import Quota, QuotaKind
from modeldeck.providers.wire.values import as_dict, as_id, as_int, as_list, as_str


class Violation(NamedTuple):
    """One limit that a request would break.

    `per_model`: each model has its own, else it is the account's; `model` is a native id, None where it is not named.
    """

    kind: QuotaKind
    limit: int | None
    per_model: bool
    model: str | None


def read_violations(error: Mapping[str, Any]) -> Iterator[Violation]:
    """The limits per minute and per day that an `error` object names."""
    for detail in map(as_dict, as_list(error.get("details"))):
        for violation in map(as_dict, as_list(detail.get("violations"))):
            quota_id = as_str(violation.get("quotaId")) or ""
            model = as_id(as_dict(violation.get("quotaDimensions")).get("model"))
            kind = _kind(quota_id)
            if kind:
                per_model = model is not None or "PerModel" in quota_id
                yield Violation(kind, as_int(violation.get("quotaValue")), per_model, model)


def used_up(
    error: Mapping[str, Any], provider: str, asked: str | None, *, minute_ends: datetime | None, now: datetime
) -> Iterator[Quota]:
    """The quotas that a refused request found used up.

    Args:
        error: the `error` object of the answer.
        provider: catalog name.
        asked: native id of the model that was asked; a limit per model that names none is this one's.
        minute_ends: when the limits per minute end (UTC), by the answer's own word.
        now: the time of the answer, UTC.
    """
    for kind, limit, per_model, named in read_violations(error):
        model = named or asked
        if per_model and model is None:
            continue
        scope = model_id(provider, model) if per_model and model else provider
        resets_at = next_pacific_midnight(now) if kind.endswith("day") else minute_ends
        yield Quota(scope, kind, limit, used=limit, remaining=0, resets_at=resets_at)


def next_pacific_midnight(now: datetime) -> datetime:
    """The end of Google's quota day after `now`; both in UTC."""
    today = now.astimezone(_pacific_time()).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).astimezone(UTC)


def _pacific_time() -> tzinfo:
    import zoneinfo  # reads files; only for a limit that was met

    try:
        return zoneinfo.ZoneInfo("America/Los_Angeles")
    except zoneinfo.ZoneInfoNotFoundError:
        # Systems without a time zone database: standard time, which is never too early.
        return timezone(timedelta(hours=-8))


def _kind(quota_id: str) -> QuotaKind | None:
    tokens = "Token" in quota_id
    if "PerDay" in quota_id:
        return "tokens_day" if tokens else "requests_day"
    if "PerMinute" in quota_id:
        return "tokens_minute" if tokens else "requests_minute"
    return None
