"""One try of one model: send, read, count, settle. Nothing here decides what comes next."""

import asyncio
from collections.abc import AsyncGenerator

from modeldeck.domain.call import Call, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.request import Params
from modeldeck.domain.run import Attempt, AttemptStarted, Event, ReasoningDelta, TextDelta, UsageUpdated
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.money.books import Books, Entry, Plan, total_cost, total_usage
from modeldeck.engine.money.budget import output_bound
from modeldeck.engine.running.live import Meter
from modeldeck.engine.running.reading import SilenceError, TimedStream
from modeldeck.engine.running.route import Step
from modeldeck.ports import Clock, Provider

UPDATES_PER_SECOND = 20

_WORKED = frozenset({ErrorKind.EMPTY, ErrorKind.BROKEN_STREAM})
"""Failures after which the provider has worked although no text arrived; with the others it refused the request."""

_TOOL_CALLS = frozenset({"tool_calls", "function_call", "tool_use"})
"""Finish reasons of answers that call a tool: they are complete without any text."""


class LiveAttempt:
    """Runs one attempt as a stream of events; afterwards `settled`, `text`, `thinking` and `finish_reason` hold.

    Args:
        plan: the run that this attempt belongs to.
        step: which model, with which parameters.
        before: the settled attempts of the same run, which the running totals include.
    """

    def __init__(
        self, plan: Plan, step: Step, before: tuple[Attempt, ...], *, provider: Provider, books: Books, clock: Clock
    ) -> None:
        self._plan = plan
        self._step = step
        self._before_usage = tuple(attempt.usage for attempt in before)
        self._before_cost = tuple(attempt.cost for attempt in before)
        self._number = len(before) + 1
        self._provider = provider
        self._books = books
        self._clock = clock
        self._sent_at = 0.0
        self._meter = Meter(plan.input_tokens, 0.0)
        self._updated_at: float | None = None
        self._text: list[str] = []
        self._thinking: list[str] = []
        self.finish_reason: str | None = None
        self._result: Attempt | None = None

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self._text)

    @property
    def thinking(self) -> str:
        """The thinking text so far."""
        return "".join(self._thinking)

    @property
    def has_text(self) -> bool:
        """Whether any answer text was shown, after which nothing falls back silently; white space is no answer."""
        return any(map(str.strip, self._text))

    @property
    def settled(self) -> Attempt:
        """The settled attempt; only after `events` ended."""
        if self._result is None:
            raise RuntimeError("the attempt has not ended")
        return self._result

    async def events(self) -> AsyncGenerator[Event, None]:
        """Send and stream. Settles the ledger row however this ends; provider failures end it without raising.

        Raises:
            BudgetError: the budget was used up by another run in the meantime; nothing was sent.
        """
        entry = self._books.open(self._plan, self._step.model, self._step.params, self._number)
        status, failure, worked = AttemptStatus.INTERRUPTED, None, False
        self._start_timing()
        try:
            yield AttemptStarted(self._plan.run, self._number, entry.model.id)
            worked = True
            chunks = self._provider.stream(self._call(entry.params))
            self._start_timing()  # again: neither the watcher's time nor that of loading a client is the provider's
            timeouts = self._provider.info.timeouts
            async with TimedStream(chunks, self._clock, timeouts, self._plan.deadline) as stream:
                while (chunk := await stream.next()) is not None:
                    for event in self._take(chunk, entry):
                        yield event
            failure = self._emptiness()
            status = AttemptStatus.SUCCEEDED if failure is None else AttemptStatus.FAILED
        except ProviderError as error:
            status, failure = AttemptStatus.FAILED, error.failure
            worked = isinstance(error, SilenceError) or failure.kind in _WORKED
        except (asyncio.CancelledError, GeneratorExit):
            status = AttemptStatus.CANCELLED
            raise
        finally:
            self._result = self._account(entry, status, failure, worked)
            self._books.settle(entry, self._result, self._provider)

    def _start_timing(self) -> None:
        self._sent_at = self._clock.monotonic()
        self._meter = Meter(self._plan.input_tokens, self._sent_at)

    def _call(self, params: Params) -> Call:
        request, selection, model = self._plan.request, self._plan.selection, self._step.model
        return Call(
            native_id=model.native_id,
            messages=request.messages,
            params=params,
            tools=request.tools,
            context=self._plan.input_tokens + (params.max_tokens or selection.profile.output_tokens),
            max_output=model.max_output and output_bound(model, self._plan.input_tokens, None),
            deny_training=self._plan.deny_training,
        )

    def _take(self, chunk: Chunk, entry: Entry) -> tuple[Event, ...]:
        """Count a chunk; what the watcher is told about it."""
        now = self._clock.monotonic()
        run = self._plan.run
        match chunk:
            case TextChunk(text) if text:
                self._text.append(text)
                self._meter.on_answer(text, now)
                return TextDelta(run, text), *self._update(entry, now)
            case ReasoningChunk(text) if text:
                self._thinking.append(text)
                self._meter.on_thinking(text, now)
                return ReasoningDelta(run, text), *self._update(entry, now)
            case UsageChunk():
                self._meter.on_usage(chunk)
                return self._update(entry, now)
            case StopChunk(reason):
                self.finish_reason = reason
        return ()

    def _update(self, entry: Entry, now: float) -> tuple[Event, ...]:
        """The running totals, at most so often that a person can follow."""
        if self._updated_at is not None and now - self._updated_at < 1 / UPDATES_PER_SECOND:
            return ()
        self._updated_at = now
        usage = self._meter.usage
        cost = self._books.progress(entry, usage)
        return (
            UsageUpdated(
                self._plan.run,
                total_usage((*self._before_usage, usage)),
                total_cost((*self._before_cost, cost)),
                final=False,
                ttft_ms=self._meter.ttft_ms,
                tokens_per_second=self._meter.tokens_per_second,
            ),
        )

    def _emptiness(self) -> Failure | None:
        if self.has_text or self.finish_reason in _TOOL_CALLS:
            return None
        message = "The model only thought and gave no answer." if self._thinking else "The answer is empty."
        if self.finish_reason not in (None, "stop"):
            message += f" Its finish reason is {self.finish_reason!r}."
        return Failure(ErrorKind.EMPTY, message)

    def _account(self, entry: Entry, status: AttemptStatus, failure: Failure | None, worked: bool) -> Attempt:
        """`worked`: the prompt was sent, and the provider may have charged for it although it sent nothing back."""
        meter = self._meter
        usage = meter.usage if worked or meter.anything_arrived else Usage()
        return Attempt(
            model=entry.model.id,
            status=status,
            failure=failure,
            latency_ms=(self._clock.monotonic() - self._sent_at) * 1000,
            ttft_ms=meter.ttft_ms,
            tokens_per_second=meter.tokens_per_second,
            usage=usage,
            cost=self._books.price(entry, usage, meter.charged_usd),
        )
