from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.providers.wire.waits import MAX_WAIT_S, parse_wait, wait_seconds

NOW = datetime(2026, 4, 29, 0, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12ms", 0.012),
        ("6m0s", 360),
        ("1h2m3.5s", 3723.5),
        ("34.4s", 34.4),
        ("2m59.56s", 179.56),
        ("500us", 0.0005),
        ("17", 17),
        ("0.5", 0.5),
        (str(int(SOON.timestamp())), 90),
        (str(int(SOON.timestamp() * 1000)), 90),
        (SOON.isoformat(), 90),
        ("2026-04-29T00:01:30Z", 90),
        ("2026-04-28T00:00:00Z", -86_400),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("nan", None),
        ("1e9", None),
    ],
)
def test_every_form_of_a_reset(text: str, seconds: float | None) -> None:
    wait = parse_wait(text, NOW)
    assert wait == (pytest.approx(seconds) if seconds is not None else None)


@pytest.mark.parametrize(
    ("headers", "error", "seconds"),
    [
        ({"retry-after-ms": "250", "retry-after": "9"}, {}, 0.25),
        ({"retry-after": "9"}, {"availability": {"retry_after": 40}}, 9),
        ({"retry-after": "Wed, 29 Apr 2026 00:01:30 GMT"}, {}, 90),
        ({"retry-after": "Tue, 28 Apr 2026 00:00:00 GMT"}, {"availability": {"retry_after": 40}}, 40),
        ({"retry-after": "whenever"}, {}, None),
        ({}, {"details": [{"@type": "Help"}, {"retryDelay": "48s"}]}, 48),
        ({}, {"availability": {"retry_after": 40}}, 40),
        ({"x-ratelimit-reset": "1777420860000"}, {}, 60),
        ({"retry-after": "0"}, {}, None),
        ({"retry-after": "9999999"}, {}, MAX_WAIT_S),
        ({}, {"details": "nonsense", "availability": [1]}, None),
        ({}, {}, None),
    ],
)
def test_the_first_usable_word_counts(
    headers: Mapping[str, str], error: Mapping[str, Any], seconds: float | None
) -> None:
    assert wait_seconds(headers, error, NOW) == seconds


def test_the_reset_of_the_exhausted_bucket_counts() -> None:
    headers = {
        "x-ratelimit-limit-requests": "14400",
        "x-ratelimit-remaining-requests": "14370",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-limit-tokens": "6000",
        "x-ratelimit-remaining-tokens": "3",
        "x-ratelimit-reset-tokens": "7.66s",
    }
    assert wait_seconds(headers, {}, NOW) == 7.66
    assert wait_seconds({**headers, "x-ratelimit-remaining-requests": "0"}, {}, NOW) == 179.56


def test_anthropic_names_its_buckets_the_other_way_round() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-04-29T00:00:05Z",
        "anthropic-ratelimit-tokens-remaining": "1000",
        "anthropic-ratelimit-tokens-reset": "2026-04-29T00:01:00Z",
    }
    assert wait_seconds(headers, {}, NOW) == 5


@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]), st.text(max_size=20)))
def test_no_header_raises_or_lasts_too_long(headers: Mapping[str, str]) -> None:
    wait = wait_seconds(headers, {}, NOW)
    assert wait is None or 0 < wait <= MAX_WAIT_S
