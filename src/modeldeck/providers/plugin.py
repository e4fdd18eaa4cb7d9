"""Providers of other packages: loaded with care, because a fault in one of them must not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from modeldeck.domain.errors import ConfigError, ErrorKind, Failure, ProviderError
from modeldeck.plugins import find_plugin
from modeldeck.ports import PluginContext, Provider, ProviderInfo

if TYPE_CHECKING:
    from modeldeck.domain.call import Call, Chunk
    from modeldeck.domain.hardware import LoadedModel
    from modeldeck.domain.model import Model
    from modeldeck.domain.quota import Quota

_log = logging.getLogger(__name__)


def load_plugin(context: PluginContext) -> Provider | None:
    """The provider that a package registers under the context's name; None when none does.

    Raises:
        ConfigError: the package cannot be loaded, or does not give a provider of that name. Faces show it as a
            warning and go on without the provider.
    """
    found = find_plugin(context.name)
    if found is None:
        return None
    try:
        provider: Provider = found.load()(context)
        info: object = provider.info
    except Exception as error:  # another package's code may raise anything
        raise _unusable(context.name, found.value, _told(error)) from error
    if not isinstance(info, ProviderInfo) or info.name != context.name:
        raise _unusable(context.name, found.value, f"it is no provider called {context.name!r}")
    return GuardedProvider(provider, info)


class GuardedProvider:
    """Another package's provider: whatever it raises becomes a ProviderError, so that the next model is tried."""

    def __init__(self, provider: Provider, info: ProviderInfo) -> None:
        self._provider = provider
        self._info = info

    @property
    def info(self) -> ProviderInfo:
        return self._info

    async def list_models(self) -> Sequence[Model]:
        """Everything offered now. Raises ProviderError."""
        try:
            return tuple(await self._provider.list_models())
        except ProviderError:
            raise
        except Exception as error:
            raise self._failure(error) from error

    async def stream(self, call: Call) -> AsyncGenerator[Chunk, None]:
        """Send and stream. Raises ProviderError before or between chunks; closing it closes the connection."""
        chunks = self._provider.stream(call)
        try:
            async for chunk in chunks:
                yield chunk
        except ProviderError:
            raise
        except Exception as error:
            raise self._failure(error) from error
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now. Never raises."""
        try:
            return tuple(await self._provider.loaded())
        except Exception as error:  # noqa: BLE001 - another package's code may raise anything
            _log.warning("%s cannot tell what it has loaded: %s", self._info.title, _told(error))
            return ()

    def quotas(self) -> Sequence[Quota]:
        """Rate limits as last read from answers. Never raises."""
        try:
            return tuple(self._provider.quotas())
        except Exception as error:  # noqa: BLE001 - another package's code may raise anything
            _log.warning("%s cannot tell its rate limits: %s", self._info.title, _told(error))
            return ()

    async def aclose(self) -> None:
        """Close the connections that belong to the running event loop; the caller tells a failure."""
        await self._provider.aclose()

    def _failure(self, error: Exception) -> ProviderError:
        message = f"The provider {self._info.name} of another package failed: {_told(error)}."
        return ProviderError(Failure(ErrorKind.MALFORMED, message))


def _unusable(name: str, value: str, why: str) -> ConfigError:
    return ConfigError(
        f"The provider {name} of the package behind {value!r} is left out: {why}.",
        f"Update or remove that package, or leave [providers.{name}] out of config.toml.",
    )


def _told(error: Exception) -> str:
    """An exception in one line: its kind alone, because its text may hold a key."""
    return type(error).__name__
