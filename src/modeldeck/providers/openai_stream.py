"""A streamed answer of the OpenAI-chat protocol: bytes in, chunks out; no I/O."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import AliveChunk, Chunk, ReasoningChunk, StopChunk, TextChunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.providers.openai_usage import usage_chunk
from modeldeck.providers.sse import SseComment, SseDecoder, SseItem
from modeldeck.providers.think_tags import ThinkTags
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire import as_dict, as_list, as_name, as_str, parse_json

DOCUMENT_BYTES = 64_000_000
"""A single JSON document is not read beyond this size."""

EXCERPT = 200
"""Characters of an answer that is no stream are quoted in the error."""

_ALIVE = AliveChunk()
_BLANK = b"\xef\xbb\xbf \r\n\t"


class ChatStream:
    """Reads one answer. Feed bytes until `done`, then close; both raise ProviderError where the answer is broken.

    Iterate every returned iterator to its end: chunks that came before an error are given out first.

    Args:
        vendor: what the vendor does differently.
        fail: makes a Failure of an error object found inside the stream.
    """

    def __init__(self, vendor: Vendor, fail: Callable[[Any], Failure]) -> None:
        self.done = False
        self._vendor = vendor
        self._fail = fail
        self._decoder = SseDecoder()
        self._think = ThinkTags() if vendor.think_tags else None
        self._head = b""
        self._document: bytearray | None = None
        self._finish_reason: str | None = None
        self._is_stream = False

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """The chunks that this piece completes."""
        if not self._is_stream:
            self._sniff(data)
        if self._document is None:
            yield from self._take(self._decoder.feed(data))
        else:
            self._document += data
            if len(self._document) > DOCUMENT_BYTES:
                raise self._no_stream()
            yield _ALIVE

    def close(self) -> Iterator[Chunk]:
        """The last chunks, StopChunk at the end. Raises BROKEN_STREAM or MALFORMED when the answer is not complete."""
        if self._document is not None:
            yield from self._read_document(bytes(self._document))
        elif not self.done:
            yield from self._take(self._decoder.close(), ended=True)
            if not self._is_stream:
                raise self._no_stream()
        if self._think:
            yield from self._think.close()
        if self._finish_reason == "error" or not (self.done or self._finish_reason):
            raise self._broken("ended the answer before it was complete")
        yield StopChunk(self._finish_reason or "stop")

    def _sniff(self, data: bytes) -> None:
        """Some servers answer a streamed request with one JSON document; the content type does not always say so."""
        if self._head.strip(_BLANK):
            self._head = (self._head + data)[: 4 * EXCERPT]
            return
        self._head = (self._head + data)[: 4 * EXCERPT]
        if self._head.strip(_BLANK)[:1] in {b"{", b"[", b"<"}:
            self._document = bytearray()

    def _take(self, items: list[SseItem], *, ended: bool = False) -> Iterator[Chunk]:
        for item in items:
            if self.done:
                return
            self._is_stream = True
            if isinstance(item, SseComment) or not item.data.strip():
                yield _ALIVE
            elif item.data.strip() == "[DONE]":
                self.done = True
            else:
                yield from self._read_event(item.name, item.data, ended=ended)

    def _read_event(self, name: str, data: str, *, ended: bool) -> Iterator[Chunk]:
        try:
            event = as_dict(parse_json(data))
        except ValueError:
            if ended:
                raise self._broken("broke off inside a piece of the answer") from None
            raise self._malformed(data) from None
        yield from self._read_object(event, is_error=name == "error")

    def _read_object(self, event: Mapping[str, Any], *, is_error: bool = False) -> Iterator[Chunk]:
        # Errors can come with the last text and the usage: what was charged is given out first.
        alive = True
        for chunk in self._read_fields(event):
            alive = False
            yield chunk
        if event.get("error") or event.get("object") == "error" or is_error:
            raise ProviderError(self._fail(event))
        if alive:
            yield _ALIVE

    def _read_fields(self, event: Mapping[str, Any]) -> Iterator[Chunk]:
        for choice in as_list(event.get("choices"))[:1]:
            fields = as_dict(choice)
            yield from self._read_delta(as_dict(fields.get("delta")) or as_dict(fields.get("message")))
            self._finish_reason = as_name(fields.get("finish_reason")) or self._finish_reason
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

    def _read_document(self, body: bytes) -> Iterator[Chunk]:
        try:
            document = parse_json(body)
        except ValueError:
            raise self._no_stream() from None
        event = as_dict(document[0] if isinstance(document, list) and document else document)
        if not event.get("error") and not as_list(event.get("choices")):
            raise self._no_stream()
        yield from self._read_object(event)
        self.done = True

    def _broken(self, what: str) -> ProviderError:
        return ProviderError(Failure(ErrorKind.BROKEN_STREAM, f"{self._vendor.title} {what}"))

    def _malformed(self, text: str) -> ProviderError:
        excerpt = as_name(text, EXCERPT) or "nothing"
        message = f"{self._vendor.title} answered with something that is not the protocol: {excerpt}"
        return ProviderError(Failure(ErrorKind.MALFORMED, message))

    def _no_stream(self) -> ProviderError:
        head = self._head.strip(_BLANK)
        return self._malformed(head.decode("utf-8", "replace")) if head else self._broken("sent an empty answer")


def _thinking(delta: Mapping[str, Any]) -> str | None:
    """Thinking text, under the name that the vendor uses; never twice where it is sent under two names."""
    text = as_str(delta.get("reasoning_content")) or as_str(delta.get("reasoning"))
    if text:
        return text
    details = map(as_dict, as_list(delta.get("reasoning_details")))
    return "".join(as_str(part.get("text")) or as_str(part.get("summary")) or "" for part in details)


def _parts(content: list[Any]) -> Iterator[Chunk]:
    """Mistral's list form, where one piece can hold the end of the thinking and the start of the answer."""
    for part in map(as_dict, content):
        if part.get("type") == "thinking":
            thinking = "".join(as_str(as_dict(item).get("text")) or "" for item in as_list(part.get("thinking")))
            if thinking:
                yield ReasoningChunk(thinking)
        elif text := as_str(part.get("text")):
            yield TextChunk(text)
