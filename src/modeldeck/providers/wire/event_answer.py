"""What every answer of Server-Sent Events has in common, whatever the protocol of the events: no I/O."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modeldeck.domain.call import AliveChunk, Chunk
from modeldeck.domain.errors import Failure
from modeldeck.providers.wire.document import Document, broken, malformed
from modeldeck.providers.wire.sse import SseComment, SseDecoder, SseItem
from modeldeck.providers.wire.values import as_dict, parse_json

_ALIVE = AliveChunk()


class EventAnswer(ABC):
    """Reads one answer (see `adapter.AnswerReader`); a subclass reads the events and says when it is complete.

    Args:
        title: the provider's name in messages.
        fail: makes a Failure of an error object found inside the answer.
    """

    def __init__(self, title: str, fail: Callable[[Any], Failure]) -> None:
        self.done = False
        self._title = title
        self._fail = fail
        self._decoder = SseDecoder()
        self._document = Document(title)
        self._is_stream = False
        self._has_events = False

    def feed(self, data: bytes) -> Iterator[Chunk]:
        """The chunks that this piece completes."""
        if not self._is_stream and self._document.take(data):
            yield _ALIVE
        else:
            yield from self._take(self._decoder.feed(data))

    def close(self) -> Iterator[Chunk]:
        """The last chunks, StopChunk at the end. Raises BROKEN_STREAM or MALFORMED when the answer is not complete."""
        if self._document.begun:
            for document in self._document.read():
                yield from self._read_document(document)
        elif not self.done:
            yield from self._take(self._decoder.close(), ended=True)
            if not self._is_stream:
                raise self._document.no_answer()
        yield from self._finish()

    @abstractmethod
    def _read_event(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        """The chunks in one event, whose SSE name is `name`; none for events that say nothing to us.

        Sets `done` where the protocol says that nothing follows. Raises ProviderError for an error event.
        """

    @abstractmethod
    def _read_document(self, document: Mapping[str, Any]) -> Iterator[Chunk]:
        """The chunks of an answer, or of a part of it, that came as a JSON object; it may be an error.

        Raises ProviderError; `self._document.no_answer()` is the one for an object that is no answer at all.
        """

    @abstractmethod
    def _finish(self) -> Iterator[Chunk]:
        """The last chunks, StopChunk at the end. Raises ProviderError (BROKEN_STREAM) when something is missing."""

    def _take(self, items: list[SseItem], *, ended: bool = False) -> Iterator[Chunk]:
        for item in items:
            if self.done:
                return
            self._is_stream = True
            data = "" if isinstance(item, SseComment) else item.data.strip()
            if isinstance(item, SseComment) or not data:
                yield _ALIVE
            elif data == "[DONE]":
                if not self._has_events:
                    raise broken(self._title, "sent an empty answer")
                self.done = True
            else:
                self._has_events = True
                yield from self._speak(item.name, self._parse(data, ended=ended))

    def _speak(self, name: str, event: Mapping[str, Any]) -> Iterator[Chunk]:
        """An event without anything to show is a sign of life."""
        silent = True
        for chunk in self._read_event(name, event):
            silent = False
            yield chunk
        if silent:
            yield _ALIVE

    def _parse(self, data: str, *, ended: bool) -> Mapping[str, Any]:
        try:
            event = parse_json(data)
        except ValueError:
            if ended:
                raise broken(self._title, "broke off inside a piece of the answer") from None
            raise malformed(self._title, data) from None
        return as_dict(event[0] if isinstance(event, list) and event else event)
