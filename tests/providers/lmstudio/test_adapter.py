import json
from typing import Any

import httpx
import pytest

from fake_wire import Wire, collect, make_call, sample, sse
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.request import Image, Message, Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider

STATS = {"input_tokens": 12, "total_output_tokens": 4, "tokens_per_second": 40.5}
NATIVE = sse(
    '{"type":"chat.start"}',
    '{"type":"message.delta","content":"Hello"}',
    json.dumps({"type": "chat.end", "result": {"stats": STATS}}),
)
CHAT = sse('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]")
NO_PATH = {"error": "Unexpected endpoint or method. (GET /api/v1/models)"}
V0 = {
    "data": [
        {"id": "rich", "type": "llm", "state": "loaded", "max_context_length": 8192, "loaded_context_length": 4096},
        {"id": "seer", "type": "vlm", "state": "not-loaded", "max_context_length": 8192},
        {"id": "embedder", "type": "embeddings", "state": "not-loaded"},
    ]
}


def serve(wire: Wire, generation: str) -> None:
    """A server of one generation; each also has the interfaces of those before it."""
    wire.answer("/api/v1/models", httpx.Response(200, json=NO_PATH))
    wire.answer("/v1/models", httpx.Response(200, json={"data": [{"id": "plain"}]}))
    wire.answer("/chat/completions", httpx.Response(200, content=CHAT))
    if generation in {"v0", "v1"}:
        wire.answer("/api/v0/models", httpx.Response(200, json=V0))
    if generation == "v1":
        wire.answer("/api/v1/models", httpx.Response(200, content=sample("lmstudio-models.json")))
        wire.answer("/api/v1/chat", httpx.Response(200, content=NATIVE))


@pytest.fixture
def lmstudio(wire: Wire, clock: FakeClock) -> Provider:
    return wire.provider("lmstudio", clock)


def paths(wire: Wire) -> list[str]:
    return [request.url.path for request in wire.requests]


@pytest.mark.parametrize(
    ("generation", "ids", "asked"),
    [
        ("v1", ["maker/thinker-8b", "plain-coder-3b"], ["/api/v1/models"]),
        ("v0", ["rich", "seer"], ["/api/v1/models", "/api/v0/models"]),
        ("openai", ["plain"], ["/api/v1/models", "/api/v0/models", "/v1/models"]),
    ],
)
async def test_the_richest_list_that_answers_is_remembered(
    wire: Wire, lmstudio: Provider, generation: str, ids: list[str], asked: list[str]
) -> None:
    serve(wire, generation)
    assert [model.native_id for model in await lmstudio.list_models()] == ids
    assert paths(wire) == asked
    wire.requests.clear()
    await lmstudio.list_models()
    assert paths(wire) == asked[-1:]


async def test_another_version_was_started_in_the_meantime(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v1")
    await lmstudio.list_models()
    serve(wire, "v0")
    assert [model.native_id for model in await lmstudio.list_models()] == ["rich", "seer"]


async def test_a_list_that_needs_a_token_is_not_looked_for_elsewhere(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v0")
    wire.answer("/api/v1/models", httpx.Response(401, json={"error": {"message": "token needed"}}))
    with pytest.raises(ProviderError) as caught:
        await lmstudio.list_models()
    assert caught.value.failure.kind is ErrorKind.AUTH


@pytest.mark.parametrize("response", [httpx.Response(404), httpx.Response(200, html="<p>"), httpx.Response(200)])
async def test_something_else_on_the_port(wire: Wire, lmstudio: Provider, response: httpx.Response) -> None:
    wire.answer("/models", response)
    with pytest.raises(ProviderError) as caught:
        await lmstudio.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE


async def test_what_is_loaded_has_its_size_where_the_server_tells_it(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v0")
    assert await lmstudio.loaded() == (LoadedModel("lmstudio/rich", None),)
    serve(wire, "v1")
    wire.answer("/api/v0/models", httpx.Response(404))
    assert await lmstudio.loaded() == (LoadedModel("lmstudio/maker/thinker-8b", 5_000_000_000),)


async def test_a_call_of_one_prompt_goes_the_native_way(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v1")
    params = Params(max_tokens=9, temperature=0.5, top_p=0.9, reasoning="high")
    turns = (Message("system", "be brief"), Message("user", "hi"))
    read = await collect(lmstudio.stream(make_call("maker/thinker-8b", params=params, messages=turns)))
    assert (read.text, read.stop) == ("Hello", "stop")
    assert read.usage is not None
    assert (read.usage.usage, read.usage.tokens_per_second) == (Usage(12, 4, reported=True), 40.5)
    (request,) = wire.asked("/api/v1/chat")
    assert json.loads(request.content) == {
        "model": "maker/thinker-8b",
        "input": "hi",
        "system_prompt": "be brief",
        "stream": True,
        "store": False,
        "max_output_tokens": 9,
        "temperature": 0.5,
        "top_p": 0.9,
        "reasoning": "on",
    }


async def test_the_generation_is_found_out_once_for_calls_without_a_list(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v1")
    await collect(lmstudio.stream(make_call("m")))
    await collect(lmstudio.stream(make_call("m")))
    assert paths(wire) == ["/api/v1/models", "/api/v1/chat", "/api/v1/chat"]


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": (Message("user", "a"), Message("assistant", "b"), Message("user", "c"))},
        {"messages": (Message("user", "a", (Image(b"\x01", "image/png"),)),)},
        {"params": Params(json_schema={"type": "object"})},
        {"params": Params(stop=("x",))},
        {"params": Params(seed=1)},
        {"tools": ({"type": "function"},)},
    ],
)
async def test_what_the_native_way_cannot_carry_goes_the_other(
    wire: Wire, lmstudio: Provider, fields: dict[str, Any]
) -> None:
    serve(wire, "v1")
    assert (await collect(lmstudio.stream(make_call("m", **fields)))).text == "Hello"
    assert paths(wire) == ["/api/v1/models", "/v1/chat/completions"]


@pytest.mark.parametrize(
    ("generation", "params", "path"),
    [
        ("v0", Params(), "/api/v0/chat/completions"),
        ("v0", Params(json_schema={"type": "object"}), "/v1/chat/completions"),
        ("openai", Params(), "/v1/chat/completions"),
    ],
)
async def test_older_servers(wire: Wire, lmstudio: Provider, generation: str, params: Params, path: str) -> None:
    serve(wire, generation)
    assert (await collect(lmstudio.stream(make_call("m", params=params)))).text == "Hello"
    assert paths(wire)[-1] == path


async def test_the_speed_that_v0_tells(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v0")
    end = {
        "choices": [{"delta": {}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 24, "completion_tokens": 53, "total_tokens": 77},
        "stats": {"tokens_per_second": 51.5, "time_to_first_token": 0.111},
    }
    answer = sse('{"choices":[{"delta":{"content":"Hello"}}]}', json.dumps(end), "[DONE]")
    wire.answer("/api/v0/chat/completions", httpx.Response(200, content=answer))
    read = await collect(lmstudio.stream(make_call("m")))
    assert read.usage is not None
    assert (read.usage.usage, read.usage.tokens_per_second) == (Usage(24, 53, reported=True), 51.5)


async def test_a_server_that_does_not_know_stream_options_is_asked_once_more(wire: Wire, lmstudio: Provider) -> None:
    serve(wire, "v0")
    refusal = {"error": {"message": "Unknown parameter: 'stream_options'.", "param": "stream_options"}}
    answers = iter([httpx.Response(400, json=refusal), httpx.Response(200, content=CHAT)])
    wire.handle("/api/v0/chat/completions", lambda _: next(answers))
    assert (await collect(lmstudio.stream(make_call("m")))).text == "Hello"


async def test_a_server_of_ones_own(wire: Wire, clock: FakeClock) -> None:
    serve(wire, "v1")
    table = ProviderSettings(kind="lmstudio", base_url="http://box:9000")
    mine = wire.provider("mine", clock, Settings(providers={"mine": table}))
    models = await mine.list_models()
    assert models[0].id == "mine/maker/thinker-8b"
    assert str(wire.requests[0].url) == "http://box:9000/api/v1/models"
