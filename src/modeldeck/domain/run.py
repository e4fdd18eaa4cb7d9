"""A request on its way through the engine: what is asked, what happens, what came back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeVar, get_args

from modeldeck.domain.errors import DeckError, Failure, UsageError
from modeldeck.domain.pricing import NO_COST, Cost
from modeldeck.domain.selection import Selection
from modeldeck.domain.task import Criteria, FallbackMode, Mode, Tier
from modeldeck.domain.usage import AttemptStatus, RunKind, Usage

_Word = TypeVar("_Word", bound=StrEnum)
Role = Literal["system", "user", "assistant"]
ReasoningLevel = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@dataclass(frozen=True, slots=True)
class Image:
    """An input image: raw bytes and a media type such as `image/png`."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as plain text."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Generation parameters; None is not sent at all. `max_tokens` counts output tokens."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning: ReasoningLevel | None = None
    json_schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as a caller states it; None leaves the choice to task and settings.

    `model` is the model of manual mode, `preferred` that of hybrid mode; both may be any text that resolves.
    `strategy` is a strategy name or alias. `inputs` are a task's named inputs, when there is no ready prompt.
    Mode and tier may be given as plain words.

    Raises:
        UsageError: there is no such mode, tier or fallback mode.
    """

    messages: tuple[Message, ...]
    task: str | None = None
    description: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    mode: Mode | None = None
    model: str | None = None
    preferred: str | None = None
    fallback_mode: FallbackMode | None = None
    tier: Tier | None = None
    criteria: Criteria = Criteria()
    strategy: str | None = None
    require_fast: bool = False
    require_quality: bool = False
    conversation: str | None = None
    params: Params = Params()
    tools: tuple[Mapping[str, Any], ...] = ()
    kind: RunKind = RunKind.PROMPT
    infer_task: bool = False
    """Let the specialization name the task when none is given (the playground does)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", _word(Mode, "mode", self.mode))
        object.__setattr__(self, "tier", _word(Tier, "tier", self.tier))
        if self.fallback_mode not in (None, *get_args(FallbackMode)):
            allowed = ", ".join(get_args(FallbackMode))
            raise UsageError(f"There is no fallback mode {self.fallback_mode!r}.", f"Allowed: {allowed}.")

    @property
    def text(self) -> str:
        """The last user turn, or an empty string."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


def _word(kind: type[_Word], what: str, given: str | None) -> _Word | None:
    try:
        return None if given is None else kind(given)
    except ValueError:
        raise UsageError(f"There is no {what} {given!r}.", f"Allowed: {', '.join(kind)}.") from None


def make_request(prompt: "str | list[Message] | tuple[Message, ...] | Request", **fields: Any) -> Request:
    """A Request from a prompt, a conversation or another Request, with `fields` laid over it.

    `system` puts a system message in front; `images` go to the last user turn.

    Raises:
        TypeError: a field has an unknown name.
    """
    system: str | None = fields.pop("system", None)
    images = tuple(fields.pop("images", ()))
    if isinstance(prompt, Request):
        request = replace(prompt, **fields)
    else:
        messages = (Message("user", prompt),) if isinstance(prompt, str) else tuple(prompt)
        request = Request(messages=messages, **fields)
    messages = request.messages
    if images and messages:
        messages = (*messages[:-1], replace(messages[-1], images=(*messages[-1].images, *images)))
    if system:
        messages = (Message("system", system), *messages)
    return request if messages is request.messages else replace(request, messages=messages)


# What a provider is asked, and what it streams back -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to one model at one provider, ready to be put on the wire."""

    native_id: str
    messages: tuple[Message, ...]
    params: Params = Params()
    tools: tuple[Mapping[str, Any], ...] = ()
    context: int | None = None
    """Tokens that the call needs in all; local runtimes size their window by it."""
    deny_training: bool = False
    user_parameters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Answer text that just arrived."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningChunk:
    """Thinking text that just arrived."""

    text: str


@dataclass(frozen=True, slots=True)
class UsageChunk:
    """The provider's own count; later ones replace earlier ones. `cost_usd` only where the provider charges by it."""

    usage: Usage
    cost_usd: Decimal | None = None
    tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class AliveChunk:
    """A keep-alive: nothing to show, but the idle timer starts again."""


@dataclass(frozen=True, slots=True)
class StopChunk:
    """The answer is complete; `reason` is the provider's finish reason, e.g. `stop`, `length`, `content_filter`."""

    reason: str


Chunk = TextChunk | ReasoningChunk | UsageChunk | AliveChunk | StopChunk


# What a run tells its watcher ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True)
class Selected:
    """The model is chosen; nothing was sent yet."""

    run: str
    selection: Selection


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """Attempt number `number` (from 1) goes to `model`."""

    run: str
    number: int
    model: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More answer text."""

    run: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More thinking text."""

    run: str
    text: str


@dataclass(frozen=True, slots=True)
class UsageUpdated:
    """Tokens and cost of the whole run so far; `final` when the last attempt is settled. Rates as in Attempt."""

    run: str
    usage: Usage
    cost: Cost
    final: bool
    ttft_ms: float | None = None
    tokens_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt failed; `next` is the model tried next, None when the run ends here. `wait_s`: seconds until then."""

    run: str
    model: str
    failure: Failure
    next: str | None
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over and settled in the ledger."""

    run: str
    answer: Answer


Event = Selected | AttemptStarted | TextDelta | ReasoningDelta | UsageUpdated | AttemptFailed | Finished


# What the ledger keeps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A past run in one line. `status` and `model` are those of its last attempt."""

    run: str
    at: datetime
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
