"""The Anthropic Messages protocol: Anthropic itself, llama.cpp and every server that speaks it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from modeldeck.domain.call import Call
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.model import Model
from modeldeck.ports import Clock, ProviderInfo
from modeldeck.providers.adapter import Adapter
from modeldeck.providers.anthropic.listing import read_anthropic_models, wants_budget
from modeldeck.providers.anthropic.request import ThinkingStyle, messages_body, set_thinking, thinks
from modeldeck.providers.anthropic.stream import MessageStream
from modeldeck.providers.listing.entries import list_entries
from modeldeck.providers.network import Network
from modeldeck.providers.secret import Secret
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.values import as_dict, as_str

PAGE = 1000
"""Entries of one page: the most that the list gives at once."""
MOST_PAGES = 20
"""A list that goes on after this many pages does not end."""


class Anthropic(Adapter):
    """A provider of this protocol; see Adapter."""

    def __init__(
        self, vendor: Vendor, info: ProviderInfo, secret: Secret, network: Network, clock: Clock, *, guessed: bool
    ) -> None:
        super().__init__(vendor, info, secret, network, clock, guessed=guessed)
        self._budgeted: set[str] = set()

    async def _list(self) -> Sequence[Model]:
        entries = await self._entries()
        self._budgeted |= {str(entry.get("id")) for entry in entries if wants_budget(entry)}
        return read_anthropic_models(entries, self._list_context())

    async def _entries(self) -> list[Mapping[str, Any]]:
        """The entries of all pages."""
        found: list[Mapping[str, Any]] = []
        query: dict[str, str | int] = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            payload = await self._connection.get_json(f"{self._info.base_url}/models?{urlencode(query)}")
            entries = list_entries(payload)
            if entries is None:
                raise self._connection.malformed("with something that is no list of models")
            found += entries
            last = as_str(as_dict(payload).get("last_id"))
            if as_dict(payload).get("has_more") is not True or last is None or last == query.get("after_id"):
                break
            query["after_id"] = last
        return found

    def _reader(self, call: Call) -> MessageStream:
        return MessageStream(self._vendor.title, self._stream_failure)

    def _pieces(self, call: Call) -> AsyncGenerator[bytes, None]:
        """The answer's bytes; asked again in the other style where the model refuses this way of thinking."""
        body = messages_body(call, self._style(call.native_id))
        return self._mended_pieces(
            f"{self._info.base_url}/messages", body, lambda failure: self._turn_style(failure, call, body)
        )

    def _style(self, native_id: str) -> ThinkingStyle:
        return "budget" if native_id in self._budgeted else "adaptive"

    def _turn_style(self, failure: Failure, call: Call, body: dict[str, Any]) -> bool:
        """Whether the refusal was about the way of thinking, and the body now says it the other way."""
        about = (failure.parameter or "").partition(".")[0]
        level = call.params.reasoning
        if failure.kind is not ErrorKind.PARAMETER or level is None or not thinks(body):
            return False
        if about not in {"thinking", "effort"} and failure.parameter != "output_config.effort":
            return False
        self._budgeted ^= {call.native_id}
        set_thinking(body, level, self._style(call.native_id))
        return True
