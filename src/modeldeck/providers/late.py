"""A provider that is only put together when it is first asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what only annotations name is loaded when a provider is asked
    from modeldeck.domain.call import Call, Chunk
    from modeldeck.domain.hardware import LoadedModel
    from modeldeck.domain.model import Model
    from modeldeck.domain.quota import Quota
    from modeldeck.ports import Provider, ProviderInfo


class LateProvider:
    """Knows `info` at once and everything else through `build`, called once; see `ports.Provider`."""

    def __init__(self, info: ProviderInfo, build: Callable[[], Provider]) -> None:
        self._info = info
        self._build = build
        self._built: Provider | None = None
        self._lock = Lock()

    @property
    def info(self) -> ProviderInfo:
        return self._info

    async def list_models(self) -> Sequence[Model]:
        """Everything offered now. Raises ProviderError."""
        return await self._provider().list_models()

    def stream(self, call: Call) -> AsyncIterator[Chunk]:
        """Send and stream. Raises ProviderError before or between chunks; closing it closes the connection."""
        return self._provider().stream(call)

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now. Never raises."""
        return await self._provider().loaded()

    def quotas(self) -> Sequence[Quota]:
        """Rate limits as last read from answers; none before anything was asked."""
        return () if self._built is None else self._built.quotas()

    async def aclose(self) -> None:
        """Close the connections that belong to the running event loop."""
        if self._built is not None:
            await self._built.aclose()

    def _provider(self) -> Provider:
        with self._lock:
            if self._built is None:
                self._built = self._build()
            return self._built
