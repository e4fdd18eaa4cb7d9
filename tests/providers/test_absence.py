import httpx
import pytest

from fake_wire import Wire
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.ports import Provider


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(404, html="<h1>Jenkins</h1>"),
        httpx.Response(403, html="<h1>Forbidden</h1>"),
        httpx.Response(200, html="<h1>Welcome to nginx</h1>"),
        httpx.Response(200, json={"status": "ok"}),
        httpx.Response(302, headers={"Location": "/login"}),
    ],
)
async def test_another_program_on_a_usual_port_means_that_ours_is_absent(
    wire: Wire, llamacpp: Provider, response: httpx.Response
) -> None:
    wire.answer("/v1/models", response)
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE
    assert await llamacpp.loaded() == ()


async def test_at_an_address_that_was_named_the_real_failure_is_told(wire: Wire, clock: FakeClock) -> None:
    named = wire.provider("llamacpp", clock, environment={"MODELDECK_LLAMACPP_BASE_URL": "http://localhost:9999"})
    wire.answer("/v1/models", httpx.Response(200, html="<h1>Welcome to nginx</h1>"))
    with pytest.raises(ProviderError, match="Welcome to nginx") as caught:
        await named.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED


async def test_a_guarded_or_loading_server_is_not_absent(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/v1/models", httpx.Response(401, json={"error": {"message": "Invalid API Key"}}))
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.AUTH
    wire.answer("/v1/models", httpx.Response(503, json={"error": {"code": 503, "message": "Loading model"}}))
    with pytest.raises(ProviderError, match="Loading model"):
        await llamacpp.list_models()


async def test_a_local_server_that_accepts_and_says_nothing_is_absent(wire: Wire, llamacpp: Provider) -> None:
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence")

    wire.handle("/v1/models", hang)
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE
