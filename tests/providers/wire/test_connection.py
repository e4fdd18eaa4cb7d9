"""Calls and answers over one connection, seen through an adapter: keys, failures, closing, loops."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import httpx
import pytest

from fake_wire import Pieces, Read, Wire, collect, failure_of, make_call, sse
from fakes import FakeClock
from modeldeck.domain.call import Chunk, TextChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.ports import Provider

ANSWER = sse('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]")
KEY = "sk-test-12345678"


class Hanging(httpx.AsyncByteStream):
    """One piece, then silence for ever."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.closed = False
        self.reached = asyncio.Event()

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        yield self.piece
        self.reached.set()
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


async def test_the_key_goes_into_the_header_only(wire: Wire, clock: FakeClock) -> None:
    provider = wire.provider("llamacpp", clock, environment={"LLAMA_API_KEY": KEY})
    wire.answer("/chat/completions", httpx.Response(401, json={"error": {"message": f"wrong key {KEY}"}}))
    failure = await failure_of(provider)
    assert wire.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert failure.kind is ErrorKind.AUTH
    assert failure.message == "wrong key ***"
    assert KEY not in repr(provider.info)


@pytest.mark.parametrize("key", ["schlüssel-12345", "two\nlines-123456"])
async def test_a_key_that_cannot_be_a_header_is_not_sent(wire: Wire, clock: FakeClock, key: str) -> None:
    provider = wire.provider("llamacpp", clock, environment={"LLAMA_API_KEY": key})
    failure = await failure_of(provider)
    assert failure.kind is ErrorKind.AUTH
    assert key not in failure.message
    assert wire.requests == []


async def test_lone_surrogates_do_not_stop_a_prompt(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))
    await collect(llamacpp.stream(make_call(text="a\ud800b 👋")))
    assert json.loads(wire.requests[0].content)["messages"][0]["content"] == "a?b 👋"


async def test_every_error_answer_is_classified(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(429, headers={"Retry-After": "7"}, text="slow down"))
    failure = await failure_of(llamacpp)
    assert (failure.kind, failure.retry_after_s, failure.message) == (ErrorKind.RATE_MINUTE, 7, "slow down")


async def test_a_huge_error_page_is_not_read_to_its_end(wire: Wire, llamacpp: Provider) -> None:
    body = Pieces(*[b"<p>" + b"x" * 50_000] * 100)
    wire.answer("/chat/completions", httpx.Response(502, stream=body))
    assert (await failure_of(llamacpp)).kind is ErrorKind.OVERLOADED
    assert body.given < 5
    assert body.closed


async def test_an_html_page_with_status_200_is_malformed(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, html="<html>Sign in</html>"))
    failure = await failure_of(llamacpp)
    assert failure.kind is ErrorKind.MALFORMED
    assert "Sign in" in failure.message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), ErrorKind.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx.ReadTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx.ProxyError("407"), ErrorKind.UNREACHABLE),
        (httpx.RemoteProtocolError("closed"), ErrorKind.UNREACHABLE),
    ],
)
async def test_failures_before_the_answer(
    wire: Wire, llamacpp: Provider, error: httpx.TransportError, kind: ErrorKind
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise error

    wire.handle("/chat/completions", refuse)
    failure = await failure_of(llamacpp)
    assert failure.kind is kind
    assert "llama.cpp at http://127.0.0.1:8080/v1" in failure.message


@pytest.mark.parametrize("error", [httpx.ReadError("reset"), httpx.RemoteProtocolError("incomplete chunked read")])
async def test_a_connection_that_breaks_keeps_the_text(
    wire: Wire, llamacpp: Provider, error: httpx.TransportError
) -> None:
    wire.answer("/chat/completions", httpx.Response(200, stream=Pieces(ANSWER[:60], error)))
    read = Read()
    assert (await failure_of(llamacpp, into=read)).kind is ErrorKind.BROKEN_STREAM
    assert read.text == "Hello"


async def test_an_answer_without_an_end_is_cut_off(
    wire: Wire, llamacpp: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modeldeck.providers.wire.connection.ANSWER_BYTES", 1_000)
    body = Pieces(*[sse('{"choices":[{"delta":{"content":"more"}}]}')] * 1_000)
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    failure = await failure_of(llamacpp)
    assert failure.kind is ErrorKind.BROKEN_STREAM
    assert "more than 1,000 bytes" in failure.message
    assert body.closed
    assert body.given < 100


async def test_garbage_in_the_packing_is_malformed(wire: Wire, llamacpp: Provider) -> None:
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b"not gzip"))
    wire.answer("/chat/completions", response)
    assert (await failure_of(llamacpp)).kind is ErrorKind.MALFORMED


async def test_closing_the_stream_closes_the_connection(wire: Wire, llamacpp: Provider) -> None:
    body = Pieces(*[sse('{"choices":[{"delta":{"content":"x"}}]}')] * 1000)
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    stream = cast("AsyncGenerator[Chunk, None]", llamacpp.stream(make_call()))
    async with aclosing(stream):
        assert await anext(stream) == TextChunk("x")
    assert body.closed
    assert body.given < 5


async def test_cancelling_the_task_closes_the_connection(wire: Wire, llamacpp: Provider) -> None:
    body = Hanging(ANSWER[:60])
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    read = Read()
    task = asyncio.create_task(collect(llamacpp.stream(make_call()), read))
    await body.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert read.text == "Hello"
    assert body.closed


async def test_the_connection_is_left_at_done(wire: Wire, llamacpp: Provider) -> None:
    body = Hanging(ANSWER)
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    assert (await collect(llamacpp.stream(make_call()))).stop == "stop"
    assert body.closed


def test_clients_are_not_shared_across_loops(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))

    async def ask() -> str:
        text = (await collect(llamacpp.stream(make_call()))).text
        await llamacpp.aclose()
        return text

    assert [asyncio.run(ask()) for _ in range(3)] == ["Hello"] * 3


async def test_closing_twice_or_before_anything_is_fine(llamacpp: Provider) -> None:
    await llamacpp.aclose()
    await llamacpp.aclose()
    assert llamacpp.quotas() == ()
