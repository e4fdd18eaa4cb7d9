from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import make_call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Image, Message, Params
from modeldeck.providers.anthropic.request import LEAST_THINKING_TOKENS, SAFE_OUTPUT_TOKENS, messages_body, thinks


def body(params: Params | None = None, thinking: Any = "adaptive", **fields: Any) -> dict[str, Any]:
    return messages_body(make_call(params=params, **fields), thinking)


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_only_what_was_set_is_sent() -> None:
    assert body() == {
        "model": "m",
        "max_tokens": SAFE_OUTPUT_TOKENS,
        "messages": [{"role": "user", "content": [text("hi")]}],
        "stream": True,
    }


def test_the_required_number_of_tokens() -> None:
    assert body(Params(max_tokens=7), max_output=64_000)["max_tokens"] == 7
    assert body(max_output=64_000)["max_tokens"] == 64_000


def test_sampling() -> None:
    sent = body(Params(temperature=0.0, top_p=0.5, stop=("END",), seed=3))
    assert (sent["temperature"], sent["top_p"], sent["stop_sequences"]) == (0.0, 0.5, ["END"])
    assert "seed" not in sent


def test_system_messages_stand_apart_and_roles_alternate() -> None:
    messages = (
        Message("system", "Be brief."),
        Message("user", "one"),
        Message("user", "two"),
        Message("system", "Be kind."),
        Message("assistant", ""),
        Message("assistant", "three"),
        Message("user", "four"),
    )
    sent = body(messages=messages)
    assert sent["system"] == "Be brief.\n\nBe kind."
    assert sent["messages"] == [
        {"role": "user", "content": [text("one"), text("two")]},
        {"role": "assistant", "content": [text("three")]},
        {"role": "user", "content": [text("four")]},
    ]


def test_images_come_before_the_text() -> None:
    sent = body(messages=(Message("user", "what?", (Image(b"\x89P", "image/png"),)),))
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVA="}}
    assert sent["messages"] == [{"role": "user", "content": [image, text("what?")]}]


def test_a_schema_is_closed_at_every_depth() -> None:
    inner = {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": True}
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": inner}}, "anyOf": [{"type": "object"}]}
    sent = body(Params(json_schema=schema))["output_config"]["format"]
    assert sent["type"] == "json_schema"
    closed = sent["schema"]
    assert closed["additionalProperties"] is False
    assert closed["properties"]["a"]["items"] == {**inner, "additionalProperties": False}
    assert closed["anyOf"] == [{"type": "object", "additionalProperties": False}]
    assert "additionalProperties" not in schema


def test_adaptive_thinking() -> None:
    sent = body(Params(reasoning="minimal", temperature=0.5, json_schema={"type": "string"}))
    assert sent["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert sent["output_config"]["effort"] == "low"
    assert sent["output_config"]["format"]["schema"] == {"type": "string"}
    assert "temperature" not in sent
    assert body(Params(reasoning="max"))["output_config"] == {"effort": "max"}


@pytest.mark.parametrize(("level", "budget"), [("low", 2000), ("medium", 5000), ("high", 8000), ("max", 9500)])
def test_thinking_by_a_budget(level: ReasoningLevel, budget: int) -> None:
    sent = body(Params(reasoning=level, max_tokens=10_000, top_p=0.5), "budget")
    assert sent["thinking"] == {"type": "enabled", "budget_tokens": budget}
    assert "output_config" not in sent
    assert "top_p" not in sent


def test_without_room_for_thoughts_there_is_no_thinking() -> None:
    sent = body(Params(reasoning="high", max_tokens=LEAST_THINKING_TOKENS, temperature=1.0), "budget")
    assert "thinking" not in sent
    assert sent["temperature"] == 1.0


@pytest.mark.parametrize("style", ["adaptive", "budget"])
def test_thinking_can_be_switched_off(style: str) -> None:
    sent = body(Params(reasoning="none", temperature=0.5), style)
    assert sent["thinking"] == {"type": "disabled"}
    assert (sent["temperature"], thinks(sent)) == (0.5, False)


@given(st.integers(1, 200_000), st.sampled_from(["minimal", "low", "medium", "high", "xhigh", "max"]))
def test_a_budget_always_leaves_room_for_an_answer(max_tokens: int, level: ReasoningLevel) -> None:
    sent = body(Params(reasoning=level, max_tokens=max_tokens), "budget")
    budget = sent.get("thinking", {}).get("budget_tokens")
    assert (budget is None) == (max_tokens <= LEAST_THINKING_TOKENS)
    if budget is not None:
        assert LEAST_THINKING_TOKENS <= budget < max_tokens


def test_tools_take_the_form_of_this_protocol() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    function = {"name": "weather", "description": "Tells it.", "parameters": schema}
    own = {"name": "clock", "input_schema": {"type": "object"}}
    bare = {"type": "function", "function": {"name": "now"}}
    assert body(tools=({"type": "function", "function": function}, own, bare))["tools"] == [
        {"name": "weather", "description": "Tells it.", "input_schema": schema},
        own,
        {"name": "now", "input_schema": {"type": "object", "properties": {}}},
    ]
