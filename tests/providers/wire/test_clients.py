import asyncio

import pytest

from fake_wire import VENDORS
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.settings import Settings
from modeldeck.ports import Provider
from modeldeck.providers.registry import build_providers

LIST = b'{"data": [{"id": "real"}]}'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(LIST), LIST))
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def vllm_at(port: int, clock: FakeClock) -> Provider:
    environment = {"MODELDECK_VLLM_BASE_URL": f"127.0.0.1:{port}"}
    return build_providers(VENDORS, Settings(), environment, clock=clock, no_network=True)["vllm"]


async def test_this_machine_is_reached_past_the_proxy_of_the_environment(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        provider = vllm_at(server.sockets[0].getsockname()[1], clock)
        assert [model.id for model in await provider.list_models()] == ["vllm/real"]
        await provider.aclose()


async def test_a_closed_port_is_an_absent_server(clock: FakeClock) -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    provider = vllm_at(port, clock)
    with pytest.raises(ProviderError) as caught:
        await provider.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE
    assert (
        caught.value.failure.message == f"No connection to vLLM at http://127.0.0.1:{port}/v1: it refuses connections"
    )
    assert await provider.loaded() == ()
    await provider.aclose()
