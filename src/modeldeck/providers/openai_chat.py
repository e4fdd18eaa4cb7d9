"""The OpenAI-chat protocol: OpenRouter's base, llama.cpp, vLLM, LM Studio and any custom server."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from modeldeck.domain.call import Call, Chunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.domain.quota import Quota
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.absence import as_absent
from modeldeck.providers.failures import classify_stream_error
from modeldeck.providers.http import Connection
from modeldeck.providers.network import Network, root_of
from modeldeck.providers.openai_listing import ListContext, lacks_effective_context, read_models
from modeldeck.providers.openai_request import chat_body
from modeldeck.providers.openai_stream import ChatStream
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire import as_dict, as_size


class OpenAiChat:
    """A provider of this protocol (see `ports.Provider`).

    Args:
        vendor: what this vendor does differently.
        info: name, address and limits, with the settings applied.
        secret: the key, or an empty one.
        network: how the world is reached.
        clock: dates the lists and resolves waiting times.
        guessed: nobody named this address: whatever does not speak the protocol there is not our server.
    """

    def __init__(
        self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
    ) -> None:
        self._vendor = vendor
        self._info = info
        self._secret = secret
        self._clock = clock
        self._guessed = guessed
        self._connection = Connection(info, secret, vendor.headers, network, clock)

    @property
    def info(self) -> ProviderInfo:
        return self._info

    async def list_models(self) -> Sequence[Model]:
        """Everything offered now. Raises ProviderError; UNREACHABLE for a local server that does not run."""
        try:
            return await self._list()
        except ProviderError as error:
            absent = as_absent(error, self._info, guessed=self._guessed)
            if absent is None:
                raise
            raise absent from error

    def stream(self, call: Call) -> AsyncGenerator[Chunk, None]:
        """Send and stream. Raises ProviderError before or between chunks; closing it closes the connection."""
        self._connection.prepare()
        return self._chunks(call)

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now, by the server's list; empty for services that are not local. Never raises."""
        if not self._info.local:
            return ()
        try:
            models = await self._list()
        except ProviderError:
            return ()  # a server that does not run has nothing loaded
        return tuple(LoadedModel(model.id, model.size_bytes) for model in models if model.loaded)

    def quotas(self) -> Sequence[Quota]:
        """Rate limits as last read from answers."""
        return self._connection.quotas.all()

    async def aclose(self) -> None:
        """Close the connections that belong to the running event loop."""
        await self._connection.aclose()

    async def _chunks(self, call: Call) -> AsyncGenerator[Chunk, None]:
        answer = ChatStream(self._vendor, self._stream_failure)
        async with aclosing(self._pieces(call)) as pieces:
            async for piece in pieces:
                for chunk in answer.feed(piece):
                    yield chunk
                if answer.done:
                    break
        for chunk in answer.close():
            yield chunk

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
        context = ListContext(vendor=self._vendor, local=self._info.local, at=self._clock.now())
        return read_models(payload, context)

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

    def _stream_failure(self, event: Any) -> Failure:
        return classify_stream_error(event, now=self._clock.now(), provider=self._info.name, secret=self._secret)
