"""Make the pictures in `screenshots/`: the real app on simulated models, with a frozen clock and a recorded machine.

`python scripts/screenshots.py [FOLDER]`; the same input gives the same pictures.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from modeldeck.domain.hardware import Cpu, Gpu, Hardware, Memory
from modeldeck.engine.launch import Options
from modeldeck.main import Deck, make_parts
from modeldeck.storage.package_data import load_themes
from modeldeck.tui.app import DeckApp

GIB = 1024**3
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PROMPT = "Write a Python function that merges two sorted lists, and explain its complexity"


@dataclass
class FrozenClock:
    """Time stands still but for those who wait: it jumps to the earliest end of all waits, and only there."""

    at: datetime = NOON
    elapsed: float = 0.0
    ends: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def local_day(self, at: datetime) -> str:
        return at.date().isoformat()

    async def sleep(self, seconds: float) -> None:
        end = self.elapsed + seconds
        self.ends.append(end)
        try:
            while self.elapsed < end:
                await asyncio.sleep(0.001)  # let everybody else come to their own waits first
                if end == min(self.ends):
                    self.elapsed = max(self.elapsed, end)
        finally:
            self.ends.remove(end)


@dataclass
class RecordedProbe:
    """A workstation with one card, as it once read."""

    clock: FrozenClock
    loads: list[float] = field(default_factory=lambda: [12.0, 18.0, 41.0, 23.0])

    def read(self) -> Hardware:
        self.loads.append(self.loads.pop(0))
        card = Gpu(0, "NVIDIA GeForce RTX 4090", 24 * GIB, 11 * GIB, 13 * GIB, 37.0, 61.0, 212.0)
        cpu = Cpu("AMD Ryzen 9 7950X", 32, self.loads[0])
        return Hardware(self.clock.now(), cpu, Memory(64 * GIB, 41 * GIB), (card,))


Step = Callable[[Pilot[int]], Awaitable[None]]


async def answer(pilot: Pilot[int], prompt: str = PROMPT) -> None:
    """Send a prompt, wait until it is answered, and leave the input."""
    await pilot.press("4")
    await pilot.pause()
    await pilot.press(*prompt, "enter")
    await settle(pilot)
    await pilot.press("escape")


async def spend(pilot: Pilot[int]) -> None:
    """Ask a model that costs money, then let the engine choose again."""
    await pilot.press("ctrl+l")
    await pilot.pause(0.2)
    await pilot.press(*"haven-mini", "enter")
    await pilot.pause(0.2)
    await answer(pilot, "Which sorting algorithm suits nearly sorted data?")
    await pilot.press("f4")


async def settle(pilot: Pilot[int]) -> None:
    """Wait until no worker runs and everything is painted."""
    for _ in range(3):
        await pilot.pause(0.3)
        await pilot.app.workers.wait_for_complete([worker for worker in pilot.app.workers if worker.group == "run"])


async def deck(pilot: Pilot[int]) -> None:
    await spend(pilot)
    await answer(pilot)
    await pilot.press("1", "down", "down")


async def free(pilot: Pilot[int]) -> None:
    await deck(pilot)
    await pilot.press("f")


async def why(pilot: Pilot[int]) -> None:
    await answer(pilot)
    await pilot.press("1", "w")


async def switch(pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+l")
    await pilot.pause(0.2)
    await pilot.press(*"lan")


async def dry_run(pilot: Pilot[int]) -> None:
    await pilot.press("4")
    await pilot.pause()
    await pilot.press(*PROMPT, "ctrl+g")


PICTURES: dict[str, tuple[tuple[int, int], str, Step]] = {
    "deck": ((140, 42), "deck-dark", deck),
    "light": ((140, 42), "deck-light", free),
    "why": ((110, 32), "deck-dark", why),
    "switch": ((100, 30), "deck-dark", switch),
    "dry-run": ((110, 32), "deck-dark", dry_run),
    "small": ((80, 24), "deck-dark", answer),
}


async def take(name: str, folder: Path) -> None:
    """One picture, from a fresh profile."""
    size, theme, step = PICTURES[name]
    with tempfile.TemporaryDirectory() as home:
        clock = FrozenClock()
        options = Options(simulated=True, config_dir=Path(home, "config"), data_dir=Path(home, "data"))
        with Deck(make_parts(options, clock=clock, probe=RecordedProbe(clock))) as opened:
            app = DeckApp(opened, load_themes()[0], {}, theme)
            async with app.run_test(size=size, notifications=False) as pilot:
                await pilot.pause(1.0)
                await step(pilot)
                await settle(pilot)
                app.save_screenshot(f"{name}.svg", path=str(folder))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "screenshots"
    folder.mkdir(exist_ok=True)
    os.environ |= {"MODELDECK_DEMO_SEED": "1", "MODELDECK_DEMO_SPEED": "1", "TEXTUAL_ANIMATIONS": "none"}
    os.environ.pop("NO_COLOR", None)
    for name in PICTURES:
        asyncio.run(take(name, folder))
        print(f"{folder / name}.svg")


if __name__ == "__main__":
    main()
