import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import Read, read_answer, sse, stream_failure
from modeldeck.domain.call import AliveChunk, ReasoningChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.openai.responses_stream import ResponsesStream

USAGE = {
    "input_tokens": 20,
    "input_tokens_details": {"cached_tokens": 8, "cache_write_tokens": 2},
    "output_tokens": 9,
    "output_tokens_details": {"reasoning_tokens": 4},
    "total_tokens": 29,
}
DONE = {"type": "response.completed", "response": {"status": "completed", "usage": USAGE, "error": None}}


def text(delta: str, kind: str = "output_text") -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", "delta": delta}


def body(*events: dict[str, Any]) -> bytes:
    return sse(*map(json.dumps, events))


def read(data: bytes, size: int = 1 << 20, into: Read | None = None, *, reports_cost: bool = False) -> Read:
    return read_answer(ResponsesStream("Test", stream_failure, reports_cost=reports_cost), data, size, into)


def failure_of(data: bytes, into: Read | None = None) -> Any:
    with pytest.raises(ProviderError) as caught:
        read(data, into=into)
    return caught.value.failure


@given(st.integers(min_value=1, max_value=200))
def test_text_thinking_and_counts_however_the_bytes_are_cut(size: int) -> None:
    answer = body(
        {"type": "response.created", "response": {"usage": None}},
        text("hm", "reasoning_summary_text"),
        text("Grüß "),
        text("dich"),
        {"type": "response.output_text.done", "text": "Grüß dich"},
        DONE,
    )
    found = read(answer, size)
    assert (found.text, found.reasoning, found.stop) == ("Grüß dich", "hm", "stop")
    assert found.usage is not None
    assert found.usage.usage == Usage(20, 9, 8, 2, 4, reported=True)
    assert found.chunks[0] == AliveChunk()


def test_thinking_is_not_shown_beside_its_summary() -> None:
    both = [text("I think", "reasoning_text"), text("It thought", "reasoning_summary_text"), text("ok"), DONE]
    assert read(body(*both)).reasoning == "I think"


def test_parts_of_a_summary_are_paragraphs() -> None:
    part = {"type": "response.reasoning_summary_part.added"}
    events = [
        {**part, "summary_index": 0}, text("one", "reasoning_summary_text"),
        {**part, "summary_index": 1}, text("two", "reasoning_summary_text"), DONE,
    ]  # fmt: skip
    assert read(body(*events)).reasoning == "one\n\ntwo"


def test_a_refusal_is_what_the_model_answers() -> None:
    assert read(body(text("I won't", "refusal"), DONE)).text == "I won't"


@pytest.mark.parametrize(
    ("details", "stop"),
    [
        ({"reason": "max_output_tokens"}, "length"),
        ({"reason": "content_filter"}, "content_filter"),
        (None, "incomplete"),
    ],
)
def test_an_answer_that_was_cut_says_why(details: Any, stop: str) -> None:
    response = {"status": "incomplete", "incomplete_details": details, "usage": USAGE}
    found = read(body(text("half"), {"type": "response.incomplete", "response": response}))
    assert (found.text, found.stop) == ("half", stop)
    assert found.usage is not None


def test_a_failed_response_gives_out_its_counts_first() -> None:
    error = {"code": "server_error", "message": "Something went wrong"}
    response = {"status": "failed", "error": error, "usage": USAGE}
    found = Read()
    failure = failure_of(body(text("half"), {"type": "response.failed", "response": response}), found)
    assert (failure.kind, failure.message) == (ErrorKind.OVERLOADED, "Something went wrong")
    assert found.text == "half"
    assert found.usage is not None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "error": {"code": "insufficient_quota", "message": "You exceeded your quota"}},
        {"type": "error", "code": "insufficient_quota", "message": "You exceeded your quota", "param": None},
    ],
)
def test_both_forms_of_the_error_event(event: dict[str, Any]) -> None:
    failure = failure_of(body(event))
    assert (failure.kind, failure.message) == (ErrorKind.CREDIT, "You exceeded your quota")


@pytest.mark.parametrize("end", [b"", b"data: [DONE]\n\n"])
def test_an_answer_without_its_last_event_is_broken(end: bytes) -> None:
    found = Read()
    assert failure_of(body(text("half")) + end, found).kind is ErrorKind.BROKEN_STREAM
    assert found.text == "half"


def test_what_comes_after_the_last_event_is_not_read() -> None:
    assert read(body(text("ok"), DONE) + b"data: [DONE]\n\n: bye\n\n").text == "ok"


@pytest.mark.parametrize("reports_cost", [True, False])
def test_a_charge_in_ticks_counts_where_the_vendor_charges_by_it(reports_cost: bool) -> None:
    usage = {**USAGE, "cost_in_usd_ticks": 5_143_500}
    end = {"type": "response.completed", "response": {"status": "completed", "usage": usage}}
    found = read(body(text("ok"), end), reports_cost=reports_cost)
    assert found.usage is not None
    assert found.usage.cost_usd == (Decimal("0.00051435") if reports_cost else None)


def test_an_answer_in_one_piece() -> None:
    items = [
        {"type": "reasoning", "summary": [{"text": "one"}, {"text": "two"}]},
        {"type": "function_call", "arguments": "{}"},
        {"type": "message", "content": [{"type": "output_text", "text": "Hel"}, {"type": "output_text", "text": "lo"}]},
    ]
    document = {"object": "response", "status": "completed", "error": None, "output": items, "usage": USAGE}
    found = read(json.dumps(document).encode())
    assert (found.text, found.reasoning, found.stop) == ("Hello", "one\n\ntwo", "tool_calls")
    assert ReasoningChunk("one\n\ntwo") in found.chunks


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"error": {"message": "no credit", "code": "insufficient_quota"}}, ErrorKind.CREDIT),
        ({"object": "response", "status": "failed", "error": {"code": "server_error"}}, ErrorKind.OVERLOADED),
        ({"object": "list", "data": []}, ErrorKind.MALFORMED),
    ],
)
def test_documents_that_are_no_answer(document: dict[str, Any], kind: ErrorKind) -> None:
    assert failure_of(json.dumps(document).encode()).kind is kind
