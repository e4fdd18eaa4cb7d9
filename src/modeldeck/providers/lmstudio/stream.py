"""A streamed answer of LM Studio's native `/api/v1/chat`: bytes in, chunks out; no I/O.

Source: LM Studio's documentation, lmstudio.ai/docs/developer/rest/streaming-events; wire formats, section 8.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.document import broken
from modeldeck.providers.wire.event_answer import EventAnswer
from modeldeck.providers.wire.think_tags import ThinkTags
from modeldeck.providers.wire.values import as_count, as_dict, as_float, as_list, as_str


class LmStudioStream(EventAnswer):
    """Reads one answer; see EventAnswer. `chat.end` completes it, after an `error` as well.

    Loading a model and reading the prompt send events of their own: to us they are signs of life.

    Args:
        vendor: what the vendor does differently.
        fail: makes a Failure of an error object found inside the stream.
        limit: the most tokens that were asked for; None: no limit.
    """

    def __init__(self, vendor: Vendor, fail: Callable[[Any], Failure], *, limit: int | None) -> None:
        super().__init__(vendor.title, fail)
        self._think = ThinkTags() if vendor.think_tags else None
        self._limit = limit
        self._output_tokens = 0
        self._failure: Failure | None = None

    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        match as_str(event.get("type")) or name:
            case "reasoning.delta":
                if thinking := as_str(event.get("content")):
                    yield ReasoningChunk(thinking)
            case "message.delta":
                yield from self._text(as_str(event.get("content")) or "")
            case "error":
                # What was used until then follows in `chat.end`.
                self._failure = self._failure or self._fail(event)
            case "chat.end":
                yield from self._end(as_dict(event.get("result")))

    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        if document.get("error"):
            raise ProviderError(self._fail(document))
        if not isinstance(document.get("output"), list):
            raise self._document.no_answer()
        for item in map(as_dict, as_list(document.get("output"))):
            content = as_str(item.get("content")) or ""
            if item.get("type") == "message":
                yield from self._text(content)
            elif item.get("type") == "reasoning" and content:
                yield ReasoningChunk(content)
        yield from self._end(document)

    def _finish(self) -> Iterator[Chunk]:
        yield from self._held_back()
        if self._failure is not None:
            raise ProviderError(self._failure)
        if not self.done:
            raise broken(self._title)
        # No event says why an answer ended; one that is as long as it may be was cut.
        cut = self._limit is not None and self._output_tokens >= self._limit
        yield StopChunk("length" if cut else "stop")

    def _text(self, content: str) -> Iterator[Chunk]:
        if self._think:
            yield from self._think.feed(content)
        elif content:
            yield TextChunk(content)

    def _held_back(self) -> Iterator[Chunk]:
        if self._think:
            yield from self._think.close()

    def _end(self, result: Mapping[str, Any]) -> Iterator[Chunk]:
        yield from self._held_back()  # before the usage, which counts it
        stats = as_dict(result.get("stats"))
        if stats:
            self._output_tokens = as_count(stats.get("total_output_tokens"))
            usage = Usage(
                input_tokens=as_count(stats.get("input_tokens")),
                output_tokens=self._output_tokens,
                reasoning_tokens=min(as_count(stats.get("reasoning_output_tokens")), self._output_tokens),
                reported=True,
            )
            yield UsageChunk(usage, tokens_per_second=as_float(stats.get("tokens_per_second")))
        self.done = True
