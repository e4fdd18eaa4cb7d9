"""A streamed answer of Ollama's `/api/chat` or `/api/generate`: one JSON object per line; no I/O."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import AliveChunk, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.domain.usage import Usage
from modeldeck.providers.wire.document import broken, malformed
from modeldeck.providers.wire.sse import LineDecoder
from modeldeck.providers.wire.values import as_count, as_dict, as_name, as_size, as_str, parse_json

NANOSECONDS = 1e9


class OllamaStream:
    """Reads one answer; see `adapter.AnswerReader`.

    Args:
        title: the provider's name in messages.
        fail: makes a Failure of an error object found inside the stream.
    """

    def __init__(self, title: str, fail: Callable[[Any], Failure]) -> None:
        self.done = False
        self._title = title
        self._fail = fail
        self._lines = LineDecoder()
        self._reason = "stop"
        self._begun = False
        self._calls_tools = False

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """The chunks that this piece completes."""
        for line in self._lines.feed(data):
            if not self.done:
                yield from self._read(line)

    def close(self) -> Iterator[Chunk]:
        """The last chunks, StopChunk at the end. Raises BROKEN_STREAM when the line with `done` never came."""
        for line in self._lines.close():
            if not self.done:
                yield from self._read(line, ended=True)
        if not self._begun:
            raise broken(self._title, "sent an empty answer")
        if not self.done:
            raise broken(self._title)
        # Ollama says "stop" there, too; everybody else has a word for it.
        yield StopChunk("tool_calls" if self._reason == "stop" and self._calls_tools else self._reason)

    def _read(self, line: str, *, ended: bool = False) -> Iterator[Chunk]:
        try:
            event = parse_json(line)
        except ValueError:
            if ended and self._begun:
                raise broken(self._title) from None
            raise malformed(self._title, line) from None
        if not isinstance(event, dict):
            raise malformed(self._title, line)
        self._begun = True
        if event.get("error"):
            raise ProviderError(self._fail(event))
        self._calls_tools |= bool(as_dict(event.get("message")).get("tool_calls"))
        yield from _chunks(event)
        if event.get("done") is True:
            self.done = True
            self._reason = as_name(event.get("done_reason")) or "stop"


def _chunks(event: Mapping[str, Any]) -> Iterator[Chunk]:
    message = as_dict(event.get("message")) or event  # `/api/generate` has no message around it
    thinking = as_str(message.get("thinking"))
    text = as_str(message.get("content")) or as_str(event.get("response"))
    if thinking:
        yield ReasoningChunk(thinking)
    if text:
        yield TextChunk(text)
    if "eval_count" in event or "prompt_eval_count" in event:
        yield _usage(event)
    elif not (thinking or text):
        yield AliveChunk()


def _usage(event: Mapping[str, Any]) -> UsageChunk:
    """Counts of the last line, where they are not both missing. Durations are nanoseconds.

    Zero values are left out, and so is the count of a prompt that was read before.
    """
    output = as_count(event.get("eval_count"))
    duration = as_size(event.get("eval_duration"))
    usage = Usage(input_tokens=as_count(event.get("prompt_eval_count")), output_tokens=output, reported=True)
    return UsageChunk(usage, tokens_per_second=output / duration * NANOSECONDS if duration else None)
