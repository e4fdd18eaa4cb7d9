"""Providers of other packages: found by their entry point, guarded against their faults."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeClock, FakeProvider, make_model
from modeldeck import plugins
from modeldeck.domain.call import Call, Chunk, TextChunk
from modeldeck.domain.errors import ConfigError, ErrorKind, ProviderError
from modeldeck.domain.model import Model
from modeldeck.domain.request import Message, Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.domain.state import DeckState
from modeldeck.ports import PluginContext, Provider
from modeldeck.providers.plugin import GuardedProvider
from modeldeck.providers.registry import build_providers
from modeldeck.storage.settings.config_file import load_settings

CALL = Call(native_id="one", messages=(Message("user", "Hello"),), params=Params())


def brought_along(context: PluginContext) -> Provider:
    """What a package's entry point gives."""
    return FakeProvider(context.name, [make_model(f"{context.name}/one")])


def raising(context: PluginContext) -> Provider:
    raise RuntimeError(f"sk-secret of {context.name}")


def misnamed(context: PluginContext) -> Provider:
    return FakeProvider(f"not-{context.name}")


def nothing(context: PluginContext) -> Any:
    return None


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[PluginContext], Any]], None]:
    """Install a package that registers a provider."""

    def install(name: str, build: Callable[[PluginContext], Any]) -> None:
        class Found(EntryPoint):
            def load(self) -> Any:
                return build

        entry = Found(name, f"package:{build.__name__}", plugins.GROUP)

        def entry_points(*, group: str, name: str) -> Sequence[EntryPoint]:
            return [entry] if (group, name) == (plugins.GROUP, entry.name) else []

        monkeypatch.setattr("importlib.metadata.entry_points", entry_points)

    return install


def build(settings: ProviderSettings, warnings: list[str] | None = None) -> dict[str, Provider]:
    told = [] if warnings is None else warnings
    return build_providers({}, Settings(providers={"acme": settings}), {}, clock=FakeClock(), warn=told.append)


async def test_a_package_brings_a_provider_along(installed: Any) -> None:
    installed("acme", brought_along)
    providers = build(ProviderSettings())
    assert [model.id for model in await providers["acme"].list_models()] == ["acme/one"]
    assert [chunk async for chunk in providers["acme"].stream(CALL) if isinstance(chunk, TextChunk)]
    assert await providers["acme"].loaded() == ()
    assert providers["acme"].quotas() == ()
    await providers["acme"].aclose()


def test_nothing_is_looked_for_when_the_settings_say_what_it_is(installed: Any) -> None:
    installed("acme", raising)
    own = ProviderSettings(kind="openai", base_url="http://localhost:9/v1")
    warnings: list[str] = []
    assert build(own, warnings)["acme"].info.base_url == "http://localhost:9/v1"
    assert build(ProviderSettings(enabled=False), warnings) == {}
    assert warnings == []


def test_a_name_that_no_package_knows_is_a_mistake_in_the_settings(installed: Any) -> None:
    installed("other", brought_along)
    with pytest.raises(ConfigError, match="needs `kind` and `base_url`"):
        build(ProviderSettings())


@pytest.mark.parametrize(
    ("broken", "why"),
    [(raising, "RuntimeError"), (misnamed, "no provider called 'acme'"), (nothing, "AttributeError")],
)
def test_a_package_that_is_broken_is_a_warning(installed: Any, broken: Any, why: str) -> None:
    installed("acme", broken)
    warnings: list[str] = []
    assert build(ProviderSettings(), warnings) == {}
    (warning,) = warnings
    assert why in warning
    assert "config.toml" in warning
    assert "sk-secret" not in warning


class Faulty(FakeProvider):
    """Fails in ways that the protocol of a provider does not know."""

    async def list_models(self) -> Sequence[Model]:
        raise KeyError("data")

    async def stream(self, call: Call) -> AsyncIterator[Chunk]:
        yield TextChunk("Half an ")
        raise ZeroDivisionError

    async def loaded(self) -> Any:
        raise OSError("gone")

    def quotas(self) -> Any:
        raise TypeError("None")


async def test_whatever_a_package_raises_is_a_failure_of_its_provider() -> None:
    faulty = Faulty("acme")
    provider = GuardedProvider(faulty, faulty.info)
    with pytest.raises(ProviderError, match="The provider acme of another package failed: KeyError") as listing:
        await provider.list_models()
    assert listing.value.failure.kind is ErrorKind.MALFORMED
    got: list[Chunk] = []
    with pytest.raises(ProviderError, match="ZeroDivisionError"):
        async with aclosing(provider.stream(CALL)) as chunks:
            got.extend([chunk async for chunk in chunks])
    assert await provider.loaded() == ()
    assert provider.quotas() == ()


async def test_closing_the_stream_closes_that_of_the_package() -> None:
    inner = FakeProvider("acme")
    stream = GuardedProvider(inner, inner.info).stream(CALL)
    async for _ in stream:
        assert inner.open_streams == 1
        break
    await stream.aclose()
    assert inner.open_streams == 0


def test_no_plain_start_looks_through_the_installed_packages() -> None:
    code = "import sys, modeldeck.main, modeldeck.providers.registry; print('importlib.metadata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_settings_may_name_a_provider_that_a_package_brings_along(installed: Any, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[providers.acme]\nfree_only = true\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="lacks kind and base_url"):
        load_settings(file, DeckState(), {})
    installed("acme", brought_along)
    assert load_settings(file, DeckState(), {}).settings.providers["acme"].free_only
