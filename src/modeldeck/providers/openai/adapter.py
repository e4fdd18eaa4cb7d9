"""The OpenAI-chat protocol: OpenAI and the services that speak like it, llama.cpp, vLLM and any custom server."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from modeldeck.domain.call import Call
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.providers.adapter import Adapter, AnswerReader
from modeldeck.providers.listing.names import has_word
from modeldeck.providers.network import root_of
from modeldeck.providers.openai.chat_request import chat_body
from modeldeck.providers.openai.chat_stream import ChatStream
from modeldeck.providers.openai.listing import lacks_effective_context, read_models
from modeldeck.providers.openai.responses_request import mend_responses, responses_body
from modeldeck.providers.openai.responses_stream import ResponsesStream
from modeldeck.providers.wire.values import as_dict, as_size

# xAI's keys may be limited to some paths; anything else is a real failure.
_NO_NATIVE_LIST = frozenset({ErrorKind.NOT_FOUND, ErrorKind.MALFORMED, ErrorKind.FORBIDDEN})


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

    def _reader(self, call: Call) -> AnswerReader:
        if self._speaks_responses(call):
            vendor = self._vendor
            return ResponsesStream(vendor.title, self._stream_failure, reports_cost=vendor.reports_cost)
        return ChatStream(self._vendor, self._stream_failure)

    def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        """The answer's bytes; asked once more where the server refuses a form of the request that has another."""
        if self._speaks_responses(call):
            question = responses_body(call, self._vendor)
            address = f"{self._info.base_url}/responses"
            return self._mended_pieces(address, question, lambda failure: mend_responses(question, failure))
        body = self._body(call)
        url = f"{self._info.base_url}/chat/completions"
        return self._mended_pieces(url, body, lambda failure: self._mend(body, failure))

    def _speaks_responses(self, call: Call) -> bool:
        """Whether the model is one of those that the chat endpoint refuses."""
        return has_word(call.native_id, self._vendor.responses_models)

    def _body(self, call: Call) -> dict[str, Any]:
        return chat_body(call, self._vendor)

    def _mend(self, body: dict[str, Any], failure: Failure) -> bool:
        """Put a refused request into the form that this server takes; False where there is none.

        Older servers know no `stream_options`, neither now nor later; OpenAI's reasoning models have another name for
        `max_tokens` (wire formats, section 2).
        """
        refused = (failure.parameter or "").partition(".")[0]
        if refused not in body:
            return False
        if refused == "stream_options":
            del body[refused]
            self._vendor = self._vendor._replace(asks_for_usage=False)
            return True
        if refused == "max_tokens" and "max_completion_tokens" in failure.message:
            body["max_completion_tokens"] = body.pop(refused)
            return True
        return False

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
                if error.failure.kind not in _NO_NATIVE_LIST:
                    raise
        return await self._connection.get_json(f"{self._info.base_url}/models")

    async def _with_effective_context(self, model: Model) -> Model:
        """Older llama.cpp with one model: only `/props` has the context that the server was started with."""
        try:
            props = as_dict(await self._connection.get_json(root_of(self._info.base_url) + "/props"))
        except ProviderError:
            return model  # the endpoint can be switched off; the trained context stands
        size = as_size(as_dict(props.get("default_generation_settings")).get("n_ctx"))
        return model._replace(context=size) if size else model
