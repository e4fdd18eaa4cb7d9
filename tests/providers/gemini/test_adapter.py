import json
from typing import Any

import httpx
import pytest

from fake_wire import Wire, collect, failure_of, make_call
from fakes import FakeClock
from modeldeck.domain.call import ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability, Kind
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Image, Message, Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider

KEY = "AIza-test-key-123"
STREAM = ":streamGenerateContent"


def entry(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": f"models/{name}", "supportedGenerationMethods": ["generateContent", "countTokens"], **fields}


def event(*parts: Any, reason: str | None = None, **usage: int) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate]} | ({"usageMetadata": usage} if usage else {})


def crlf(*events: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\r\n\r\n" for each in events)


ANSWER = (
    event({"text": "Let me see.", "thought": True}, promptTokenCount=15),
    event({"text": "Par"}, promptTokenCount=13, candidatesTokenCount=1, thoughtsTokenCount=7),
    event({"text": "is", "thoughtSignature": "x"}, reason="STOP", promptTokenCount=13, candidatesTokenCount=2,
          thoughtsTokenCount=7, cachedContentTokenCount=4, totalTokenCount=22),
)  # fmt: skip


@pytest.fixture
def gemini(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    return wire.provider("gemini", clock, environment={"GEMINI_API_KEY": KEY})


async def sent(wire: Wire, provider: Provider, native_id: str = "gemini-2.5-flash", **fields: Any) -> Any:
    await collect(provider.stream(make_call(native_id, **fields)))
    return json.loads(wire.requests[-1].content)


async def test_the_list_in_pages(wire: Wire, gemini: Provider) -> None:
    flash = entry(
        "gemini-2.5-flash", displayName="Gemini 2.5 Flash", description="Mid-size.", inputTokenLimit=1048576,
        outputTokenLimit=65536, thinking=True,
    )  # fmt: skip
    pages = {
        None: {"models": [flash, entry("gemma-3-1b-it", inputTokenLimit=32768), "odd", {}], "nextPageToken": "a/b="},
        "a/b=": {"models": [flash, entry("gemini-2.0-flash")]},
    }
    wire.handle("/v1beta/models", lambda request: httpx.Response(200, json=pages[request.url.params.get("pageToken")]))
    first, small, last = await gemini.list_models()
    assert (first.id, first.native_id, first.name) == (
        "gemini/gemini-2.5-flash", "gemini-2.5-flash", "Gemini 2.5 Flash",
    )  # fmt: skip
    assert (first.context, first.max_output, first.kind, first.pricing) == (1048576, 65536, Kind.PAID, None)
    assert first.capabilities >= {Capability.TOOLS, Capability.VISION, Capability.JSON, Capability.REASONING}
    assert small.capabilities == {Capability.CHAT, Capability.STREAMING}
    assert Capability.REASONING not in last.capabilities
    assert [request.url.params["pageSize"] for request in wire.requests] == ["1000", "1000"]
    assert all(KEY not in str(request.url) for request in wire.requests)
    assert wire.requests[0].headers["x-goog-api-key"] == KEY
    assert "authorization" not in wire.requests[0].headers


async def test_a_list_without_end_ends(wire: Wire, gemini: Provider) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json={"models": [entry("m")], "nextPageToken": "again"}))
    assert len(await gemini.list_models()) == 1
    assert len(wire.requests) < 50


@pytest.mark.parametrize(
    "model",
    [
        entry("gemini-2.5-flash-image"), entry("gemini-2.5-pro-preview-tts"), entry("nano-banana-pro-preview"),
        entry("gemini-robotics-er-2-preview"), entry("lyria-3-pro-preview"), entry("deep-research-preview-04-2026"),
        entry("gemini-embedding-001", supportedGenerationMethods=["embedContent"]), {"name": "models/"},
    ],
)  # fmt: skip
async def test_what_writes_no_text_is_left_out(wire: Wire, gemini: Provider, model: Any) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json={"models": [model]}))
    assert await gemini.list_models() == []


@pytest.mark.parametrize("body", [[], {}, {"models": {}}])
async def test_something_else_is_no_list(wire: Wire, gemini: Provider, body: Any) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json=body))
    with pytest.raises(ProviderError) as caught:
        await gemini.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED


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


async def test_ids_cannot_leave_their_place_in_the_url(wire: Wire, gemini: Provider) -> None:
    await collect(gemini.stream(make_call("a?b#c")))
    assert wire.requests[-1].url.raw_path.startswith(b"/v1beta/models/a%3Fb%23c:streamGenerateContent?alt=sse")
    await collect(gemini.stream(make_call("tunedModels/mine")))
    assert wire.requests[-1].url.path == "/v1beta/tunedModels/mine:streamGenerateContent"


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"GEMINI_API_KEY": "b", "GOOGLE_GENERATIVE_AI_API_KEY": "c"}, "b"),
        ({"GOOGLE_API_KEY": "a", "GEMINI_API_KEY": "b"}, "a"),
        ({"GOOGLE_GENERATIVE_AI_API_KEY": "c"}, "c"),
    ],
)
async def test_the_order_of_key_variables(wire: Wire, clock: FakeClock, environment: dict[str, str], key: str) -> None:
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    await collect(wire.provider("gemini", clock, environment=environment).stream(make_call()))
    assert wire.requests[-1].headers["x-goog-api-key"] == key


async def test_a_server_of_ones_own(wire: Wire, clock: FakeClock) -> None:
    settings = Settings(providers={"mine": ProviderSettings(kind="gemini", base_url="http://box:9")})
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    provider = wire.provider("mine", clock, settings, {"MINE_API_KEY": "k-12345"})
    assert (await collect(provider.stream(make_call()))).text == "Paris"
    assert str(wire.requests[-1].url) == "http://box:9/v1beta/models/m:streamGenerateContent?alt=sse"
    assert wire.requests[-1].headers["x-goog-api-key"] == "k-12345"


@pytest.mark.parametrize(
    ("status", "error", "kind", "parameter"),
    [
        (400, {"message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}, ErrorKind.AUTH, None),
        (403, {"message": "Method doesn't allow unregistered callers."}, ErrorKind.AUTH, None),
        (403, {"message": "no", "status": "PERMISSION_DENIED"}, ErrorKind.FORBIDDEN, None),
        (400, {"message": "User location", "status": "FAILED_PRECONDITION"}, ErrorKind.FORBIDDEN, None),
        (404, {"message": "models/x is not found for API version v1beta"}, ErrorKind.NOT_FOUND, None),
        (
            400,
            {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."},
            ErrorKind.CONTEXT,
            None,
        ),
        (400, {"message": "Thinking level is not supported for this model."}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": "Thinking is not enabled for models/gemini-2.0-flash"}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": "This model only works in thinking mode."}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": 'Unknown name "topP" at x: Cannot find field.'}, ErrorKind.PARAMETER, "topP"),
        (503, {"message": "overloaded", "status": "UNAVAILABLE"}, ErrorKind.OVERLOADED, None),
    ],
)  # fmt: skip
async def test_refusals(
    wire: Wire, gemini: Provider, status: int, error: Any, kind: ErrorKind, parameter: str | None
) -> None:
    wire.answer(STREAM, httpx.Response(status, json={"error": {"code": status, **error}}))
    failure = await failure_of(gemini, make_call("gemini-2.5-flash"))
    assert (failure.kind, failure.parameter) == (kind, parameter)
