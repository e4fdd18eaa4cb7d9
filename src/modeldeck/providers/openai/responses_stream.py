"""A streamed answer of the OpenAI Responses protocol: bytes in, chunks out; no I/O.

Spoken by OpenAI, xAI, OpenRouter and LM Studio. Source: the OpenAI API reference, Streaming events of responses;
wire formats, section 4.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import Chunk, ReasoningChunk, StopChunk, TextChunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.providers.openai.usage import usage_chunk
from modeldeck.providers.wire.document import broken
from modeldeck.providers.wire.event_answer import EventAnswer
from modeldeck.providers.wire.values import as_dict, as_list, as_name, as_size, as_str

# The words of the OpenAI-chat protocol, which everybody else uses.
_STOP_REASONS = {"max_output_tokens": "length"}


class ResponsesStream(EventAnswer):
    """Reads one answer; see EventAnswer. The event with the final response completes it, not `[DONE]`.

    Args:
        title: the provider's name in messages.
        fail: makes a Failure of an error object found inside the stream.
        reports_cost: whether the vendor charges by the cost that its usage states.
    """

    def __init__(self, title: str, fail: Callable[[Any], Failure], *, reports_cost: bool) -> None:
        super().__init__(title, fail)
        self._reports_cost = reports_cost
        self._stop_reason: str | None = None
        self._thinking: str | None = None

    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        kind = as_str(event.get("type")) or name
        match kind:
            case "response.output_text.delta" | "response.refusal.delta":
                if text := as_str(event.get("delta")):
                    yield TextChunk(text)
            case "response.reasoning_text.delta" | "response.reasoning_summary_text.delta":
                yield from self._think(kind, event)
            case "response.reasoning_summary_part.added" if as_size(event.get("summary_index")):
                yield ReasoningChunk("\n\n")
            case "response.completed" | "response.incomplete" | "response.failed":
                yield from self._end(as_dict(event.get("response")))
            case "error":
                raise ProviderError(self._fail(event))

    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        if document.get("error") and not document.get("status"):
            raise ProviderError(self._fail(document))
        if document.get("object") != "response":
            raise self._document.no_answer()
        for item in map(as_dict, as_list(document.get("output"))):
            yield from _item(item)
        yield from self._end(document)

    def _finish(self) -> Iterator[Chunk]:
        if self._stop_reason is None:
            raise broken(self._title)
        yield StopChunk(self._stop_reason)

    def _think(self, kind: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        """Thinking, or the summary of it where there is no more: whichever comes first, never both."""
        self._thinking = self._thinking or kind
        text = as_str(event.get("delta"))
        if text and kind == self._thinking:
            yield ReasoningChunk(text)

    def _end(self, response: Mapping[str, Any]) -> Iterator[Chunk]:
        """The final response, which holds the counts even where it failed."""
        usage = usage_chunk(response, reports_cost=self._reports_cost)
        if usage:
            yield usage
        if response.get("error") or response.get("status") == "failed":
            raise ProviderError(self._fail(response))
        reason = as_name(as_dict(response.get("incomplete_details")).get("reason")) or _ending(response)
        self._stop_reason = _STOP_REASONS.get(reason, reason)
        self.done = True


def _ending(response: Mapping[str, Any]) -> str:
    """Why a response without a reason of its own ended."""
    if response.get("status") == "incomplete":
        return "incomplete"
    calls = any(as_dict(item).get("type") == "function_call" for item in as_list(response.get("output")))
    return "tool_calls" if calls else "stop"


def _item(item: Mapping[str, Any]) -> Iterator[Chunk]:
    """One item of a whole answer; calls of tools are not shown."""
    content = "".join(map(_text, as_list(item.get("content"))))
    if item.get("type") == "message" and content:
        yield TextChunk(content)
    elif item.get("type") == "reasoning":
        thinking = content or "\n\n".join(map(_text, as_list(item.get("summary"))))
        if thinking:
            yield ReasoningChunk(thinking)


def _text(part: Any) -> str:
    fields = as_dict(part)
    return as_str(fields.get("text")) or as_str(fields.get("refusal")) or ""
