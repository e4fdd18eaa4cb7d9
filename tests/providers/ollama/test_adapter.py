import json
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_wire import Pieces, Read, Wire, collect, make_call, read_answer, read_pieces, sample, stream_failure
from fakes import FakeClock
from modeldeck.domain.call import AliveChunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Capability, Kind
from modeldeck.domain.request import Image, Message, Params
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider
from modeldeck.providers.ollama.stream import OllamaStream


def lines(*events: Any) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def piece(content: str = "", **fields: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": content, **fields}, "done": False}


END = {
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 17,
    "eval_count": 50,
    "eval_duration": 2_000_000_000,
}
ANSWER = lines(piece(), piece(thinking="hm"), piece("He"), piece("llo"), END)
PS = {"models": [{"name": "new:8b", "size": 5_100_000_000, "size_vram": 4_000_000_000}, {"name": "cpu:1b", "size": 7}]}


@pytest.fixture
def ollama(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer("/api/tags", httpx.Response(200, content=sample("ollama-tags.json")))
    wire.answer("/api/ps", httpx.Response(200, json=PS))
    wire.answer("/api/chat", httpx.Response(200, content=ANSWER))
    return wire.provider("ollama", clock)


def show(request: httpx.Request) -> httpx.Response:
    if json.loads(request.content)["model"] != "old-coder:3b":
        return httpx.Response(404, json={"error": "model not found"})
    info = {"general.architecture": "llama", "llama.context_length": 16384, "general.parameter_count": 3_212_749_888}
    return httpx.Response(200, json={"model_info": info, "capabilities": ["completion", "tools"], "details": {}})


async def test_the_list(wire: Wire, ollama: Provider) -> None:
    wire.handle("/api/show", show)
    new, old, big = await ollama.list_models()
    assert (new.id, new.context, new.parameters, new.quantization) == ("ollama/new:8b", 131072, 8_200_000_000, "Q4_K_M")
    assert (new.kind, new.loaded, new.size_bytes) == (Kind.LOCAL, True, 5_000_000_000)
    assert {Capability.TOOLS, Capability.REASONING, Capability.JSON, Capability.LONG_CONTEXT} <= new.capabilities
    assert (old.context, old.parameters, old.loaded) == (16384, 3_212_749_888, False)
    assert {Capability.TOOLS, Capability.CODE} <= old.capabilities
    assert (big.native_id, big.local, big.pricing, big.size_bytes) == ("big:cloud", False, None, None)
    assert Capability.VISION in big.capabilities
    shown = {json.loads(request.content)["model"] for request in wire.asked("/api/show")}
    assert shown == {"old-coder:3b", "nomic-embed-text:latest", "minilm:latest"}


async def test_a_list_from_a_server_that_shows_nothing(ollama: Provider) -> None:
    new, old, _ = await ollama.list_models()
    assert new.native_id == "new:8b"
    assert (old.native_id, old.context, old.parameters) == ("old-coder:3b", None, 3_000_000_000)


@pytest.mark.parametrize(
    "response", [httpx.Response(404), httpx.Response(200, json=[]), httpx.Response(200, html="<p>")]
)
async def test_something_else_on_the_port(wire: Wire, ollama: Provider, response: httpx.Response) -> None:
    wire.answer("/api/tags", response)
    with pytest.raises(ProviderError) as caught:
        await ollama.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE


async def test_what_is_in_memory(wire: Wire, ollama: Provider) -> None:
    assert await ollama.loaded() == (
        LoadedModel("ollama/new:8b", 5_100_000_000, 4_000_000_000),
        LoadedModel("ollama/cpu:1b", 7, 0),
    )
    wire.answer("/api/ps", httpx.Response(500))
    assert await ollama.loaded() == ()


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


async def test_a_request_with_everything(wire: Wire, ollama: Provider) -> None:
    params = Params(
        max_tokens=9, temperature=0.0, top_p=0.5, stop=("x",), seed=1, reasoning="xhigh", json_schema={"type": "object"}
    )
    messages = (Message("system", "s"), Message("user", "look", (Image(b"\x89PNG", "image/png"),)))
    tools = ({"type": "function"},)
    await collect(ollama.stream(make_call("new:8b", params=params, messages=messages, tools=tools, context=5000)))
    assert json.loads(wire.requests[-1].content) == {
        "model": "new:8b",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "look", "images": ["iVBORw=="]},
        ],
        "stream": True,
        "options": {"num_predict": 9, "temperature": 0.0, "top_p": 0.5, "stop": ["x"], "seed": 1, "num_ctx": 8192},
        "think": "high",
        "format": {"type": "object"},
        "tools": [{"type": "function"}],
    }


