import json
from typing import Any

import httpx
import pytest

from fake_gemini import ANSWER, STREAM, crlf, event
from fake_wire import Wire, collect, failure_of, make_call, read_chunks, stream_failure
from modeldeck.domain.call import AliveChunk, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider
from modeldeck.providers.gemini.stream import GeminiStream


async def test_an_answer(gemini: Provider) -> None:
    read = await collect(gemini.stream(make_call("gemini-2.5-flash")))
    assert read.chunks[0] == ReasoningChunk("Let me see.")  # no report: its tokens are not counted yet
    assert read.chunks[1:] == [
        TextChunk("Par"),
        UsageChunk(Usage(13, 8, reasoning_tokens=7, reported=True)),
        TextChunk("is"),
        UsageChunk(Usage(13, 9, cached_tokens=4, reasoning_tokens=7, reported=True)),
        StopChunk("stop"),
    ]


async def test_one_array_instead_of_a_stream(wire: Wire, gemini: Provider) -> None:
    wire.answer(STREAM, httpx.Response(200, text="[" + "\n,\n".join(map(json.dumps, ANSWER)) + "]"))
    read = await collect(gemini.stream(make_call()))
    assert (read.text, read.reasoning, read.stop) == ("Paris", "Let me see.", "stop")
    assert read.usage == UsageChunk(Usage(13, 9, cached_tokens=4, reasoning_tokens=7, reported=True))


async def test_a_single_document(wire: Wire, gemini: Provider) -> None:
    wire.answer(STREAM, httpx.Response(200, json=event({"text": "hi"}, reason="MAX_TOKENS")))
    read = await collect(gemini.stream(make_call()))
    assert (read.text, read.stop, read.usage) == ("hi", "length", None)


async def test_an_answer_that_was_stopped_before_it_began_says_why(wire: Wire, gemini: Provider) -> None:
    body = crlf({"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": {"promptTokenCount": 5}})
    wire.answer(STREAM, httpx.Response(200, content=body))
    read = await collect(gemini.stream(make_call()))
    assert (read.text, read.stop) == ("", "safety")
    assert read.usage == UsageChunk(Usage(5, 0, reported=True))


def told(*events: Any) -> list[Chunk]:
    """What is given out before the connection ends."""
    reader = GeminiStream("Gemini", stream_failure)
    return [chunk for chunk in reader.feed(crlf(*events)) if not isinstance(chunk, AliveChunk)]


def test_a_complete_answer_says_so_while_its_connection_stays_open() -> None:
    usage = Usage(13, 9, cached_tokens=4, reasoning_tokens=7, reported=True)
    assert told(*ANSWER)[-3:] == [TextChunk("is"), UsageChunk(usage), StopChunk("stop")]
    late = {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 1}}
    assert told(event({"text": "hi"}, reason="STOP"), late) == [
        TextChunk("hi"), StopChunk("stop"), UsageChunk(Usage(5, 1, reported=True)),
    ]  # fmt: skip
    call = event({"functionCall": {"name": "f"}}, reason="STOP", promptTokenCount=5)
    assert told(call) == [UsageChunk(Usage(5, 0, reported=True)), StopChunk("tool_calls")]


def test_a_finish_reason_before_or_amid_the_text_ends_nothing() -> None:
    early = [event(reason="STOP"), event({"text": "hm", "thought": True}, reason="STOP"), event({"text": "Par"})]
    assert told(*early) == [ReasoningChunk("hm"), TextChunk("Par")]
    read = read_chunks(told(event({"text": "Par"}, reason="STOP"), event({"text": "is"}, reason="STOP")))
    assert (read.text, read.chunks[-1]) == ("Paris", StopChunk("stop"))


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        (crlf({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}), ErrorKind.FORBIDDEN, "prohibited content"),
        (crlf(*ANSWER[:2]), ErrorKind.BROKEN_STREAM, "before it was complete"),
        (crlf(ANSWER[0]) + b'data: {"candi', ErrorKind.BROKEN_STREAM, "broke off"),
        (
            crlf(ANSWER[0], {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}),
            ErrorKind.OVERLOADED,
            "overloaded",
        ),
        (b'[{"error": {"code": 503, "message": "busy"}}]', ErrorKind.OVERLOADED, "busy"),
        (b'{"kind": "other"}', ErrorKind.MALFORMED, "other"),
        (b"[]", ErrorKind.MALFORMED, "not the protocol"),
        (b"[1]", ErrorKind.MALFORMED, "not the protocol"),
    ],
)
async def test_broken_answers(wire: Wire, gemini: Provider, body: bytes, kind: ErrorKind, message: str) -> None:
    wire.answer(STREAM, httpx.Response(200, content=body))
    failure = await failure_of(gemini, make_call("gemini-2.5-flash"))
    assert failure.kind is kind
    assert message in failure.message
