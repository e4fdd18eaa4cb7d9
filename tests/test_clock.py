from datetime import UTC, datetime

import pytest

from modeldeck.clock import SystemClock
from modeldeck.domain.errors import ConfigError

LATE_IN_UTC = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)


def test_now_is_in_utc_and_moves_forward() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.utcoffset() == UTC.utcoffset(None)
    assert clock.now() >= first


def test_monotonic_seconds_never_go_back() -> None:
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()


@pytest.mark.parametrize(
    ("timezone", "day"),
    [("UTC", "2026-08-31"), ("Europe/Berlin", "2026-09-01"), ("America/New_York", "2026-08-31")],
)
def test_the_local_day_follows_the_timezone(timezone: str, day: str) -> None:
    assert SystemClock(timezone).local_day(LATE_IN_UTC) == day


def test_without_a_timezone_the_machine_decides() -> None:
    assert SystemClock().local_day(LATE_IN_UTC) == LATE_IN_UTC.astimezone().date().isoformat()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime"])
def test_an_unknown_timezone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SystemClock(name)
    assert repr(name) in caught.value.message
    assert "Europe/Berlin" in (caught.value.hint or "")


async def test_sleeping_lets_the_event_loop_go_on() -> None:
    await SystemClock().sleep(0)
