from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fake_wire import Wire, collect, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.quota import Quota
from modeldeck.providers.wire.quota_failure import Violation, next_pacific_midnight, read_violations, used_up

MINUTE = {
    "quotaId": "GenerateContentPaidTierInputTokensPerModelPerMinute",
    "quotaDimensions": {"model": "gemini-2.5-flash", "location": "global"},
    "quotaValue": "1000000",
}
DAY = {
    "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
    "quotaDimensions": {"model": "gemini-2.5-flash"},
    "quotaValue": "20",
}


def error(*violations: Any, delay: str | None = "48s") -> dict[str, Any]:
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    return {"code": 429, "message": "You exceeded your current quota.", "status": "RESOURCE_EXHAUSTED", "details": [
        {"@type": "type.googleapis.com/google.rpc.Help"},
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": list(violations)},
        *([] if delay is None else [retry]),
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("violation", "expected"),
    [
        (MINUTE, [Violation("tokens_minute", 1000000, True, "gemini-2.5-flash")]),
        (DAY, [Violation("requests_day", 20, True, "gemini-2.5-flash")]),
        ({"quotaId": "RequestsPerDayPerProject"}, [Violation("requests_day", None, False, None)]),
        ({"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}, [Violation("requests_day", None, True, None)]),
        ({"quotaId": "ConcurrentSessions"}, []),
        ({}, []),
        ("odd", []),
    ],
)
def test_what_a_violation_says(violation: Any, expected: list[Violation]) -> None:
    assert list(read_violations(error(violation))) == expected


def test_odd_details_say_nothing() -> None:
    assert list(read_violations({"details": {"violations": [DAY]}})) == []


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC)),
        # the night before the clocks go back has 25 hours
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),
    ],
)
def test_the_quota_day_ends_at_midnight_in_california(now: datetime, midnight: datetime) -> None:
    assert next_pacific_midnight(now) == midnight


def test_without_a_time_zone_database_the_day_ends_an_hour_late_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    import zoneinfo

    def missing(key: str) -> None:
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", missing)
    assert next_pacific_midnight(datetime(2026, 7, 1, 12, tzinfo=UTC)) == datetime(2026, 7, 2, 8, tzinfo=UTC)


def test_limits_of_the_account_are_the_providers() -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    refused = error({"quotaId": "RequestsPerDayPerProject"})
    (quota,) = used_up(refused, "gemini", "gemini-2.5-flash", minute_ends=None, now=now)
    assert (quota.scope, quota.limit, quota.remaining) == ("gemini", None, 0)


def test_a_limit_of_a_model_that_nobody_names_is_nobodys() -> None:
    refused = error({"quotaId": "GenerateRequestsPerDayPerProjectPerModel"})
    assert list(used_up(refused, "gemini", None, minute_ends=None, now=datetime(2026, 7, 1, tzinfo=UTC))) == []


async def refuse(wire: Wire, clock: FakeClock, *violations: Any, delay: str | None = "48s") -> tuple[Any, list[Quota]]:
    gemini = wire.provider("gemini", clock)
    wire.answer(":streamGenerateContent", httpx.Response(429, json={"error": error(*violations, delay=delay)}))
    with pytest.raises(ProviderError) as caught:
        await collect(gemini.stream(make_call("gemini-2.5-flash")))
    return caught.value.failure, list(gemini.quotas())


async def test_a_limit_per_minute_is_waited_for_as_told(wire: Wire, clock: FakeClock) -> None:
    failure, (quota,) = await refuse(wire, clock, MINUTE)
    assert (failure.kind, failure.retry_after_s, failure.scope) == (ErrorKind.RATE_MINUTE, 48, None)
    assert quota == Quota(
        "gemini/gemini-2.5-flash", "tokens_minute", 1000000, used=1000000, remaining=0, resets_at=failure.resets_at
    )


async def test_a_limit_per_day_outlasts_the_delay_beside_it(wire: Wire, clock: FakeClock) -> None:
    failure, quotas = await refuse(wire, clock, MINUTE, DAY)
    midnight = next_pacific_midnight(clock.now())
    assert (failure.kind, failure.resets_at) == (ErrorKind.RATE_DAY, midnight)
    assert failure.retry_after_s == (midnight - clock.now()).total_seconds()
    assert {quota.kind: quota.resets_at for quota in quotas} == {"tokens_minute": None, "requests_day": midnight}


@pytest.mark.parametrize("delay", ["34.4s", None])
async def test_a_limit_per_day_that_names_no_model_is_the_asked_ones_until_midnight(
    wire: Wire, clock: FakeClock, delay: str | None
) -> None:
    unnamed = {"quotaId": DAY["quotaId"], "quotaValue": "20"}
    failure, quotas = await refuse(wire, clock, unnamed, delay=delay)
    midnight = next_pacific_midnight(clock.now())
    assert (failure.kind, failure.resets_at) == (ErrorKind.RATE_DAY, midnight)
    assert quotas == [Quota("gemini/gemini-2.5-flash", "requests_day", 20, used=20, remaining=0, resets_at=midnight)]
