"""LM Studio: its native interface of two generations, and the OpenAI-chat protocol for what those cannot carry.

Source: LM Studio's documentation of its REST API (lmstudio.ai/docs/developer/rest) and of v0 (.../rest/endpoints).
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Literal

from modeldeck.domain.call import Call, Chunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Model
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.adapter import AnswerReader
from modeldeck.providers.lmstudio.listing import read_lmstudio_models, reasoning_options
from modeldeck.providers.lmstudio.request import native_body, takes_natively
from modeldeck.providers.lmstudio.stream import LmStudioStream
from modeldeck.providers.network import Network, root_of
from modeldeck.providers.openai.adapter import OpenAiChat
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor

Generation = Literal["v1", "v0", "openai"]

LISTS: Mapping[Generation, str] = {"v1": "/api/v1/models", "v0": "/api/v0/models", "openai": "/v1/models"}
"""From LM Studio 0.4 on, from 0.3.6 on, and in every version; richer ones first."""

# An unknown path is answered with 404 by some versions, and by others with 200 and an error object.
_NO_SUCH_LIST = frozenset({ErrorKind.NOT_FOUND, ErrorKind.MALFORMED})


class LmStudio(OpenAiChat):
    """A provider of this protocol; see Adapter."""

    def __init__(
        self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
    ) -> None:
        super().__init__(vendor, info, secret, network, clock, guessed=guessed)
        self._generation: Generation | None = None
        self._reasoning: Mapping[str, Sequence[str]] = {}

    async def _list(self) -> Sequence[Model]:
        """The first list that answers, which tells the generation of the server; the one of last time goes first."""
        refused = self._connection.malformed("with something that is no list of models")
        for generation in sorted(LISTS, key=lambda each: each != self._generation):
            try:
                models = await self._read_from(generation)
            except ProviderError as error:
                if error.failure.kind not in _NO_SUCH_LIST:
                    raise
                refused = error
                continue
            if models is not None:
                self._generation = generation
                return models
        raise refused

    async def _read_from(self, generation: Generation) -> Sequence[Model] | None:
        payload = await self._connection.get_json(root_of(self._info.base_url) + LISTS[generation])
        if generation != "v1":
            return self._read_list(payload)
        self._reasoning = reasoning_options(payload)
        return read_lmstudio_models(payload, self._list_context())

    async def _chunks(self, call: Call) -> AsyncGenerator[Chunk, None]:
        if self._generation is None:  # lists are cached: this process may never have asked for one
            await self._list()
        async with aclosing(super()._chunks(call)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _reader(self, call: Call) -> AnswerReader:
        if self._answers_natively(call):
            return LmStudioStream(self._vendor, self._stream_failure, limit=call.params.max_tokens)
        return super()._reader(call)

    def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        root = root_of(self._info.base_url)
        if self._answers_natively(call):
            body = native_body(call, self._reasoning.get(call.native_id, ()))
            return self._connection.pieces(f"{root}/api/v1/chat", body)
        if self._generation == "v0" and call.params.json_schema is None and not call.tools:
            # Tells the speed as well; schemas and tools are documented for the OpenAI path only.
            question = self._body(call)
            address = f"{root}/api/v0/chat/completions"
            return self._mended_pieces(address, question, lambda failure: self._mend(question, failure))
        return super()._pieces(call)

    def _answers_natively(self, call: Call) -> bool:
        return self._generation == "v1" and takes_natively(call)
