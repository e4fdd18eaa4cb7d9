"""Gemini's own protocol: `GET /models` in pages, and the stream of `streamGenerateContent`.

Source: ai.google.dev/api. The key travels in a header only, never in a URL, which errors and logs may show.
"""

from collections.abc import AsyncGenerator, Sequence
from urllib.parse import quote

from modeldeck.domain.call import Call
from modeldeck.domain.model import Model
from modeldeck.providers.adapter import Adapter
from modeldeck.providers.gemini.listing import read_page
from modeldeck.providers.gemini.request import generate_body
from modeldeck.providers.gemini.stream import GeminiStream

PAGE_SIZE = 1000
"""Models: the most that a page holds; the default is 50."""

MOST_PAGES = 20
"""A list that goes on for longer goes round in circles."""


class Gemini(Adapter):
    """A provider of this protocol; see Adapter."""

    async def _list(self) -> Sequence[Model]:
        models: dict[str, Model] = {}
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = f"&pageToken={quote(token, safe='')}" if token else ""
            payload = await self._connection.get_json(f"{self._info.base_url}/models?pageSize={PAGE_SIZE}{page}")
            read = read_page(payload, self._list_context())
            if read is None:
                raise self._connection.malformed("with something that is no list of models")
            found, token = read
            models |= {model.id: model for model in found}
            if token is None:
                break
        return list(models.values())

    def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        # Tuned models have a collection of their own; everything else lies below `models/`.
        path = call.native_id if "/" in call.native_id else f"models/{call.native_id}"
        url = f"{self._info.base_url}/{quote(path)}:streamGenerateContent?alt=sse"
        return self._connection.pieces(url, generate_body(call), model=call.native_id)

    def _reader(self, call: Call) -> GeminiStream:
        return GeminiStream(self._vendor.title, self._stream_failure)
