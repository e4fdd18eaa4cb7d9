"""Tokens into the transcript widget: CPU, how late the event loop wakes up, and whether it keeps up.

Budgets: 30 % of a core and a lag p95 of 10 ms at 500 tokens per second; 5,000 tokens per second keep up.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass

from textual.app import App, ComposeResult

from modeldeck.tui.widgets.blocks import MarkdownPart
from modeldeck.tui.widgets.transcript import Transcript

SECONDS = 6.0
BURSTS_PER_SECOND = 100  # tokens arrive in packets
LOOK_SECONDS = 0.005
ANSWER = (
    "## A heading\n\nSome **strong** words, some `code` and a [link](https://example.org) in a paragraph that is long "
    "enough to be wrapped once or twice on a usual screen.\n\n- one item\n- another item with more words\n\n"
    "```python\ndef add(a: int, b: int) -> int:\n    return a + b\n```\n\n"
)
TOKENS = [f"{word} " for word in ANSWER.split(" ")]


class OneTranscript(App[None]):
    """The transcript alone."""

    def compose(self) -> ComposeResult:
        yield Transcript()


@dataclass(frozen=True, slots=True)
class Streamed:
    """What streaming at one speed took: share of a core 0..1, lag in seconds, tokens per second that arrived."""

    core: float
    lag_p95: float
    speed: float


async def _stream(tokens_per_second: int) -> Streamed:
    app = OneTranscript()
    async with app.run_test(size=(120, 40)) as pilot:
        part = MarkdownPart()
        transcript = app.query_one(Transcript)
        transcript.add(part)
        await pilot.pause()
        lags: list[float] = []
        watcher = asyncio.create_task(_watch(lags))
        cpu, began = time.process_time(), time.perf_counter()
        tokens = await _feed(transcript, part, tokens_per_second, began)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - began
        watcher.cancel()
    return Streamed(cpu / wall, statistics.quantiles(lags, n=20)[-1], tokens / wall)


async def _feed(transcript: Transcript, part: MarkdownPart, tokens_per_second: int, began: float) -> int:
    """Append tokens at their times; when the loop is late they come late, not fewer."""
    count = 0
    for burst in range(int(SECONDS * BURSTS_PER_SECOND)):
        wait = began + burst / BURSTS_PER_SECOND - time.perf_counter()
        await asyncio.sleep(max(0.0, wait))
        for _ in range(tokens_per_second // BURSTS_PER_SECOND):
            part.append(TOKENS[count % len(TOKENS)])
            transcript.touch()
            count += 1
    return count


async def _watch(lags: list[float]) -> None:
    """Note how much later than asked a short sleep ends: what a key press would have to wait."""
    while True:
        asked = time.perf_counter()
        await asyncio.sleep(LOOK_SECONDS)
        lags.append(time.perf_counter() - asked - LOOK_SECONDS)


def main() -> None:
    print("\nStreaming into the transcript (budgets at 500 tok/s: 30 % of a core, lag p95 10 ms)")
    for tokens_per_second in (500, 5_000):
        found = asyncio.run(_stream(tokens_per_second))
        print(
            f"  {tokens_per_second:>5,} tok/s asked, {found.speed:>6,.0f} arrived: {found.core:4.0%} of a core,"
            f" lag p95 {found.lag_p95 * 1000:.1f} ms"
        )