async def test_a_plain_request_sets_nothing(wire: Wire, ollama: Provider) -> None:
    await collect(ollama.stream(make_call("new:8b", params=Params(reasoning="none"))))
    body = json.loads(wire.requests[-1].content)
    assert set(body) == {"model", "messages", "stream", "think"}
    assert body["think"] is False


@pytest.mark.parametrize(
    ("needed", "window"), [(10, 4096), (4096, 4096), (4097, 8192), (100_000, 131_072), (200_000, 131_072)]
)
async def test_the_window_grows_in_steps_up_to_the_models_own(
    wire: Wire, ollama: Provider, needed: int, window: int
) -> None:
    await ollama.list_models()
    await collect(ollama.stream(make_call("new:8b", context=needed)))
    assert json.loads(wire.requests[-1].content)["options"] == {"num_ctx": window}


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


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (404, "model 'x' not found", ErrorKind.NOT_FOUND),
        (400, '"x" does not support thinking', ErrorKind.PARAMETER),
        (500, "llama runner process has terminated", ErrorKind.OVERLOADED),
        (502, "cloud unreachable", ErrorKind.OVERLOADED),
    ],
)
async def test_refusals(wire: Wire, ollama: Provider, status: int, text: str, kind: ErrorKind) -> None:
    wire.answer("/api/chat", httpx.Response(status, json={"error": text}))
    with pytest.raises(ProviderError) as caught:
        await collect(ollama.stream(make_call()))
    assert (caught.value.failure.kind, caught.value.failure.message) == (kind, text)


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


SIGN_IN = {"error": "unauthorized", "signin_url": "https://ollama.com/connect?name=box&key=c3No"}


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [(401, SIGN_IN, "unauthorized; sign in with: ollama signin"), (402, {"error": "pay first"}, "pay first")],
)
async def test_what_the_cloud_refuses_is_about_one_model(
    wire: Wire, ollama: Provider, status: int, body: dict[str, str], message: str
) -> None:
    wire.answer("/api/chat", httpx.Response(status, json=body))
    with pytest.raises(ProviderError) as caught:
        await collect(ollama.stream(make_call("big:cloud")))
    assert (caught.value.failure.kind, caught.value.message) == (ErrorKind.FORBIDDEN, message)


async def test_the_cloud_itself_wants_a_key(wire: Wire, clock: FakeClock) -> None:
    host = {"OLLAMA_HOST": "https://ollama.com"}
    info = wire.provider("ollama", clock, environment=host).info
    assert (info.base_url, info.local, info.needs_key, info.has_key) == ("https://ollama.com", False, True, False)
    cloud = wire.provider("ollama", clock, environment={**host, "OLLAMA_API_KEY": "key-0123456789"})
    assert (cloud.info.has_key, cloud.info.usable) == (True, True)
    details = {"parameter_size": "120B", "context_length": 131072}
    entry = {"name": "gpt-oss:120b", "size": 65_000_000_000, "details": details, "capabilities": ["completion"]}
    wire.answer("/api/tags", httpx.Response(200, json={"models": [entry]}))
    (model,) = await cloud.list_models()
    assert (model.local, model.pricing, model.loaded, model.size_bytes) == (False, None, None, None)
    assert wire.requests[0].headers["authorization"] == "Bearer key-0123456789"
    wire.answer("/api/chat", httpx.Response(401, json={"error": "unauthorized"}))
    with pytest.raises(ProviderError) as caught:
        await collect(cloud.stream(make_call("gpt-oss:120b")))
    assert caught.value.failure.kind is ErrorKind.AUTH


async def test_another_machine_of_ones_own_wants_none(wire: Wire, clock: FakeClock) -> None:
    info = wire.provider("ollama", clock, environment={"OLLAMA_HOST": "http://box:11434"}).info
    assert (info.local, info.needs_key, info.usable) == (False, False, True)


@given(st.lists(st.integers(0, len(ANSWER)), max_size=8))
def test_any_byte_split_gives_the_same_text(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    pieces = (ANSWER[start:end] for start, end in pairwise(places))
    read = read_pieces(OllamaStream("Ollama", stream_failure), pieces)
    assert (read.text, read.reasoning, read.stop) == ("Hello", "hm", "stop")
