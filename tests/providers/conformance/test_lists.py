"""A list of models, in every protocol, at every provider."""

import httpx
import pytest

from fake_dialect import IDS, KEY, Dialect
from fake_wire import Wire
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability
from modeldeck.ports import Provider


async def test_every_model_is_listed_once(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect.prepare(wire)
    wire.answer(dialect.list_path, httpx.Response(200, json=dialect.listing((*IDS, IDS[0]))))
    models = await provider.list_models()
    assert [model.native_id for model in models] == list(IDS)
    for model in models:
        assert model.id == f"{dialect.name}/{model.native_id}"
        assert {Capability.CHAT, Capability.STREAMING} <= model.capabilities
        assert model.local is provider.info.local
        assert model.origin.source == "provider"


async def test_an_empty_list_is_a_list(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect.prepare(wire)
    wire.answer(dialect.list_path, httpx.Response(200, json=dialect.listing(())))
    assert list(await provider.list_models()) == []


@pytest.mark.parametrize(
    "answer",
    [b"<html>Sign in</html>", b"", b'"text"', b'{"error": "busy %s"}' % KEY.encode(), b"{}", b"\xff\xfe\x00"],
)
async def test_what_is_no_list(wire: Wire, dialect: Dialect, provider: Provider, answer: bytes) -> None:
    dialect.prepare(wire)
    wire.handle(dialect.list_path, lambda _: httpx.Response(200, content=answer))
    with pytest.raises(ProviderError) as caught:
        await provider.list_models()
    # Nobody named the address of a local runtime: another program answers on its usual port.
    absent = ErrorKind.UNREACHABLE if provider.info.local else ErrorKind.MALFORMED
    assert caught.value.failure.kind is absent
    assert KEY not in repr(caught.value.failure)


async def test_a_list_that_is_refused(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    dialect.prepare(wire)
    wire.handle(dialect.list_path, lambda _: httpx.Response(503, json={"error": {"message": f"busy {KEY}"}}))
    with pytest.raises(ProviderError) as caught:
        await provider.list_models()
    assert caught.value.failure.kind in {ErrorKind.OVERLOADED, ErrorKind.UNREACHABLE}
    assert KEY not in repr(caught.value.failure)


async def test_a_server_that_does_not_run(wire: Wire, dialect: Dialect, provider: Provider) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"refused {KEY}")

    dialect.prepare(wire)
    wire.handle(dialect.list_path, refuse)
    with pytest.raises(ProviderError) as caught:
        await provider.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE
    assert KEY not in repr(caught.value.failure)
    assert await provider.loaded() == ()
