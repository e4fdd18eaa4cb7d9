"""The real clock: the only place that asks the operating system for the time."""

import time
from datetime import UTC, datetime, tzinfo

from modeldeck.domain.errors import ConfigError


class SystemClock:
    """Implements `ports.Clock`.

    Args:
        timezone: IANA name for calendar days, e.g. `Europe/Berlin`; None follows the machine.

    Raises:
        ConfigError: the timezone is unknown on this machine.
    """

    def __init__(self, timezone: str | None = None) -> None:
        self._zone: tzinfo | None = None if timezone is None else find_zone(timezone)

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the clock that everyone else is given

    def monotonic(self) -> float:
        return time.monotonic()

    def local_day(self, at: datetime) -> str:
        return at.astimezone(self._zone).date().isoformat()

    async def sleep(self, seconds: float) -> None:
        import asyncio  # 36 ms that no command needs unless it waits inside an event loop

        await asyncio.sleep(seconds)


def find_zone(name: str) -> tzinfo:
    """The timezone called `name` (IANA). Raises ConfigError when this machine does not know it."""
    import zoneinfo  # only for a person who set a timezone

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"The timezone {name!r} is unknown on this machine.",
            'Use an IANA name such as "Europe/Berlin" or "UTC"; on Windows, `pip install tzdata` adds them.',
        ) from None
