import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import Read, read_pieces, stream_failure
from modeldeck.domain.call import AliveChunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.anthropic.stream import MessageStream


def events(*payloads: dict[str, Any]) -> bytes:
    return "".join(f"event: {data['type']}\ndata: {json.dumps(data)}\n\n" for data in payloads).encode()


def start(**usage: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {"usage": usage}}


def piece(**delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": delta}


def said(text: str) -> dict[str, Any]:
    return piece(type="text_delta", text=text)


def end(reason: str | None = "end_turn", **usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


STOP = {"type": "message_stop"}
ANSWER = events(
    start(input_tokens=5, output_tokens=1),
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    piece(type="thinking_delta", thinking="hm"),
    piece(type="signature_delta", signature="abc"),
    {"type": "ping"},
    said("Hé"),
    said("llo"),
    end(output_tokens=4),
    STOP,
)


def read(data: bytes, cuts: list[int] | None = None, into: Read | None = None) -> Read:
    ends = [0, *sorted(cuts or []), len(data)]
    pieces = (data[begin:end] for begin, end in pairwise(ends))
    return read_pieces(MessageStream("Anthropic", stream_failure), pieces, into)


def usage_of(*payloads: dict[str, Any]) -> Usage:
    got = read(events(*payloads, STOP)).usage
    assert got is not None
    return got.usage


def test_an_answer() -> None:
    alive = AliveChunk()
    assert read(ANSWER).chunks == [
        UsageChunk(Usage(5, 1, reported=True)),
        alive,
        ReasoningChunk("hm"),
        alive,
        alive,
        TextChunk("Hé"),
        TextChunk("llo"),
        UsageChunk(Usage(5, 4, reported=True)),
        alive,
        StopChunk("stop"),
    ]


@given(st.lists(st.integers(0, len(ANSWER)), max_size=6))
def test_cuts_change_nothing(cuts: list[int]) -> None:
    assert read(ANSWER, cuts).chunks == read(ANSWER).chunks


def test_line_ends_and_missing_event_names_change_nothing() -> None:
    assert read(ANSWER.replace(b"\n", b"\r\n")).text == "Héllo"
    assert read(b"\n".join(line for line in ANSWER.split(b"\n") if not line.startswith(b"event"))).text == "Héllo"


def test_cached_input_is_part_of_the_input() -> None:
    told = {"input_tokens": 10, "cache_creation_input_tokens": 200, "cache_read_input_tokens": 3000}
    expected = Usage(3210, 7, cached_tokens=3000, cache_write_tokens=200, reported=True)
    assert usage_of(start(**told, output_tokens=1), said("x"), end(output_tokens=7)) == expected


def test_later_counts_replace_earlier_ones_and_null_replaces_nothing() -> None:
    assert usage_of(start(input_tokens=43, output_tokens=1), end(input_tokens=61, output_tokens=2)) == Usage(
        61, 2, reported=True
    )
    assert usage_of(start(input_tokens=43, output_tokens=1), end(input_tokens=None, output_tokens=2)) == Usage(
        43, 2, reported=True
    )


def test_every_pass_of_a_compacted_conversation_is_charged() -> None:
    passes = [
        {"type": "compaction", "input_tokens": 100, "output_tokens": 83, "cache_read_input_tokens": 50_000},
        {"type": "message", "input_tokens": 181, "output_tokens": 8, "cache_creation_input_tokens": 9},
    ]
    expected = Usage(50_290, 91, cached_tokens=50_000, cache_write_tokens=9, reported=True)
    assert usage_of(start(input_tokens=100, output_tokens=7), end(output_tokens=8, iterations=passes)) == expected


@pytest.mark.parametrize(("told", "thinking"), [({"thinking_tokens": 6}, 6), ({"thinking_tokens": 9}, 7), (None, 0)])
def test_thinking_is_part_of_the_output(told: Any, thinking: int) -> None:
    final = end(output_tokens=7, output_tokens_details=told)
    assert usage_of(start(input_tokens=5), final) == Usage(5, 7, reasoning_tokens=thinking, reported=True)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("pause_turn", "pause_turn"),
        ("something_new", "something_new"),
        (None, "stop"),
    ],
)
def test_stop_reasons(told: str | None, reason: str) -> None:
    assert read(events(start(), said("x"), end(told), STOP)).stop == reason


