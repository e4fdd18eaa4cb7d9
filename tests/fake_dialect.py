"""How each protocol says the same things on the wire: a list, an answer in events, a refusal.

The behaviours that every adapter must show are written once (`tests/providers/conformance`); a protocol contributes
its samples only. The shapes follow the services' documentation.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from fake_refusals import Refusal
from fake_wire import Handler, Wire
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.usage import Usage
from modeldeck.providers.vendor import Vendor

KEY = "unmistakable-key-0123456789"
IDS = ("model-a", "org/model-b:1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """An answer as a person would see it; `stop` is `stop` or `length`."""

    thinking: tuple[str, ...] = ("Hm, ", "naïve?")
    text: tuple[str, ...] = ("Grüße", " an 👋\u2028", "alle\n")
    usage: Usage | None = Usage(20, 9, cached_tokens=8, reasoning_tokens=4, reported=True)
    stop: str = "stop"


class Dialect(ABC):
    """One provider, and what its server says. `head`, `body` and `tail` of an answer are lists of whole events."""

    chat_path: ClassVar[str]
    model: ClassVar[str] = "model-a"
    """Native id of the model that the dialect is spoken with."""
    list_path: ClassVar[str]
    refusals: Sequence[Refusal]
    limit_headers: Mapping[str, str] = {}
    """Rate-limit headers that say "7 of 10 left", where the protocol has some."""
    tells_cached = True
    tells_reasoning = True
    """Whether usage counts cached and reasoning tokens apart from the others."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.name = vendor.name

    def first_answers(self) -> Mapping[str, httpx.Response]:
        """By path, the answers to what the provider asks before its first call."""
        return {}

    def prepare(self, wire: Wire) -> None:
        """Script the first answers."""
        for path, response in self.first_answers().items():
            wire.answer(path, response)

    def for_rich_calls(self) -> "Dialect":
        """The dialect of calls with pictures, schemas or several turns, where it is another one."""
        return self

    def serve(self, wire: Wire, handler: Handler) -> None:
        """Answer calls with `handler`."""
        self.prepare(wire)
        wire.handle(self.chat_path, handler)

    def answer(self, sample: Sample) -> list[bytes]:
        """All events of a complete answer."""
        return [*self.begin(sample), *self.end(sample)]

    @abstractmethod
    def listing(self, ids: Sequence[str]) -> Any:
        """The JSON of a list, with a field that nobody knows and an entry that makes no sense."""

    @abstractmethod
    def begin(self, sample: Sample) -> list[bytes]:
        """The events up to the last text; an answer cut here is not complete."""

    @abstractmethod
    def end(self, sample: Sample) -> list[bytes]:
        """The events that complete the answer."""

    @abstractmethod
    def tool_call(self) -> list[bytes]:
        """All events of an answer that only calls a tool."""

    @abstractmethod
    def noise(self) -> list[bytes]:
        """Events and fields that are legal, unknown and without meaning to us."""

    @abstractmethod
    def alive(self) -> bytes:
        """A sign of life while nothing is ready."""

    @abstractmethod
    def broken_event(self) -> bytes:
        """An event that is no JSON."""

    @abstractmethod
    def error_event(self) -> tuple[bytes, ErrorKind]:
        """An error in the middle of an answer, and what it is."""


def sse_event(event: Any, end: str = "\n") -> bytes:
    return f"data: {json.dumps(event, ensure_ascii=False)}{end}{end}".encode()


def named_event(event: Mapping[str, Any]) -> bytes:
    return f"event: {event['type']}\n".encode() + sse_event(event)


def chat_chunk(delta: Mapping[str, Any]) -> bytes:
    return sse_event({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}], "usage": None})


def json_line(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"
