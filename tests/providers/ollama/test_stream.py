from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_ollama import ANSWER, END, lines, piece
from fake_wire import Pieces, Read, Wire, collect, make_call, read_answer, read_pieces, stream_failure
from modeldeck.domain.call import AliveChunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider
from modeldeck.providers.ollama.stream import OllamaStream


async def test_an_answer(ollama: Provider) -> None:
    read = await collect(ollama.stream(make_call("new:8b")))
    assert read.chunks == [
        AliveChunk(),
        ReasoningChunk("hm"),
        TextChunk("He"),
        TextChunk("llo"),
        UsageChunk(Usage(17, 50, reported=True), tokens_per_second=25.0),
        StopChunk("stop"),
    ]


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (lines(piece("a"), {"error": "an error was encountered: unexpected EOF"}), ErrorKind.BROKEN_STREAM, "a"),
        (lines(piece("a")), ErrorKind.BROKEN_STREAM, "a"),
        (lines(piece("a")) + b'{"message": {"con', ErrorKind.BROKEN_STREAM, "a"),
        (b"", ErrorKind.BROKEN_STREAM, ""),
        (b"<html>Sign in</html>", ErrorKind.MALFORMED, ""),
        (b'"text"\n', ErrorKind.MALFORMED, ""),
        (lines({"error": "unauthorized", "code": 401}), ErrorKind.AUTH, ""),
    ],
)
async def test_broken_answers(wire: Wire, ollama: Provider, body: bytes, kind: ErrorKind, text: str) -> None:
    wire.answer("/api/chat", httpx.Response(200, content=body))
    read = Read()
    with pytest.raises(ProviderError) as caught:
        await collect(ollama.stream(make_call()), read)
    assert caught.value.failure.kind is kind
    assert read.text == text


async def test_the_last_line_may_lack_its_end_and_its_counts(wire: Wire, ollama: Provider) -> None:
    body = lines(piece("a")) + b'{"done": true}'
    wire.answer("/api/chat", httpx.Response(200, stream=Pieces(body[:30], body[30:])))
    read = await collect(ollama.stream(make_call()))
    assert (read.text, read.stop, read.usage) == ("a", "stop", None)
    await ollama.aclose()


async def test_a_prompt_that_was_read_before_is_not_counted(wire: Wire, ollama: Provider) -> None:
    end = {key: value for key, value in END.items() if key != "prompt_eval_count"}
    wire.answer("/api/chat", httpx.Response(200, content=lines(piece("a"), end)))
    read = await collect(ollama.stream(make_call()))
    assert read.usage == UsageChunk(Usage(0, 50, reported=True), tokens_per_second=25.0)


@pytest.mark.parametrize("after", [lines(piece("more"), {**END, "eval_count": 9}), b'{"half of a li'])
async def test_nothing_follows_the_end(wire: Wire, ollama: Provider, after: bytes) -> None:
    wire.answer("/api/chat", httpx.Response(200, content=lines(piece("a"), END) + after))
    read = await collect(ollama.stream(make_call()))
    assert (read.text, read.stop) == ("a", "stop")
    assert read.usage == UsageChunk(Usage(17, 50, reported=True), tokens_per_second=25.0)


@pytest.mark.parametrize("reason", ["stop", "length", "load", "unload"])
async def test_why_it_ended(wire: Wire, ollama: Provider, reason: str) -> None:
    wire.answer("/api/chat", httpx.Response(200, content=lines({"done": True, "done_reason": reason})))
    assert (await collect(ollama.stream(make_call()))).stop == reason


def test_lines_of_the_generate_endpoint() -> None:
    end = {"response": "", "done": True, "done_reason": "stop", "context": [1, 2, 3], "eval_count": 2}
    body = lines({"thinking": "hm", "response": ""}, {"response": "He"}, {"response": "llo"}, end)
    read = read_answer(OllamaStream("Ollama", stream_failure), body)
    assert (read.text, read.reasoning, read.stop) == ("Hello", "hm", "stop")
    assert read.usage == UsageChunk(Usage(0, 2, reported=True))


@given(st.lists(st.integers(0, len(ANSWER)), max_size=8))
def test_any_byte_split_gives_the_same_text(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    pieces = (ANSWER[start:end] for start, end in pairwise(places))
    read = read_pieces(OllamaStream("Ollama", stream_failure), pieces)
    assert (read.text, read.reasoning, read.stop) == ("Hello", "hm", "stop")
