"""Reading a provider's stream under three time limits: until the first chunk, between chunks, and in all."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Self

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.settings import Timeouts
from modeldeck.ports import Clock

AFTER_STOP_S = 5.0
"""Seconds that a connection may stay open and silent after the finish reason; counts come right behind it."""

_SPEAKING = (StopChunk, TextChunk, ReasoningChunk)


class SilenceError(ProviderError):
    """The provider was asked and kept silent for longer than a time limit."""


class TimedStream:
    """A stream of chunks that fails with a SilenceError when the provider keeps silent for too long.

    After a StopChunk silence is no failure: the answer is complete, and a connection that stays open is left.

    Only time spent waiting for the provider counts as silence, not the time that the reader needs for a chunk. One
    watcher task sleeps until the next limit and then cancels the read; `asyncio.timeout` around every chunk does the
    same and would be felt at thousands of tokens per second.

    Args:
        chunks: the provider's stream.
        clock: measures and sleeps.
        timeouts: seconds; every chunk, a keep-alive too, ends a silence.
        deadline: the caller's own end on the monotonic clock; infinite when there is none.
    """

    def __init__(
        self, chunks: AsyncIterator[Chunk], clock: Clock, timeouts: Timeouts, deadline: float = math.inf
    ) -> None:
        self._chunks = chunks
        self._clock = clock
        self._timeouts = timeouts
        self._deadline = deadline
        self._started_at = clock.monotonic()
        self._end = min(self._started_at + timeouts.total_s, deadline)
        self._waiting_since = self._started_at
        self._begun = False
        self._stopped = False
        self._reader: asyncio.Task[object] | None = None
        self._cancelled_before: int | None = None
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop the watcher and close the provider's stream, whatever ended the reading."""
        if self._watcher is not None:
            self._watcher.cancel()
        if isinstance(self._chunks, AsyncGenerator):
            await self._chunks.aclose()

    async def next(self) -> Chunk | None:
        """The next chunk; None after the last.

        Raises:
            SilenceError: a time limit passed; its failure has the kind TIMEOUT and names the limit.
            ProviderError: the provider failed.
        """
        self._waiting_since = self._clock.monotonic()
        if self._waiting_since >= self._end:
            raise SilenceError(self._timeout())
        self._reader = asyncio.current_task()
        try:
            chunk = await anext(self._chunks, None)
        except asyncio.CancelledError:
            if self._was_the_watcher():
                if self._stopped and self._clock.monotonic() < self._end:
                    return None
                raise SilenceError(self._timeout()) from None
            raise
        finally:
            self._reader = None
        self._begun = True
        if isinstance(chunk, _SPEAKING):
            self._stopped = isinstance(chunk, StopChunk)
        return chunk

    async def _watch(self) -> None:
        while True:
            now = self._clock.monotonic()
            waiting_since = now if self._reader is None else self._waiting_since
            remaining = min(waiting_since + self._silence_s(), self._end) - now
            if remaining > 0:
                # The limit becomes shorter with what arrives, so that no sleep may be longer than the shortest one.
                await self._clock.sleep(min(remaining, self._timeouts.idle_s, AFTER_STOP_S))
                continue
            if self._reader is not None:
                self._cancelled_before = self._reader.cancelling()
                self._reader.cancel()
            return  # without a waiting reader the total time is over, and the next read says so

    def _silence_s(self) -> float:
        """How long the provider may be silent now."""
        if self._stopped:
            return min(AFTER_STOP_S, self._timeouts.idle_s)
        return self._timeouts.idle_s if self._begun else self._timeouts.first_token_s

    def _was_the_watcher(self) -> bool:
        """Whether only the watcher cancelled the read; a cancellation from outside goes on as it is."""
        if self._reader is None or self._cancelled_before is None:
            return False
        return self._reader.uncancel() <= self._cancelled_before

    def _timeout(self) -> Failure:
        """The limit that has passed, in words."""
        now = self._clock.monotonic()
        limits = self._timeouts
        if now >= self._deadline:
            message = "The time given for this answer is over."
        elif now >= self._end:
            message = f"The answer took longer than {limits.total_s:g} s in all."
        elif not self._begun:
            message = f"No answer began within {limits.first_token_s:g} s."
        else:
            message = f"The answer paused for more than {limits.idle_s:g} s."
        return Failure(ErrorKind.TIMEOUT, message)
