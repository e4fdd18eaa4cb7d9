"""A real server, named by the environment; without one these tests are skipped."""

import os
from collections.abc import AsyncIterator

import pytest

from fake_wire import VENDORS
from modeldeck.clock import SystemClock
from modeldeck.domain.model import Model
from modeldeck.domain.settings import ProviderKind, ProviderSettings, Settings
from modeldeck.ports import Provider
from modeldeck.providers.registry import build_providers

URL_VARIABLE = "MODELDECK_TEST_SERVER_URL"
KEY_VARIABLE = "MODELDECK_TEST_SERVER_KEY"


@pytest.fixture(scope="session")
def server() -> str:
    """The root address of the server, without a version path."""
    url = os.environ.get(URL_VARIABLE, "").strip().rstrip("/")
    if not url:
        pytest.skip(f"{URL_VARIABLE} names no server")
    return url


def connect(server: str, kind: ProviderKind) -> Provider:
    base_url = f"{server}/v1" if kind == "openai" else server
    table = ProviderSettings(kind=kind, base_url=base_url, api_key_env=KEY_VARIABLE)
    providers = build_providers(VENDORS, Settings(providers={"box": table}), os.environ, clock=SystemClock())
    return providers["box"]


@pytest.fixture(params=["openai", "anthropic"])
def protocol(request: pytest.FixtureRequest) -> ProviderKind:
    """Each of the two protocols."""
    kind: ProviderKind = request.param
    return kind


@pytest.fixture
async def box(server: str, protocol: ProviderKind) -> AsyncIterator[Provider]:
    """The server as a provider that speaks the protocol."""
    provider = connect(server, protocol)
    yield provider
    await provider.aclose()


@pytest.fixture
async def models(server: str) -> list[Model]:
    """What the server offers, by its OpenAI list, which tells most: loaded ones first, then those with more context."""
    provider = connect(server, "openai")
    try:
        found = await provider.list_models()
    finally:
        await provider.aclose()
    return sorted(found, key=lambda model: (model.loaded is not True, -(model.context or 0)))
