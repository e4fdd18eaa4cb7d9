from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import NOW
from modeldeck.domain.quota import Quota
from modeldeck.providers.vendor import Window
from modeldeck.providers.wire.rate_headers import read_quotas


def read(headers: dict[str, str], window: Window = "minute") -> tuple[Quota, ...]:
    return read_quotas(headers, scope="x", requests_window=window, now=NOW)


def anthropic(bucket: str, limit: str, remaining: str, reset: str = "2026-09-01T12:00:30Z") -> dict[str, str]:
    head = f"anthropic-ratelimit-{bucket}-"
    return {f"{head}limit": limit, f"{head}remaining": remaining, f"{head}reset": reset}


def openai(bucket: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    return {
        f"x-ratelimit-limit{bucket}": limit,
        f"x-ratelimit-remaining{bucket}": remaining,
        f"x-ratelimit-reset{bucket}": reset,
    }


def test_the_words_of_anthropic() -> None:
    headers = anthropic("requests", "50", "49") | anthropic("tokens", "1000", "400")
    assert read(headers) == (
        Quota("x", "requests_minute", 50, 1, 49, NOW + timedelta(seconds=30)),
        Quota("x", "tokens_minute", 1000, 600, 400, NOW + timedelta(seconds=30)),
    )


def test_of_several_buckets_of_tokens_the_emptiest_counts() -> None:
    headers = anthropic("tokens", "1000", "400") | anthropic("output-tokens", "200", "10")
    (quota,) = read(headers | anthropic("input-tokens", "800", "800"))
    assert (quota.limit, quota.remaining) == (200, 10)


def test_of_equally_full_buckets_the_larger_counts() -> None:
    (quota,) = read(anthropic("input-tokens", "800", "800") | anthropic("tokens", "1000", "1000"))
    assert quota.limit == 1000


def test_the_words_of_openai() -> None:
    headers = openai("-requests", "60", "59", "1s") | openai("-tokens", "150000", "149984", "6m0s")
    assert read(headers) == (
        Quota("x", "requests_minute", 60, 1, 59, NOW + timedelta(seconds=1)),
        Quota("x", "tokens_minute", 150_000, 16, 149_984, NOW + timedelta(minutes=6)),
    )


def test_requests_of_a_day_where_the_vendor_counts_so() -> None:
    headers = openai("-requests", "14400", "14370", "2m59.56s") | openai("-tokens", "18000", "17997", "7.66s")
    assert [quota.kind for quota in read(headers, "day")] == ["requests_day", "tokens_minute"]


def test_a_window_in_the_header_wins() -> None:
    headers = openai("-requests-day", "14400", "0", "33011.382867") | openai("-tokens-minute", "60000", "0", "11.38")
    day, minute = read(headers)
    assert (day.kind, day.resets_at) == ("requests_day", NOW + timedelta(seconds=33011.382867))
    assert minute.kind == "tokens_minute"


def test_limits_of_a_second_are_over_before_anybody_reads_them() -> None:
    assert read(openai("-requests", "6", "5", "1s"), "second") == ()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-ratelimit-remaining-requests": "5"}, Quota("x", "requests_minute", remaining=5)),
        (openai("-requests", "5", "9", "soon"), Quota("x", "requests_minute", 5, 0, 9)),
        (openai("-requests", "0", "0", "0s"), Quota("x", "requests_minute", 0, 0, 0)),
        (anthropic("requests", "9", "9", "2026-08-01T00:00:00Z"), Quota("x", "requests_minute", 9, 0, 9)),
    ],
)
def test_what_is_not_said_stays_unknown(headers: dict[str, str], expected: Quota) -> None:
    assert read(headers) == (expected,)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit-requests": "50"},
        openai("", "50", "0", "1788307200000"),
        {"x-ratelimit-remaining-requests": "many"},
        {"x-ratelimit-remaining-requests": "-1"},
        {"x-ratelimit-remaining-images": "4"},
        {"x-ratelimit-remaining-requests-hour": "4"},
    ],
)
def test_what_says_nothing_usable_is_no_limit(headers: dict[str, str]) -> None:
    assert read(headers) == ()


@given(st.dictionaries(st.sampled_from(list(anthropic("tokens", "", "") | openai("-requests", "", "", ""))), st.text()))
def test_no_header_breaks_anything(headers: dict[str, str]) -> None:
    for quota in read(headers):
        assert quota.remaining is not None
        assert quota.remaining >= 0
        assert quota.resets_at is None or NOW < quota.resets_at <= NOW + timedelta(days=1)
