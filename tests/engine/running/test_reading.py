"""Three time limits on a stream, each with its own words."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from fakes import FakeClock, FakeProvider, Hang, Script, Wait
from modeldeck.domain.call import AliveChunk, Call, Chunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.request import Message
from modeldeck.domain.settings import Timeouts
from modeldeck.domain.usage import Usage
from modeldeck.engine.running.reading import AFTER_STOP_S, SilenceError, TimedStream

CALL = Call(native_id="m", messages=(Message("user", "hi"),))
LIMITS = Timeouts(first_token_s=100, idle_s=10, total_s=300)


def stream(clock: FakeClock, script: Script) -> tuple[FakeProvider, AsyncIterator[Chunk]]:
    provider = FakeProvider("cloud", scripts={"m": [script]}, clock=clock)
    return provider, provider.stream(CALL)


async def read_all(clock: FakeClock, script: Script, deadline: float = float("inf")) -> list[Chunk]:
    provider, chunks = stream(clock, script)
    found: list[Chunk] = []
    try:
        async with TimedStream(chunks, clock, LIMITS, deadline) as timed:
            while (chunk := await timed.next()) is not None:
                found.append(chunk)
    finally:
        assert provider.open_streams == 0
    return found


async def test_a_lively_stream_is_read_to_its_end(clock: FakeClock) -> None:
    script: Script = [Wait(99), TextChunk("a"), Wait(9), TextChunk("b"), StopChunk("stop")]
    assert await read_all(clock, script) == [TextChunk("a"), TextChunk("b"), StopChunk("stop")]


ALIVE_FOR_LONG: Script = [AliveChunk(), Wait(9)] * 50


@pytest.mark.parametrize(
    ("script", "message", "at"),
    [
        ([Hang()], "No answer began within 100 s.", 100),
        ([TextChunk("a"), Hang()], "The answer paused for more than 10 s.", 10),
        ([AliveChunk(), Hang()], "The answer paused for more than 10 s.", 10),
        ([Wait(99), AliveChunk(), Wait(9), TextChunk("a"), Hang()], "The answer paused for more than 10 s.", 118),
        (ALIVE_FOR_LONG, "The answer took longer than 300 s in all.", 300),
    ],
    ids=["first token", "idle", "idle after a keep-alive", "each chunk starts the pause anew", "total"],
)
async def test_silence_ends_the_stream(clock: FakeClock, script: Script, message: str, at: float) -> None:
    with pytest.raises(SilenceError) as caught:
        await read_all(clock, script)
    assert caught.value.failure.kind is ErrorKind.TIMEOUT
    assert caught.value.failure.message == message
    assert clock.elapsed == pytest.approx(at)


@pytest.mark.parametrize("between", [[], [AliveChunk()], [UsageChunk(Usage(3, 2, reported=True))]])
async def test_a_connection_that_stays_open_after_the_finish_reason_is_left(clock: FakeClock, between: Script) -> None:
    script: Script = [TextChunk("a"), StopChunk("stop"), *between]
    assert await read_all(clock, [*script, Hang()]) == script
    assert clock.elapsed == pytest.approx(AFTER_STOP_S)


async def test_text_after_a_finish_reason_is_read_and_may_pause_again(clock: FakeClock) -> None:
    script: Script = [TextChunk("a"), StopChunk("stop"), TextChunk("b"), Wait(9), TextChunk("c"), StopChunk("stop")]
    assert await read_all(clock, script) == [chunk for chunk in script if not isinstance(chunk, Wait)]
    with pytest.raises(SilenceError, match="paused"):
        await read_all(clock, [TextChunk("a"), StopChunk("stop"), TextChunk("b"), Hang()])


async def test_the_callers_own_deadline_comes_first(clock: FakeClock) -> None:
    with pytest.raises(SilenceError, match="time given"):
        await read_all(clock, [Hang()], deadline=clock.monotonic() + 7)
    assert clock.elapsed == pytest.approx(7)


async def test_a_slow_reader_is_not_blamed_on_the_provider(clock: FakeClock) -> None:
    _, chunks = stream(clock, [TextChunk("a"), TextChunk("b"), Wait(9), TextChunk("c")])
    async with TimedStream(chunks, clock, LIMITS) as timed:
        await timed.next()
        await clock.sleep(60)
        assert await timed.next() == TextChunk("b")
        assert await timed.next() == TextChunk("c")


async def test_a_slow_reader_still_meets_the_total_limit(clock: FakeClock) -> None:
    _, chunks = stream(clock, [TextChunk("a"), TextChunk("b")])
    async with TimedStream(chunks, clock, LIMITS) as timed:
        await timed.next()
        await clock.sleep(301)
        with pytest.raises(SilenceError, match="longer than 300 s"):
            await timed.next()


async def test_pause_is_noticed_also_after_the_reader_was_slow(clock: FakeClock) -> None:
    _, chunks = stream(clock, [TextChunk("a"), Hang()])
    async with TimedStream(chunks, clock, LIMITS) as timed:
        await timed.next()
        await clock.sleep(25)
        with pytest.raises(SilenceError, match="more than 10 s"):
            await timed.next()
    assert clock.elapsed <= 45


async def test_cancelling_the_reader_is_no_timeout_and_closes_the_stream(clock: FakeClock) -> None:
    provider, chunks = stream(clock, [TextChunk("a"), Wait(5), Wait(5), Hang()])
    reached = asyncio.Event()

    async def read() -> Sequence[Chunk]:
        found = []
        async with TimedStream(chunks, clock, Timeouts()) as timed:
            while (chunk := await timed.next()) is not None:
                found.append(chunk)
                reached.set()
        return found

    task = asyncio.ensure_future(read())
    await reached.wait()
    assert provider.open_streams == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert provider.open_streams == 0


async def test_a_timeout_leaves_the_reader_alive(clock: FakeClock) -> None:
    _, chunks = stream(clock, [Hang()])
    with pytest.raises(SilenceError):
        async with TimedStream(chunks, clock, LIMITS) as timed:
            await timed.next()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)
