"""The OpenAI-chat protocol: OpenRouter's base, llama.cpp, vLLM, LM Studio and any custom server."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.providers.adapter import Adapter
from modeldeck.providers.network import root_of
from modeldeck.providers.openai_listing import lacks_effective_context, read_models
from modeldeck.providers.openai_request import chat_body
from modeldeck.providers.openai_stream import ChatStream
from modeldeck.providers.wire import as_dict, as_size


class OpenAiChat(Adapter):
    """A provider of this protocol; see Adapter."""

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now, by the server's list; empty for services that are not local. Never raises."""
        if not self._info.local:
            return ()
        try:
            models = await self._list()
        except ProviderError:
            return ()  # a server that does not run has nothing loaded
        return tuple(LoadedModel(model.id, model.size_bytes) for model in models if model.loaded)

    def _reader(self, call: Call) -> ChatStream:
        return ChatStream(self._vendor, self._stream_failure)

    async def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        """The answer's bytes; asked again without `stream_options` where a server refuses that, then and later."""
        url = f"{self._info.base_url}/chat/completions"
        body = self._body(call)
        try:
            async with aclosing(self._connection.pieces(url, body)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        except ProviderError as error:
            refused = (error.failure.parameter or "").partition(".")[0] == "stream_options"
            if not refused or body.pop("stream_options", None) is None:
                raise
        self._vendor = self._vendor._replace(asks_for_usage=False)
        async with aclosing(self._connection.pieces(url, body)) as pieces:
            async for piece in pieces:
                yield piece

    def _body(self, call: Call) -> dict[str, Any]:
        return chat_body(call, self._vendor)

    async def _list(self) -> Sequence[Model]:
        payload = await self._fetch_list()
        models = self._read_list(payload)
        if models is None:
            raise self._connection.malformed("with something that is no list of models")
        if self._info.local and len(models) == 1 and lacks_effective_context(payload):
            models = [await self._with_effective_context(models[0])]
        return models

    def _read_list(self, payload: Any) -> list[Model] | None:
        return read_models(payload, self._list_context())

    async def _fetch_list(self) -> Any:
        if self._vendor.list_path:
            try:
                return await self._connection.get_json(root_of(self._info.base_url) + self._vendor.list_path)
            except ProviderError as error:
                if error.failure.kind not in {ErrorKind.NOT_FOUND, ErrorKind.MALFORMED}:
                    raise  # older servers lack the native list; anything else is a real failure
        return await self._connection.get_json(f"{self._info.base_url}/models")

    async def _with_effective_context(self, model: Model) -> Model:
        """Older llama.cpp with one model: only `/props` has the context that the server was started with."""
        try:
            props = as_dict(await self._connection.get_json(root_of(self._info.base_url) + "/props"))
        except ProviderError:
            return model  # the endpoint can be switched off; the trained context stands
        size = as_size(as_dict(props.get("default_generation_settings")).get("n_ctx"))
        return model._replace(context=size) if size else model
