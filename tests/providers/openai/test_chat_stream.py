import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_json import any_json
from fake_wire import Read, read_chat, sse
from modeldeck.domain.call import AliveChunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage

USAGE = {"prompt_tokens": 3, "completion_tokens": 2}


def event(delta: dict[str, Any] | None = None, finish: str | None = None, **fields: Any) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **fields})


def text(*parts: str) -> list[str]:
    return [event({"content": part}) for part in parts]


def fail(data: bytes, vendor: str = "vllm") -> tuple[ErrorKind, Read]:
    read = Read()
    with pytest.raises(ProviderError) as caught:
        read_chat(data, vendor, into=read)
    return caught.value.failure.kind, read


def test_text_usage_and_stop_in_this_order() -> None:
    data = sse(event({"role": "assistant", "content": ""}), *text("Hel", "lo"), event(finish="stop"))
    data += sse(json.dumps({"choices": [], "usage": USAGE}), json.dumps({"choices": [], "usage": None}), "[DONE]")
    assert read_chat(data).chunks == [
        AliveChunk(),
        TextChunk("Hel"),
        TextChunk("lo"),
        AliveChunk(),
        UsageChunk(Usage(3, 2, reported=True)),
        AliveChunk(),
        StopChunk("stop"),
    ]


def test_comments_and_tool_calls_keep_the_stream_alive() -> None:
    data = b": PROCESSING\n\n" + sse(event({"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}))
    read = read_chat(data + sse(event(finish="tool_calls"), "[DONE]"))
    assert read.chunks == [AliveChunk(), AliveChunk(), AliveChunk(), StopChunk("tool_calls")]


def test_nothing_after_done_counts() -> None:
    assert read_chat(sse(*text("a"), event(finish="stop"), "[DONE]", *text("b"))).text == "a"


@pytest.mark.parametrize(
    "delta",
    [
        {"content": None, "reasoning_content": "hm"},
        {"content": "", "reasoning": "hm"},
        {"reasoning": "hm", "reasoning_details": [{"type": "reasoning.text", "text": "hm"}]},
        {"reasoning": None, "reasoning_details": [{"type": "reasoning.text", "text": "h"}, {"text": "m"}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "hm"}, {"type": "reasoning.encrypted"}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
    ],
)
def test_thinking_under_every_name_and_once(delta: dict[str, Any]) -> None:
    read = read_chat(sse(event(delta), *text("yes"), event(finish="stop"), "[DONE]"), "openrouter")
    assert read.reasoning == "hm"
    assert read.text == "yes"


def test_one_piece_of_mistral_can_end_the_thinking_and_start_the_answer() -> None:
    content = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "so"}], "closed": True},
        {"type": "text", "text": "yes"},
    ]
    read = read_chat(sse(event({"content": content}, "stop"), "[DONE]"))
    assert read.chunks == [ReasoningChunk("so"), TextChunk("yes"), StopChunk("stop")]


def test_think_tags_are_read_where_local_servers_write_them() -> None:
    data = sse(*text("<thi", "nk>hm</th", "ink>\n\nyes"), event(finish="stop"), "[DONE]")
    local = read_chat(data, "llamacpp")
    assert (local.reasoning, local.text) == ("hm", "yes")
    assert read_chat(data, "openrouter").text == "<think>hm</think>\n\nyes"


def test_a_held_back_tag_is_given_out_at_the_end() -> None:
    assert read_chat(sse(*text("<thi"), event(finish="stop"), "[DONE]"), "llamacpp").text == "<thi"


def test_what_was_held_back_comes_before_the_usage_that_counts_it() -> None:
    data = sse(*text("\n"), event(finish="stop"), json.dumps({"choices": [], "usage": USAGE}), "[DONE]")
    chunks = [chunk for chunk in read_chat(data, "llamacpp").chunks if not isinstance(chunk, AliveChunk)]
    assert chunks == [TextChunk("\n"), UsageChunk(Usage(3, 2, reported=True)), StopChunk("stop")]


def test_the_end_without_done_is_fine_after_a_finish_reason() -> None:
    assert read_chat(sse(*text("a"), event(finish="length"))).stop == "length"
    assert read_chat(sse(*text("a"), event(finish="stop")).rstrip()).stop == "stop"


def test_done_without_a_finish_reason_is_an_end() -> None:
    assert read_chat(sse(*text("a"), "[DONE]")).stop == "stop"


@pytest.mark.parametrize(
    "data",
    [
        sse(*text("a")),
        sse(*text("a")) + b'data: {"choices": [{"del',
        sse(*text("a"), event(finish="error"), "[DONE]"),
        sse(*text("a"), '{"error": {"message": "boom"}}', "[DONE]"),
        sse(*text("a")) + b'event: error\ndata: {"error": {"message": "x", "status_code": 400}}\n\n',
        sse(*text("a")) + b'event: error\ndata: {"message": "x"}\n\n',
        sse(*text("a"), '{"object": "error", "message": "x"}', "[DONE]"),
    ],
)
def test_an_answer_that_breaks_off_keeps_its_text(data: bytes) -> None:
    kind, read = fail(data)
    assert kind is ErrorKind.BROKEN_STREAM
    assert read.text == "a"
    assert read.stop is None


def test_an_error_event_keeps_its_kind_and_the_usage_beside_it() -> None:
    error = event({"content": "b"}, "error", error={"code": 429, "message": "slow down"}, usage=USAGE)
    kind, read = fail(sse(*text("a"), error))
    assert kind is ErrorKind.RATE_MINUTE
    assert read.text == "ab"
    assert read.usage is not None


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_a_broken_stream(data: bytes) -> None:
    assert fail(data)[0] is ErrorKind.BROKEN_STREAM


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html>\n<title>Sign in</title>\n: x\ndata: y\n\n",
        b"Service busy",
        b'{"choices": [',
        b'{"models": []}',
        b"[]",
        sse("not json", "[DONE]"),
    ],
)
def test_what_is_not_the_protocol_is_malformed(data: bytes) -> None:
    assert fail(data)[0] is ErrorKind.MALFORMED


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_one_json_document_instead_of_a_stream(size: int) -> None:
    message = {"role": "assistant", "content": "yes", "reasoning": "hm"}
    document = {"choices": [{"message": message, "finish_reason": "length"}], "usage": USAGE}
    read = read_chat(b"\n" + json.dumps(document, indent=1).encode(), size=size)
    assert (read.text, read.reasoning, read.stop) == ("yes", "hm", "length")
    assert read.usage == UsageChunk(Usage(3, 2, reported=True))


def test_an_error_document_with_status_200() -> None:
    assert fail(b'{"error": {"code": 402, "message": "no credits"}}')[0] is ErrorKind.CREDIT
    assert fail(b'[{"error": {"code": 503, "message": "later"}}]')[0] is ErrorKind.OVERLOADED


ODD = any_json(["choices", "delta", "content", "usage", "finish_reason", "type", "text", "thinking"])


@given(st.lists(ODD, max_size=4))
def test_odd_events_never_raise_anything_but_provider_errors(events: list[Any]) -> None:
    read = read_chat(sse(*(json.dumps(item) for item in events), *text("end"), "[DONE]"), "openrouter")
    assert read.text.endswith("end")
