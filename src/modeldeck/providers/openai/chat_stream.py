"""A streamed answer of the OpenAI-chat protocol: bytes in, chunks out; no I/O."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.providers.openai.usage import usage_chunk
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.document import broken
from modeldeck.providers.wire.event_answer import EventAnswer
from modeldeck.providers.wire.think_tags import ThinkTags
from modeldeck.providers.wire.values import as_dict, as_list, as_name, as_str


class ChatStream(EventAnswer):
    """Reads one answer; see EventAnswer.

    Args:
        vendor: what the vendor does differently.
        fail: makes a Failure of an error object found inside the stream.
    """

    def __init__(self, vendor: Vendor, fail: Callable[[Any], Failure]) -> None:
        super().__init__(vendor.title, fail)
        self._vendor = vendor
        self._think = ThinkTags() if vendor.think_tags else None
        self._finish_reason: str | None = None

    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        # Errors can come with the last text and the usage: what was charged is given out first.
        yield from self._read_fields(event)
        if event.get("error") or event.get("object") == "error" or name == "error":
            raise ProviderError(self._fail(event))

    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        if not document.get("error") and not as_list(document.get("choices")):
            raise self._document.no_answer()
        yield from self._read_event("message", document)
        self.done = True

    def _finish(self) -> Iterator[Chunk]:
        if self._think:
            yield from self._think.close()
        if self._finish_reason == "error" or not (self.done or self._finish_reason):
            raise broken(self._title)
        yield StopChunk(self._finish_reason or "stop")

    def _read_fields(self, event: Mapping[str, Any]) -> Iterator[Chunk]:
        for choice in as_list(event.get("choices"))[:1]:
            fields = as_dict(choice)
            yield from self._read_delta(as_dict(fields.get("delta")) or as_dict(fields.get("message")))
            self._finish_reason = as_name(fields.get("finish_reason")) or self._finish_reason
        if self._think and self._finish_reason:
            yield from self._think.close()  # before the usage, which counts it
        usage = usage_chunk(event, reports_cost=self._vendor.reports_cost)
        if usage:
            yield usage

    def _read_delta(self, delta: Mapping[str, Any]) -> Iterator[Chunk]:
        thinking = _thinking(delta)
        if thinking:
            yield ReasoningChunk(thinking)
        content = delta.get("content")
        if isinstance(content, list):
            yield from _parts(content)
        elif isinstance(content, str) and content:
            yield from self._think.feed(content) if self._think else (TextChunk(content),)


def _thinking(delta: Mapping[str, Any]) -> str | None:
    """Thinking text, under the name that the vendor uses; never twice where it is sent under two names."""
    text = as_str(delta.get("reasoning_content")) or as_str(delta.get("reasoning"))
    if text:
        return text
    details = map(as_dict, as_list(delta.get("reasoning_details")))
    return "".join([as_str(part.get("text")) or as_str(part.get("summary")) or "" for part in details])


def _parts(content: list[Any]) -> Iterator[Chunk]:
    """Mistral's list form, where one piece can hold the end of the thinking and the start of the answer."""
    for part in map(as_dict, content):
        if part.get("type") == "thinking":
            thinking = "".join(as_str(as_dict(item).get("text")) or "" for item in as_list(part.get("thinking")))
            if thinking:
                yield ReasoningChunk(thinking)
        elif text := as_str(part.get("text")):
            yield TextChunk(text)
