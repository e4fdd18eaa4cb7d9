"""Ollama's own protocol: `/api/tags`, `/api/show`, `/api/ps` and the NDJSON stream of `/api/chat`.

Source: Ollama's docs/api.md and api/types.go.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model, model_id
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.adapter import Adapter
from modeldeck.providers.network import Network
from modeldeck.providers.ollama.listing import lacks_details, read_ollama_model, read_tags
from modeldeck.providers.ollama.request import chat_body
from modeldeck.providers.ollama.stream import OllamaStream
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.values import as_dict, as_id, as_list, as_size

SHOWS_AT_ONCE = 4
"""Old servers are asked about every model singly; more at once would only queue there."""

_ACCOUNT = frozenset({ErrorKind.AUTH, ErrorKind.CREDIT})


class Ollama(Adapter):
    """A provider of this protocol; see Adapter."""

    def __init__(
        self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
    ) -> None:
        super().__init__(vendor, info, secret, network, clock, guessed=guessed)
        self._contexts: dict[str, int] = {}

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory, by `/api/ps`; sizes in bytes, `size_gpu` the part in video memory. Never raises."""
        try:
            payload = await self._connection.get_json(f"{self._info.base_url}/api/ps")
        except ProviderError:
            return ()  # a server that does not run has nothing loaded
        found = []
        for entry in map(as_dict, as_list(as_dict(payload).get("models"))):
            native_id = as_id(entry.get("name"))
            if native_id:
                # A missing size_vram is Go's omitted zero: everything is in main memory.
                size_gpu = as_size(entry.get("size_vram")) or 0
                found.append(LoadedModel(model_id(self._info.name, native_id), as_size(entry.get("size")), size_gpu))
        return tuple(found)

    async def _list(self) -> Sequence[Model]:
        entries = await self._tags()
        loaded = {model.model for model in await self.loaded()}
        details = await self._details(entries)
        context = self._list_context()
        models: dict[str, Model] = {}
        for entry, shown in zip(entries, details, strict=True):
            model = read_ollama_model(entry, shown, context, loaded)
            if model is not None:
                models.setdefault(model.id, model)
        self._contexts = {model.native_id: model.context for model in models.values() if model.context}
        return list(models.values())

    async def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        url = f"{self._info.base_url}/api/chat"
        body = chat_body(call, self._contexts.get(call.native_id))
        try:
            async with aclosing(self._connection.pieces(url, body)) as pieces:
                async for piece in pieces:
                    yield piece
        except ProviderError as error:
            if not self._info.local or self._info.has_key or error.failure.kind not in _ACCOUNT:
                raise
            raise ProviderError(_refused_by_cloud(error.failure)) from error

    def _reader(self, call: Call) -> OllamaStream:
        return OllamaStream(self._vendor.title, self._stream_failure)

    async def _tags(self) -> Sequence[Mapping[str, Any]]:
        entries = read_tags(await self._connection.get_json(f"{self._info.base_url}/api/tags"))
        if entries is None:
            raise self._connection.malformed("with something that is no list of models")
        return entries

    async def _details(self, entries: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """`/api/show` for the entries of older servers, whose list lacks context and capabilities."""
        import asyncio

        gate = asyncio.Semaphore(SHOWS_AT_ONCE)

        async def show(entry: Mapping[str, Any]) -> Mapping[str, Any]:
            if not lacks_details(entry):
                return {}
            async with gate:
                try:
                    body = {"model": entry.get("name")}
                    return as_dict(await self._connection.post_json(f"{self._info.base_url}/api/show", body))
                except ProviderError:
                    return {}  # removed in the meantime, or broken: the list's own facts stand

        return await asyncio.gather(*map(show, entries))


def _refused_by_cloud(failure: Failure) -> Failure:
    """Why a runtime on this machine refused, to which no key was sent: its cloud did, and only a cloud model's call.

    The installed models still answer, while AUTH and CREDIT exclude everything that a provider has.
    """
    hint = "; sign in with: ollama signin" if failure.kind is ErrorKind.AUTH else ""
    return replace(failure, kind=ErrorKind.FORBIDDEN, message=f"{failure.message}{hint}")
