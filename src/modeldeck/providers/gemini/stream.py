"""A streamed answer of Gemini's `streamGenerateContent`: bytes in, chunks out; no I/O.

Source: ai.google.dev/api/generate-content (GenerateContentResponse).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.wire.document import broken
from modeldeck.providers.wire.event_answer import EventAnswer
from modeldeck.providers.wire.values import as_count, as_dict, as_list, as_name, as_str

# The words of the OpenAI-chat protocol, which everybody else uses; the other reasons keep their names.
_STOP_REASONS = {"MAX_TOKENS": "length"}


class GeminiStream(EventAnswer):
    """Reads one answer; see EventAnswer. Nothing marks its end but the end of the connection.

    A finish reason is no mark: older models and translating proxies send one with every event. After text or a call it
    is given out at once, so that whoever waits knows that nothing more need come.

    Args:
        title: the provider's name in messages.
        fail: makes a Failure of an error object found inside the stream.
    """

    def __init__(self, title: str, fail: Callable[[Any], Failure]) -> None:
        super().__init__(title, fail)
        self._finish_reason: str | None = None
        self._usage: Usage | None = None
        self._has_text = False
        self._calls_tools = False
        self._stopped = False

    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        if event.get("error"):
            raise ProviderError(self._fail(event))
        finish_reason: str | None = None
        for candidate in map(as_dict, as_list(event.get("candidates"))[:1]):
            parts = [as_dict(part) for part in as_list(as_dict(candidate.get("content")).get("parts"))]
            self._calls_tools |= any("functionCall" in part for part in parts)
            for chunk in _shown(parts):
                self._has_text |= isinstance(chunk, TextChunk)
                self._stopped = False
                yield chunk
            finish_reason = as_name(candidate.get("finishReason"))
        self._finish_reason = finish_reason or self._finish_reason
        self._usage = _usage(as_dict(event.get("usageMetadata"))) or self._usage
        # The first events count the prompt only: as a report they would say that the text so far cost nothing.
        if self._usage and "usageMetadata" in event and (self._usage.output_tokens or self._finish_reason):
            self._stopped = False
            yield UsageChunk(self._usage)
        blocked = as_name(as_dict(event.get("promptFeedback")).get("blockReason"))
        if blocked:
            raise ProviderError(self._blocked(blocked))
        if finish_reason and (self._has_text or self._calls_tools):
            yield self._stop(finish_reason)

    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        if not any(document.get(field) for field in ("error", "candidates", "promptFeedback", "usageMetadata")):
            raise self._document.no_answer()
        yield from self._read_event("message", document)

    def _finish(self) -> Iterator[Chunk]:
        if self._finish_reason is None:
            raise broken(self._title)
        if not self._stopped:
            yield self._stop(self._finish_reason)

    def _stop(self, reason: str) -> StopChunk:
        self._stopped = True
        if reason == "STOP" and self._calls_tools:
            return StopChunk("tool_calls")
        return StopChunk(_STOP_REASONS.get(reason, reason.lower()))

    def _blocked(self, reason: str) -> Failure:
        return Failure(ErrorKind.FORBIDDEN, f"{self._title} refuses this prompt: {reason.lower().replace('_', ' ')}")


def _shown(parts: Iterable[Mapping[str, Any]]) -> Iterator[Chunk]:
    for part in parts:
        text = as_str(part.get("text"))
        if text:
            yield ReasoningChunk(text) if part.get("thought") is True else TextChunk(text)


def _usage(fields: Mapping[str, Any]) -> Usage | None:
    """Counts so far. Thoughts are billed as output but counted beside it; cached tokens are a part of the prompt."""
    if not fields:
        return None
    prompt = as_count(fields.get("promptTokenCount")) + as_count(fields.get("toolUsePromptTokenCount"))
    thoughts = as_count(fields.get("thoughtsTokenCount"))
    return Usage(
        input_tokens=prompt,
        output_tokens=as_count(fields.get("candidatesTokenCount")) + thoughts,
        cached_tokens=min(as_count(fields.get("cachedContentTokenCount")), prompt),
        reasoning_tokens=thoughts,
        reported=True,
    )
