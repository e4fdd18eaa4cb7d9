"""Thinking that local models write into the answer as `<think>...</think>`."""

from modeldeck.domain.run import ReasoningChunk, TextChunk

OPEN = "<think>"
CLOSE = "</think>"


class ThinkTags:
    """Tells thinking from answer in text that arrives in pieces of any size.

    Only a tag at the very beginning counts: later ones are somebody's text about tags.
    """

    def __init__(self) -> None:
        self._state = "start"
        self._held = ""

    def feed(self, text: str) -> list[TextChunk | ReasoningChunk]:
        """What is decided after this piece; a possible piece of a tag is held back."""
        self._held += text
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            return self._think()
        if self._state == "answer":
            return self._release(TextChunk)
        return []

    def close(self) -> list[TextChunk | ReasoningChunk]:
        """What was held back when the answer ended."""
        return self._release(ReasoningChunk if self._state == "thinking" else TextChunk)

    def _begin(self) -> None:
        text = self._held.lstrip()
        if text.startswith(OPEN):
            self._state = "thinking"
            self._held = text.removeprefix(OPEN)
        elif not OPEN.startswith(text):
            self._state = "answer"

    def _think(self) -> list[TextChunk | ReasoningChunk]:
        thinking, closed, answer = self._held.partition(CLOSE)
        if closed:
            self._state = "answer"
            self._held = answer.lstrip("\n")
            return [*([ReasoningChunk(thinking)] if thinking else []), *self._release(TextChunk)]
        keep = _overlap(self._held)
        ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return [ReasoningChunk(ready)] if ready else []

    def _release(self, chunk: type[TextChunk] | type[ReasoningChunk]) -> list[TextChunk | ReasoningChunk]:
        text, self._held = self._held, ""
        return [chunk(text)] if text else []


def _overlap(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of the closing tag."""
    return next((size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])), 0)
