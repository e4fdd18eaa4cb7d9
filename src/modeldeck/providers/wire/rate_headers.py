"""Rate limits out of the headers of any answer, in Anthropic's words and in OpenAI's.

Forms: `anthropic-ratelimit-requests-limit` and its like; `x-ratelimit-limit-requests`, at Cerebras and Mistral with the
window behind it (`-requests-day`, `-tokens-minute`). `x-ratelimit-limit` alone says neither what is counted nor over
what: OpenRouter sends it only when a limit is used up, Together for single seconds. Source: wire formats, 3 to 5 and 7.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from modeldeck.domain.quota import Quota, QuotaKind
from modeldeck.providers.vendor import Window
from modeldeck.providers.wire.values import as_int
from modeldeck.providers.wire.waits import MAX_WAIT_S, parse_wait

_LEFT = re.compile(r"(?P<head>(?:anthropic|x)-ratelimit-)(?:remaining(?P<behind>-[\w-]+)|(?P<before>[\w-]+-)remaining)")
_BUCKET = re.compile(r"(?:input-|output-)?(requests|tokens)(?:-(second|minute|hour|day))?")
_KINDS: Mapping[tuple[str, str], QuotaKind] = {
    ("requests", "minute"): "requests_minute",
    ("requests", "day"): "requests_day",
    ("tokens", "minute"): "tokens_minute",
    ("tokens", "day"): "tokens_day",
}


class _Reading(NamedTuple):
    quota: Quota
    rank: tuple[float, int]
    """The share that is left; of equally full buckets the larger one comes first."""


def read_quotas(headers: Mapping[str, str], *, scope: str, requests_window: Window, now: datetime) -> tuple[Quota, ...]:
    """The limits that an answer tells, one of each kind: of several buckets of tokens, the emptiest.

    Args:
        headers: of the answer, names in lower case.
        scope: what the limits hold for: a provider or a model id.
        requests_window: what a limit of requests is counted over where its header does not say; tokens are always
            counted over a minute. Limits over a second are left out: they are over before anybody reads them.
        now: the time of the answer, UTC.
    """
    tightest: dict[QuotaKind, _Reading] = {}
    for reading in _readings(headers, scope, requests_window, now):
        known = tightest.get(reading.quota.kind)
        if known is None or reading.rank < known.rank:
            tightest[reading.quota.kind] = reading
    return tuple(reading.quota for reading in tightest.values())


def _readings(headers: Mapping[str, str], scope: str, requests_window: Window, now: datetime) -> Iterable[_Reading]:
    for name, value in headers.items():
        match = _LEFT.fullmatch(name)
        remaining = as_int(value) if match else None
        if match is None or remaining is None or remaining < 0:
            continue
        kind = _kind((match["behind"] or match["before"]).strip("-"), requests_window)
        if kind is None:
            continue
        limit = as_int(headers.get(_sibling(match, "limit")))
        used = max(0, limit - remaining) if limit is not None else None
        resets_at = _moment(headers.get(_sibling(match, "reset"), ""), now)
        rank = (remaining / limit if limit else 1.0, -(limit or 0))
        yield _Reading(Quota(scope, kind, limit, used, remaining, resets_at), rank)


def _kind(bucket: str, requests_window: Window) -> QuotaKind | None:
    match = _BUCKET.fullmatch(bucket)
    if match is None:
        return None
    window = match[2] or (requests_window if match[1] == "requests" else "minute")
    return _KINDS.get((match[1], window))


def _sibling(match: re.Match[str], word: str) -> str:
    return f"{match['head']}{match['before'] or ''}{word}{match['behind'] or ''}"


def _moment(text: str, now: datetime) -> datetime | None:
    """When a limit is whole again; None when that is not said, or past."""
    wait = parse_wait(text, now)
    return now + timedelta(seconds=min(wait, MAX_WAIT_S)) if wait is not None and wait > 0 else None
