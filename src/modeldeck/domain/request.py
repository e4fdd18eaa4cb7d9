"""What a caller asks: messages, parameters and the request around them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import Any, Literal, TypedDict, TypeVar, Unpack, get_args

from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Complexity
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.record import record
from modeldeck.domain.task import Criteria, FallbackMode, Mode, Tier
from modeldeck.domain.usage import RunKind

_Word = TypeVar("_Word", bound=StrEnum)
_Record = TypeVar("_Record")
Role = Literal["system", "user", "assistant"]


@record
class Image:
    """An input image: raw bytes and a media type such as `image/png`."""

    data: bytes
    media_type: str


@record
class Message:
    """One turn of a conversation, as plain text."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()


@record(kw_only=True)
class Params:
    """Generation parameters; None is not sent at all. `max_tokens` counts output tokens."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    reasoning: ReasoningLevel | None = None
    json_schema: Mapping[str, Any] | None = None


class RequestFields(TypedDict, total=False):
    """What `select`, `run` and `ask` take beside the prompt: the fields of Request, a system message, images.

    Mode, tier and complexity may be given as plain words; `model`, `preferred` as any text that resolves.
    """

    task: str | None
    description: str | None
    inputs: Mapping[str, Any]
    mode: Mode | str | None
    model: str | None
    preferred: str | None
    fallback_mode: FallbackMode | None
    tier: Tier | str | None
    criteria: Criteria
    strategy: str | None
    complexity: Complexity | str | None
    require_fast: bool
    require_quality: bool
    conversation: str | None
    params: Params
    tools: Sequence[Mapping[str, Any]]
    kind: RunKind
    infer_task: bool
    system: str | None
    images: Sequence[Image]


@record(kw_only=True)
class Request:
    """One request as a caller states it; None leaves the choice to task and settings.

    `model` is the model of manual mode, `preferred` that of hybrid mode; both may be any text that resolves.
    `strategy` is a strategy name or alias. `inputs` are a task's named inputs, when there is no ready prompt.
    `complexity` says how hard the prompt is, when the caller knows better than any reading of it.
    Mode, tier and complexity may be given as plain words.

    Raises:
        UsageError: there is no such mode, tier, complexity or fallback mode, or a field is of another type.
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
    complexity: Complexity | None = None
    require_fast: bool = False
    require_quality: bool = False
    conversation: str | None = None
    params: Params = Params()
    tools: tuple[Mapping[str, Any], ...] = ()
    kind: RunKind = RunKind.PROMPT
    infer_task: bool = False
    """Let the specialization name the task when none is given (the playground does)."""

    def __post_init__(self) -> None:
        for name in ("task", "description", "model", "preferred", "strategy", "conversation"):
            _require_text(name, getattr(self, name))
        object.__setattr__(self, "criteria", _made(Criteria, "criteria", self.criteria))
        object.__setattr__(self, "params", _made(Params, "params", self.params))
        object.__setattr__(self, "mode", _word(Mode, "mode", self.mode))
        object.__setattr__(self, "tier", _word(Tier, "tier", self.tier))
        object.__setattr__(self, "complexity", _word(Complexity, "complexity", self.complexity))
        if self.fallback_mode not in (None, *get_args(FallbackMode)):
            allowed = ", ".join(get_args(FallbackMode))
            raise UsageError(f"There is no fallback mode {self.fallback_mode!r}.", f"Allowed: {allowed}.")

    @property
    def text(self) -> str:
        """The last user turn, or an empty string."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


def _require_text(name: str, given: object) -> None:
    if given is not None and not isinstance(given, str):
        raise UsageError(f"{name} is {given!r}.", "It is a text, or None.")


def _made(kind: type[_Record], name: str, given: object) -> _Record:
    """What was given for a field that holds a record; None means that nothing was said."""
    if given is None:
        return kind()
    if not isinstance(given, kind):
        raise UsageError(f"{name} is {given!r}.", f"It is made by {kind.__name__}(...).")
    return given


def _word(kind: type[_Word], what: str, given: str | None) -> _Word | None:
    try:
        return None if given is None else kind(given)
    except ValueError:
        raise UsageError(f"There is no {what} {given!r}.", f"Allowed: {', '.join(kind)}.") from None


def make_request(prompt: "str | Sequence[Message] | Request", **given: Unpack[RequestFields]) -> Request:
    """A Request from a prompt, a conversation or another Request, with the given fields laid over it.

    `system` puts a system message in front; `images` go to the last turn.

    Raises:
        TypeError: a field has an unknown name.
        UsageError: a prompt or a field is nothing of the kind.
    """
    fields: dict[str, Any] = dict(given)
    system: str | None = fields.pop("system", None)
    images = tuple(fields.pop("images", ()))
    if "tools" in fields:
        fields["tools"] = tuple(fields["tools"])
    if isinstance(prompt, Request):
        request = replace(prompt, **fields)
    else:
        messages = (Message("user", prompt),) if isinstance(prompt, str) else _conversation(prompt)
        request = Request(messages=messages, **fields)
    messages = request.messages
    if images and messages:
        messages = (*messages[:-1], replace(messages[-1], images=(*messages[-1].images, *images)))
    if system:
        messages = (Message("system", system), *messages)
    return request if messages is request.messages else replace(request, messages=messages)


def _conversation(given: object) -> tuple[Message, ...]:
    """The messages of a conversation; a script may hand over anything."""
    messages: tuple[object, ...] = tuple(given) if isinstance(given, Iterable) else (given,)
    told = tuple(message for message in messages if isinstance(message, Message))
    if len(told) != len(messages):
        raise UsageError(f"The prompt is {given!r}.", "It is a text, a list of Message(role, text), or a Request.")
    return told
