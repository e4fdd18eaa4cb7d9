import httpx
import pytest

from fake_wire import Wire, collect, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.ports import Provider


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
