"""How long a provider asks us to wait, out of headers and error bodies.

Forms and their order: the error table of the wire formats (`retry-after-ms`, `retry-after`, Gemini's RetryInfo,
OpenRouter's `availability.retry_after`, then the reset of the exhausted rate-limit bucket).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from modeldeck.providers.wire.values import as_dict, as_list, as_str

MAX_WAIT_S = 86_400.0
"""No rate limit lasts longer than a day; a longer wait is a defect or another clock."""

EPOCH_S = 1e9
"""A bare number from here on is a point in time (seconds), not a duration."""
EPOCH_MS = 1e11
"""And from here on in milliseconds."""

_NUMBER = re.compile(r"\d{1,18}(?:\.\d+)?")
_DURATION_PART = re.compile(r"(\d{1,9}(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")
_UNIT_S = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_RESET = re.compile(r"(?:anthropic-|x-)?ratelimit-(?:reset(-[\w-]+)?|([\w-]+)-reset)")


def wait_seconds(headers: Mapping[str, str], error: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds to wait by the provider's own word, at most MAX_WAIT_S; None when it says nothing usable.

    Args:
        headers: of the answer, names in lower case.
        error: the `error` object of the body, or an empty one.
        now: the time of the answer (UTC), for absolute times. Times in the past are no word.
    """
    for seconds in _candidates(headers, error, now):
        if seconds is not None and seconds > 0:
            return min(seconds, MAX_WAIT_S)
    return None


def _candidates(headers: Mapping[str, str], error: Mapping[str, Any], now: datetime) -> Iterator[float | None]:
    milliseconds = _number(headers.get("retry-after-ms", ""))
    yield None if milliseconds is None else milliseconds / 1000
    yield _retry_after(headers.get("retry-after", ""), now)
    for detail in as_list(error.get("details")):
        yield parse_wait(as_str(as_dict(detail).get("retryDelay")) or "", now)
    yield _number(str(as_dict(error.get("availability")).get("retry_after", "")))
    yield _tightest_reset(headers, now)


def parse_wait(text: str, now: datetime) -> float | None:
    """Seconds until a reset given as Go duration, seconds, epoch seconds or milliseconds, or RFC 3339 time.

    Negative when the time is past; None when `text` is none of these.
    """
    text = text.strip()
    number = _number(text)
    if number is not None:
        if number >= EPOCH_MS:
            return number / 1000 - now.timestamp()
        return number - now.timestamp() if number >= EPOCH_S else number
    if _DURATION.fullmatch(text):
        return sum(float(amount) * _UNIT_S[unit] for amount, unit in _DURATION_PART.findall(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _until(moment, now)


def _retry_after(text: str, now: datetime) -> float | None:
    """The header of RFC 9110, section 10.2.3: seconds or an HTTP date; some services send fractions or durations."""
    wait = parse_wait(text, now)
    if wait is not None or not text:
        return wait
    # Costs 20 ms to import, and hardly any service sends dates.
    from email.utils import parsedate_to_datetime

    try:
        return _until(parsedate_to_datetime(text), now)
    except ValueError:
        return None


def _tightest_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """The reset of the bucket with the smallest share left: the one that stopped the request."""
    tightest: tuple[float, float] | None = None
    for name, value in headers.items():
        match = _RESET.fullmatch(name)
        wait = parse_wait(value, now) if match else None
        if wait is None or wait <= 0:
            continue
        share = _share_left(headers, name)
        if tightest is None or share < tightest[0]:
            tightest = (share, wait)
    return tightest[1] if tightest else None


def _share_left(headers: Mapping[str, str], reset_name: str) -> float:
    remaining = _number(headers.get(reset_name.replace("reset", "remaining"), ""))
    limit = _number(headers.get(reset_name.replace("reset", "limit"), ""))
    if remaining is None:
        return 1.0
    return remaining / limit if limit else float(remaining > 0)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _until(moment: datetime, now: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()