def test_a_refusal_without_any_block() -> None:
    got = read(events(start(input_tokens=9, output_tokens=1), end("refusal", output_tokens=1), STOP))
    assert (got.text, got.reasoning, got.stop) == ("", "", "refusal")
    assert not any(isinstance(chunk, TextChunk | ReasoningChunk) for chunk in got.chunks)


def test_what_is_no_text_is_not_shown() -> None:
    blocks = [
        {"type": "content_block_start", "content_block": {"type": "redacted_thinking", "data": "xx"}},
        piece(type="input_json_delta", partial_json='{"a"'),
        piece(type="compaction_delta", content="a summary"),
        piece(type="citations_delta", citation={"cited_text": "x"}),
        {"type": "telepathy", "text": "x"},
        {"type": "content_block_delta", "delta": None},
    ]
    got = read(events(start(), *blocks, end("tool_use"), STOP))
    assert (got.text, got.reasoning, got.stop) == ("", "", "tool_calls")


def test_a_block_may_begin_with_text() -> None:
    first = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Well, "}}
    assert read(events(start(), first, said("yes"), end(), STOP)).text == "Well, yes"


def test_an_error_ends_the_answer_and_keeps_what_came() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    got = Read()
    with pytest.raises(ProviderError, match="Overloaded") as caught:
        read(events(start(input_tokens=9), said("Hel"), error), into=got)
    assert caught.value.failure.kind is ErrorKind.OVERLOADED
    assert (got.text, got.stop) == ("Hel", None)


@pytest.mark.parametrize(
    "data", [ANSWER[: ANSWER.index(b"event: message_stop")], ANSWER[: ANSWER.index(b"event: ping")]]
)
def test_an_answer_without_its_end_is_broken(data: bytes) -> None:
    with pytest.raises(ProviderError, match="ended the answer before it was complete") as caught:
        read(data)
    assert caught.value.failure.kind is ErrorKind.BROKEN_STREAM


def test_an_answer_that_ends_inside_an_event_is_broken() -> None:
    with pytest.raises(ProviderError, match="broke off inside") as caught:
        read(ANSWER[: ANSWER.index(b"llo")])
    assert caught.value.failure.kind is ErrorKind.BROKEN_STREAM


def test_one_document_instead_of_a_stream() -> None:
    document = {
        "type": "message",
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}, {"type": "tool_use"}],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 3, "output_tokens": 2},
    }
    got = read(json.dumps(document, indent=1).encode(), [3, 40])
    assert (got.text, got.reasoning, got.stop) == ("Hi", "hm", "length")
    assert got.usage == UsageChunk(Usage(3, 2, reported=True))


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", ErrorKind.BROKEN_STREAM, "empty answer"),
        (b"data: [DONE]\n\n", ErrorKind.BROKEN_STREAM, "empty answer"),
        (b'data: {"type": "ping"}\n\ndata: [DONE]\n\n', ErrorKind.BROKEN_STREAM, "before it was complete"),
        (b"<html><body>Bad gateway</body></html>", ErrorKind.MALFORMED, "Bad gateway"),
        (b'{"hello": 1}', ErrorKind.MALFORMED, "hello"),
        (b'{"type": "error", "error": {"type": "api_error", "message": "Oops"}}', ErrorKind.OVERLOADED, "Oops"),
        (b'[{"error": {"message": "Oops", "code": 503}}]', ErrorKind.OVERLOADED, "Oops"),
        (b"data: nonsense\n\n", ErrorKind.MALFORMED, "nonsense"),
    ],
)
def test_answers_that_are_none(body: bytes, kind: ErrorKind, words: str) -> None:
    with pytest.raises(ProviderError, match=words) as caught:
        read(body)
    assert caught.value.failure.kind is kind
