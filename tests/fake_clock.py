"""A clock that jumps: nothing in a test waits."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time that stands still until somebody sleeps; when a loop has nothing else to do, it jumps to the next waking."""

    def __init__(self, start: datetime = START) -> None:
        self.start = start
        self.elapsed = 0.0
        self.slept: list[float] = []
        self._order = count()
        self._sleepers: dict[asyncio.AbstractEventLoop, list[tuple[float, int, asyncio.Future[None]]]] = {}

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    def local_day(self, at: datetime) -> str:
        return at.astimezone(UTC).date().isoformat()

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        waking: asyncio.Future[None] = loop.create_future()
        if loop not in self._sleepers:
            self._sleepers[loop] = []
            loop.call_soon(self._jump, loop)
        heapq.heappush(self._sleepers[loop], (self.elapsed + seconds, next(self._order), waking))
        self.slept.append(seconds)
        await waking

    def _jump(self, loop: asyncio.AbstractEventLoop) -> None:
        sleepers = self._sleepers[loop]
        while sleepers and sleepers[0][2].done():
            heapq.heappop(sleepers)
        if not sleepers:
            del self._sleepers[loop]
            return
        if not loop._ready:  # type: ignore[attr-defined]  # no public way to ask whether a loop has work
            wake, _, waking = heapq.heappop(sleepers)
            self.elapsed = max(self.elapsed, wake)
            waking.set_result(None)
        loop.call_soon(self._jump, loop)
