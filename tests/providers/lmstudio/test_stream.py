import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import VENDORS, Read, read_answer, sse, stream_failure
from modeldeck.domain.call import AliveChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.lmstudio.stream import LmStudioStream

STATS = {"input_tokens": 12, "total_output_tokens": 4, "reasoning_output_tokens": 2, "tokens_per_second": 43.7}
END = {"type": "chat.end", "result": {"model_instance_id": "m", "output": [], "stats": STATS}}


def event(name: str, **fields: Any) -> dict[str, Any]:
    return {"type": name, **fields}


def body(*events: dict[str, Any]) -> bytes:
    return sse(*map(json.dumps, events))


def read(data: bytes, size: int = 1 << 20, into: Read | None = None, limit: int | None = None) -> Read:
    return read_answer(LmStudioStream(VENDORS["lmstudio"], stream_failure, limit=limit), data, size, into)


@given(st.integers(min_value=1, max_value=200))
def test_text_thinking_and_counts_however_the_bytes_are_cut(size: int) -> None:
    answer = body(
        event("chat.start"),
        event("reasoning.start"),
        event("reasoning.delta", content="hm"),
        event("reasoning.end"),
        event("message.delta", content="Grüß "),
        event("message.delta", content="dich"),
        event("message.end"),
        END,
    )
    found = read(answer, size)
    assert (found.text, found.reasoning, found.stop) == ("Grüß dich", "hm", "stop")
    assert found.usage is not None
    assert found.usage.usage == Usage(12, 4, reasoning_tokens=2, reported=True)
    assert found.usage.tokens_per_second == 43.7


def test_loading_and_reading_the_prompt_are_signs_of_life() -> None:
    steps = [
        event("model_load.start"), event("model_load.progress", progress=0.5), event("model_load.end"),
        event("prompt_processing.progress", progress=1), event("tool_call.start"), event("something.new"),
    ]  # fmt: skip
    assert read(body(*steps, END)).chunks[: len(steps)] == [AliveChunk()] * len(steps)


def test_thinking_inside_the_message() -> None:
    found = read(body(event("message.delta", content="<think>hm</think>"), event("message.delta", content="ok"), END))
    assert (found.text, found.reasoning) == ("ok", "hm")


def test_what_was_held_back_comes_before_the_usage_that_counts_it() -> None:
    found = read(body(event("message.delta", content="<thi"), END))
    assert [type(chunk) for chunk in found.chunks] == [AliveChunk, TextChunk, UsageChunk, StopChunk]


def test_an_error_is_told_after_what_was_used() -> None:
    error = event("error", error={"type": "model_not_found", "message": "no such model"})
    found = Read()
    with pytest.raises(ProviderError) as caught:
        read(body(event("message.delta", content="half"), error, END), into=found)
    assert (caught.value.failure.kind, caught.value.message) == (ErrorKind.NOT_FOUND, "no such model")
    assert found.text == "half"
    assert found.usage is not None
    assert found.stop is None


def test_an_error_that_nothing_follows_is_told_all_the_same() -> None:
    with pytest.raises(ProviderError) as caught:
        read(body(event("error", error={"type": "internal_error", "message": "broke"})))
    assert caught.value.message == "broke"


@pytest.mark.parametrize("end", [b"", b'data: {"type":"message.end"}\n\n'])
def test_an_answer_without_its_end_is_broken(end: bytes) -> None:
    found = Read()
    with pytest.raises(ProviderError) as caught:
        read(body(event("message.delta", content="half")) + end, into=found)
    assert caught.value.failure.kind is ErrorKind.BROKEN_STREAM
    assert found.text == "half"


@pytest.mark.parametrize(("limit", "stop"), [(None, "stop"), (4, "length"), (5, "stop")])
def test_an_answer_as_long_as_it_may_be_was_cut(limit: int | None, stop: str) -> None:
    assert read(body(event("message.delta", content="x"), END), limit=limit).stop == stop


def test_an_answer_in_one_piece() -> None:
    output = [
        {"type": "reasoning", "content": "hm"},
        {"type": "tool_call", "tool": "x", "output": "y"},
        {"type": "message", "content": "Hello"},
    ]
    found = read(json.dumps({"output": output, "stats": STATS}).encode())
    assert (found.text, found.reasoning, found.stop) == ("Hello", "hm", "stop")


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"error": {"type": "model_not_found", "message": "x"}}, ErrorKind.NOT_FOUND),
        ({"models": []}, ErrorKind.MALFORMED),
    ],
)
def test_documents_that_are_no_answer(document: dict[str, Any], kind: ErrorKind) -> None:
    with pytest.raises(ProviderError) as caught:
        read(json.dumps(document).encode())
    assert caught.value.failure.kind is kind
