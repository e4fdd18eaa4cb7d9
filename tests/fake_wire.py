"""Stand-ins for what is on the other side of the wire: a scripted HTTP transport, bodies in pieces, read answers."""

import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from modeldeck.domain.call import Call, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.domain.request import Message, Params
from modeldeck.domain.settings import Settings
from modeldeck.ports import Clock, Provider
from modeldeck.providers import registry
from modeldeck.providers.adapter import AnswerReader
from modeldeck.providers.openai.chat_stream import ChatStream
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.failures import classify_stream_error

SAMPLES = Path(__file__).parent / "data" / "providers"
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)

Handler = Callable[[httpx.Request], httpx.Response]


def load_vendors() -> dict[str, Vendor]:
    """The shipped vendors."""
    path = Path(registry.__file__).parents[1] / "data" / "vendors.toml"
    return registry.parse_vendors(tomllib.loads(path.read_text(encoding="utf-8")))


VENDORS = load_vendors()


@dataclass
class Wire:
    """A transport's handler: answers by the end of the path, longest first, and remembers what was asked."""

    answers: dict[str, Handler] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, path: str, response: httpx.Response) -> None:
        self.answers[path] = lambda _: response

    def handle(self, path: str, handler: Handler) -> None:
        self.answers[path] = handler

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        for path in sorted(self.answers, key=len, reverse=True):
            if request.url.path.endswith(path):
                return self.answers[path](request)
        return httpx.Response(404, json={"error": {"message": f"no route {request.url.path}"}})

    def asked(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path.endswith(path)]

    def provider(
        self, name: str, clock: Clock, settings: Settings | None = None, environment: Mapping[str, str] | None = None
    ) -> Provider:
        """A shipped or custom provider that talks to this transport."""
        providers = registry.build_providers(
            VENDORS, settings or Settings(), environment or {}, clock=clock, transport=httpx.MockTransport(self)
        )
        return providers[name]


class Pieces(httpx.AsyncByteStream):
    """A body in given pieces, which may end with an exception; `closed` says whether the reader let go."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.given = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            self.given += 1
            yield piece

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class Read:
    """What a sequence of chunks comes to."""

    text: str = ""
    reasoning: str = ""
    usage: UsageChunk | None = None
    stop: str | None = None
    chunks: list[Chunk] = field(default_factory=list)

    def take(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        match chunk:
            case TextChunk(text):
                self.text += text
            case ReasoningChunk(text):
                self.reasoning += text
            case UsageChunk():
                self.usage = chunk
            case StopChunk(reason):
                self.stop = reason


def read_chunks(chunks: Iterable[Chunk]) -> Read:
    read = Read()
    for chunk in chunks:
        read.take(chunk)
    return read


def stream_failure(event: Any, provider: str = "test") -> Failure:
    return classify_stream_error(event, now=NOW, provider=provider, secret=Secret())


def read_pieces(reader: AnswerReader, pieces: Iterable[bytes], into: Read | None = None) -> Read:
    """Read an answer that comes in pieces; `into` keeps what came before an error."""
    read = Read() if into is None else into
    for piece in pieces:
        for chunk in reader.feed(piece):
            read.take(chunk)
    for chunk in reader.close():
        read.take(chunk)
    return read


def read_answer(reader: AnswerReader, data: bytes, size: int = 1 << 20, into: Read | None = None) -> Read:
    """Read the bytes of an answer, fed in pieces of `size`; `into` keeps what came before an error."""
    return read_pieces(reader, (data[start : start + size] for start in range(0, len(data), size)), into)


def read_chat(data: bytes, vendor: str = "vllm", size: int = 1 << 20, into: Read | None = None) -> Read:
    """Read the bytes of an OpenAI-chat answer; see `read_answer`."""
    return read_answer(ChatStream(VENDORS[vendor], lambda event: stream_failure(event, vendor)), data, size, into)


async def collect(chunks: AsyncIterator[Chunk], into: Read | None = None) -> Read:
    read = Read() if into is None else into
    async for chunk in chunks:
        read.take(chunk)
    return read


async def failure_of(provider: Provider, call: Call | None = None, into: Read | None = None) -> Failure:
    """What a call fails with; `into` keeps what came before."""
    with pytest.raises(ProviderError) as caught:
        await collect(provider.stream(call or make_call()), into)
    return caught.value.failure


def make_call(native_id: str = "m", text: str = "hi", params: Params | None = None, **fields: Any) -> Call:
    """A call with one user turn."""
    messages: Sequence[Message] = fields.pop("messages", (Message("user", text),))
    return Call(native_id=native_id, messages=tuple(messages), params=params or Params(), **fields)


def sse(*events: str) -> bytes:
    """A stream of data events, each ended by a blank line."""
    return "".join(f"data: {event}\n\n" for event in events).encode()


def sample(name: str) -> bytes:
    """The bytes of a hand-made sample."""
    return (SAMPLES / name).read_bytes()
