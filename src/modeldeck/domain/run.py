"""A run on its way through the engine: attempts, what its watcher hears, and what the ledger keeps."""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from modeldeck.domain.errors import DeckError, Failure
from modeldeck.domain.pricing import NO_COST, Cost
from modeldeck.domain.record import record
from modeldeck.domain.selection import Selection
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus, RunKind, Usage


@record(kw_only=True)
class Attempt:
    """One settled try of one model. Times in ms; `tokens_per_second` over first to last text, reasoning included."""

    model: str
    status: AttemptStatus
    failure: Failure | None = None
    latency_ms: float | None = None
    ttft_ms: float | None = None
    tokens_per_second: float | None = None
    usage: Usage = Usage()
    cost: Cost = NO_COST


@record(kw_only=True)
class Answer:
    """What a run came to. `text` may be partial when `status` is not succeeded; `failure` then says why."""

    run: str
    status: AttemptStatus
    text: str
    model: str
    attempts: tuple[Attempt, ...]
    usage: Usage
    cost: Cost
    selection: Selection
    reasoning: str = ""
    ttft_ms: float | None = None
    tokens_per_second: float | None = None
    finish_reason: str | None = None
    failure: Failure | None = None


class RunFailedError(DeckError):
    """Every attempt failed, or the answer broke off; `answer` holds the partial text and all attempts."""

    code = "run_failed"

    def __init__(self, message: str, hint: str | None, answer: Answer) -> None:
        super().__init__(message, hint)
        self.answer = answer


class StepFailedError(RunFailedError):
    """A step of several failed; `answers` holds those of the steps before it, `answer` what there is of its own."""

    def __init__(self, message: str, hint: str | None, answer: Answer, answers: tuple[Answer, ...]) -> None:
        super().__init__(message, hint, answer)
        self.answers = answers


@record
class Selected:
    """The model is chosen; nothing was sent yet."""

    run: str
    selection: Selection


@record
class AttemptStarted:
    """Attempt number `number` (from 1) goes to `model`."""

    run: str
    number: int
    model: str


@record
class TextDelta:
    """More answer text."""

    run: str
    text: str


@record
class ReasoningDelta:
    """More thinking text."""

    run: str
    text: str


@record
class UsageUpdated:
    """Tokens and cost of the whole run so far; `final` when the last attempt is settled. Rates as in Attempt."""

    run: str
    usage: Usage
    cost: Cost
    final: bool
    ttft_ms: float | None = None
    tokens_per_second: float | None = None


@record
class AttemptFailed:
    """An attempt failed; `next` is the model tried next, None when the run ends here. `wait_s`: seconds until then."""

    run: str
    model: str
    failure: Failure
    next: str | None
    wait_s: float = 0.0


@record
class Finished:
    """The run is over and settled in the ledger."""

    run: str
    answer: Answer


Event = Selected | AttemptStarted | TextDelta | ReasoningDelta | UsageUpdated | AttemptFailed | Finished


# What the ledger keeps


@record(kw_only=True)
class RunRecord:
    """A run as the ledger stores it when it starts. `day` is the local calendar day, `prompt` None without history."""

    run: str
    at: datetime
    day: str
    session: str
    kind: RunKind
    conversation: str | None
    selection: Selection
    prompt: str | None


@record(kw_only=True)
class OpenAttempt:
    """An attempt about to be sent. `reserved` is its upper cost in USD, `input_tokens` the estimate of its input.

    `costs_nothing`: free or local by its known price. `baseline`: the model that savings are counted against.
    """

    run: str
    number: int
    at: datetime
    day: str
    session: str
    model: str
    task: str
    tier: Tier
    mode: Mode
    costs_nothing: bool
    input_tokens: int
    reserved: Decimal | None
    baseline: str | None


@record(kw_only=True)
class RunSummary:
    """A past run in one line. `status` and `model` are those of its last attempt."""

    run: str
    at: datetime
    kind: RunKind
    task: str
    mode: Mode
    model: str
    status: AttemptStatus
    cost: Cost
    attempts: int
    input_tokens: int
    output_tokens: int
    rating: float | None = None


class EventStream(Protocol):
    """An async iterator of events that can be closed early: closing cancels the run."""

    def __aiter__(self) -> AsyncIterator[Event]: ...
    async def __anext__(self) -> Event: ...
    async def aclose(self) -> None: ...
