from typing import Any

import pytest

from fake_wire import VENDORS, make_call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Image, Message, Params
from modeldeck.providers.openai.chat_request import chat_body

VENDOR = VENDORS["vllm"]


def test_a_plain_call_sends_nothing_that_was_not_set() -> None:
    assert chat_body(make_call("m", "hi"), VENDOR) == {
        "model": "m",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_every_parameter_under_its_wire_name() -> None:
    params = Params(
        max_tokens=9,
        temperature=0.0,
        top_p=0.5,
        stop=("a", "b"),
        seed=0,
        reasoning="low",
        json_schema={"type": "object"},
    )
    tools = ({"type": "function", "function": {"name": "f"}},)
    body = chat_body(make_call(params=params, tools=tools), VENDOR)
    assert body["max_tokens"] == 9
    assert (body["temperature"], body["top_p"], body["seed"]) == (0.0, 0.5, 0)
    assert body["stop"] == ["a", "b"]
    assert body["reasoning_effort"] == "low"
    assert body["tools"] == [{"type": "function", "function": {"name": "f"}}]
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(("closed", "strict"), [(False, True), (True, False), (None, False)])
def test_only_closed_schemas_are_strict(closed: bool | None, strict: bool) -> None:
    schema = {"type": "object"} if closed is None else {"type": "object", "additionalProperties": closed}
    body = chat_body(make_call(params=Params(json_schema=schema)), VENDOR)
    assert body["response_format"]["json_schema"]["strict"] is strict


def test_vendor_data_renames_and_leaves_out() -> None:
    vendor = VENDOR._replace(max_tokens_field="max_completion_tokens", asks_for_usage=False)
    body = chat_body(make_call(params=Params(max_tokens=9)), vendor)
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body
    assert "stream_options" not in body


@pytest.mark.parametrize(
    ("vendor", "asked", "sent"),
    [
        ("openai", "max", {"reasoning_effort": "xhigh"}),
        ("openai", "none", {"reasoning_effort": "none"}),
        ("groq", "minimal", {"reasoning_effort": "low"}),
        ("together", "none", {"reasoning_effort": "low"}),
        ("mistral", "low", {"reasoning_effort": "high"}),
        ("xai", "max", {"reasoning_effort": "xhigh"}),
        ("deepseek", "max", {"reasoning_effort": "max"}),
        ("deepseek", "none", {"thinking": {"type": "disabled"}}),
        ("vllm", "minimal", {"reasoning_effort": "minimal"}),
    ],
)
def test_each_vendor_is_told_how_much_to_think_in_a_word_that_it_knows(
    vendor: str, asked: ReasoningLevel, sent: dict[str, Any]
) -> None:
    body = chat_body(make_call(params=Params(reasoning=asked)), VENDORS[vendor])
    assert {name: body[name] for name in ("reasoning_effort", "thinking") if name in body} == sent


def test_a_vendor_without_such_words_is_told_nothing() -> None:
    body = chat_body(make_call(params=Params(reasoning="high")), VENDOR._replace(reasoning_levels=()))
    assert "reasoning_effort" not in body


def test_a_vendor_that_takes_no_schema_is_told_it_in_words() -> None:
    body = chat_body(make_call(params=Params(json_schema={"type": "object", "title": "Ä"})), VENDORS["deepseek"])
    assert body["response_format"] == {"type": "json_object"}
    system, user = body["messages"]
    assert system["role"] == "system"
    assert "JSON" in system["content"]
    assert '{"type": "object", "title": "Ä"}' in system["content"]
    assert user == {"role": "user", "content": "hi"}


@pytest.mark.parametrize(
    ("vendor", "limit", "seed", "asks"),
    [
        ("openai", "max_completion_tokens", "seed", True),
        ("groq", "max_completion_tokens", "seed", True),
        ("together", "max_tokens", "seed", True),
        ("deepseek", "max_tokens", "seed", False),
        ("mistral", "max_tokens", "random_seed", False),
        ("xai", "max_completion_tokens", "seed", True),
        ("huggingface", "max_tokens", "seed", True),
        ("cerebras", "max_completion_tokens", "seed", True),
    ],
)
def test_fields_of_the_hosted_services(vendor: str, limit: str, seed: str, asks: bool) -> None:
    body = chat_body(make_call(params=Params(max_tokens=9, seed=3)), VENDORS[vendor])
    expected = {"model", "messages", "stream", limit, seed} | ({"stream_options"} if asks else set())
    assert set(body) == expected
    assert (body[limit], body[seed]) == (9, 3)


def test_images_become_parts_with_data_urls() -> None:
    image = Image(b"\x89PNG", "image/png")
    messages = (Message("system", "s"), Message("user", "look", (image,)), Message("user", "", (image,)))
    body = chat_body(make_call(messages=messages), VENDOR)
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}
    assert body["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "look"}, picture]},
        {"role": "user", "content": [picture]},
    ]
