import json
from typing import Any

import pytest

from fake_gemini import KEY
from fake_wire import Wire, collect, make_call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Image, Message, Params
from modeldeck.ports import Provider


async def sent(wire: Wire, provider: Provider, native_id: str = "gemini-2.5-flash", **fields: Any) -> Any:
    await collect(provider.stream(make_call(native_id, **fields)))
    return json.loads(wire.requests[-1].content)


async def test_a_request_with_everything(wire: Wire, gemini: Provider) -> None:
    params = Params(
        max_tokens=9, temperature=0.0, top_p=0.5, stop=("x",), seed=1, reasoning="high", json_schema={"type": "object"}
    )
    messages = (
        Message("system", "s"),
        Message("user", "look", (Image(b"\x89PNG", "image/png"),)),
        Message("assistant", "ok"),
        Message("assistant", ""),
        Message("user", "go"),
    )
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    body = await sent(wire, gemini, params=params, messages=messages, tools=(tool, {"name": "g"}))
    assert body == {
        "contents": [
            {"role": "user", "parts": [
                {"text": "look"}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}},
            ]},
            {"role": "model", "parts": [{"text": "ok"}]},
            {"role": "user", "parts": [{"text": "go"}]},
        ],
        "systemInstruction": {"parts": [{"text": "s"}]},
        "generationConfig": {
            "maxOutputTokens": 9, "temperature": 0.0, "topP": 0.5, "stopSequences": ["x"], "seed": 1,
            "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 24576},
            "responseMimeType": "application/json", "responseJsonSchema": {"type": "object"},
        },
        "tools": [{"functionDeclarations": [
            {"name": "f", "description": "d", "parametersJsonSchema": {"type": "object"}}, {"name": "g"},
        ]}],
    }  # fmt: skip
    request = wire.requests[-1]
    assert str(request.url) == (
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
    )
    assert request.headers["x-goog-api-key"] == KEY


async def test_a_plain_request_sets_nothing(wire: Wire, gemini: Provider) -> None:
    assert await sent(wire, gemini, "gemini-2.0-flash") == {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}


async def test_gemma_3_takes_its_instructions_as_a_turn(wire: Wire, gemini: Provider) -> None:
    messages = (Message("system", "be brief"), Message("user", "hi"))
    body = await sent(wire, gemini, "gemma-3-27b-it", messages=messages)
    assert "systemInstruction" not in body
    assert [turn["parts"][0]["text"] for turn in body["contents"]] == ["be brief", "hi"]


@pytest.mark.parametrize(
    ("native_id", "level", "expected"),
    [
        ("gemini-2.5-flash", None, {"includeThoughts": True}),
        ("gemini-2.5-flash", "none", {"includeThoughts": False, "thinkingBudget": 0}),
        ("gemini-2.5-pro", "none", {"includeThoughts": False, "thinkingBudget": 128}),
        ("gemini-2.5-pro", "medium", {"includeThoughts": True, "thinkingBudget": 8192}),
        ("gemini-3-flash-preview", "low", {"includeThoughts": True, "thinkingLevel": "low"}),
        ("gemini-3.7-flash", "minimal", {"includeThoughts": True, "thinkingLevel": "low"}),
        ("gemini-3.5-flash-lite", "none", {"includeThoughts": False, "thinkingLevel": "minimal"}),
        ("gemini-flash-latest", "max", {"includeThoughts": True, "thinkingLevel": "high"}),
        ("gemini-2.0-flash", "none", None),
        ("gemma-4-31b-it", "high", {"thinkingLevel": "high"}),
    ],
)
async def test_thinking_by_generation(
    wire: Wire, gemini: Provider, native_id: str, level: ReasoningLevel | None, expected: Any
) -> None:
    body = await sent(wire, gemini, native_id, params=Params(reasoning=level))
    assert body.get("generationConfig", {}).get("thinkingConfig") == expected
