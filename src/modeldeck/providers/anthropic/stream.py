"""A streamed answer of the Anthropic Messages protocol: bytes in, chunks out; no I/O.

Source: docs.claude.com/en/docs/build-with-claude/streaming; wire formats, section 5.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.wire.document import broken
from modeldeck.providers.wire.event_answer import EventAnswer
from modeldeck.providers.wire.values import as_count, as_dict, as_list, as_name, as_str

# The words of the OpenAI-chat protocol, which everybody else uses.
_STOP_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}


class MessageStream(EventAnswer):
    """Reads one answer; see EventAnswer. `message_stop` completes it; there is no `[DONE]`."""

    _complete = False
    _stop_reason: str | None = None
    _counts: Mapping[str, Any] = {}

    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        match as_str(event.get("type")) or name:
            case "message_start":
                yield from self._count(as_dict(event.get("message")))
            case "content_block_start":
                yield from _block(as_dict(event.get("content_block")))
            case "content_block_delta":
                yield from _block(as_dict(event.get("delta")))
            case "message_delta":
                self._stop_reason = as_name(as_dict(event.get("delta")).get("stop_reason")) or self._stop_reason
                yield from self._count(event)
            case "message_stop":
                self.done = self._complete = True
            case "error":
                raise ProviderError(self._fail(event))

    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        if document.get("error"):
            raise ProviderError(self._fail(document))
        if document.get("type") != "message":
            raise self._document.no_answer()
        for block in as_list(document.get("content")):
            yield from _block(as_dict(block))
        yield from self._count(document)
        self._stop_reason = as_name(document.get("stop_reason"))
        self.done = self._complete = True

    def _finish(self) -> Iterator[Chunk]:
        if not self._complete:
            raise broken(self._title)
        yield StopChunk(_STOP_REASONS.get(self._stop_reason or "end_turn", self._stop_reason or "stop"))

    def _count(self, holder: Mapping[str, Any]) -> Iterator[Chunk]:
        """Counts are cumulative: what comes later replaces what came before, field by field."""
        told = {name: value for name, value in as_dict(holder.get("usage")).items() if value is not None}
        if told:
            self._counts = {**self._counts, **told}
            yield UsageChunk(_usage(self._counts))


def _block(fields: Mapping[str, Any]) -> Iterator[Chunk]:
    """A content block, whole or begun, or a piece of one; tool inputs, signatures and summaries are not shown."""
    text = as_str(fields.get("text"))
    thinking = as_str(fields.get("thinking"))
    if text and fields.get("type") in {"text", "text_delta"}:
        yield TextChunk(text)
    elif thinking and fields.get("type") in {"thinking", "thinking_delta"}:
        yield ReasoningChunk(thinking)


def _usage(counts: Mapping[str, Any]) -> Usage:
    """Fresh, cached and cache-written input are disjoint here, and parts of the input for us.

    Where the server compacted the conversation, the counts are those of the last pass; `iterations` has all of them.
    Thinking is part of the output; only newer answers say how much of it.
    """
    passes = [as_dict(item) for item in as_list(counts.get("iterations"))] or [counts]
    cached = _sum(passes, "cache_read_input_tokens")
    written = _sum(passes, "cache_creation_input_tokens")
    output = _sum(passes, "output_tokens")
    thinking = _sum([as_dict(item.get("output_tokens_details")) for item in passes], "thinking_tokens")
    return Usage(
        input_tokens=_sum(passes, "input_tokens") + cached + written,
        output_tokens=output,
        cached_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=min(thinking, output),
        reported=True,
    )


def _sum(passes: list[Mapping[str, Any]], name: str) -> int:
    return sum(as_count(counts.get(name)) for counts in passes)
