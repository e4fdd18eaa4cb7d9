"""Thinking that local models write into the answer as `<think>...</think>`."""

from modeldeck.domain.call import ReasoningChunk, TextChunk

OPEN = "<think>"
CLOSE = "</think>"

Piece = TextChunk | ReasoningChunk


class ThinkTags:
    """Tells thinking from answer in text that arrives in pieces of any size.

    Only a tag at the very beginning counts: later ones are somebody's text about tags. The empty lines that models
    write between thinking and answer are dropped.
    """

    def __init__(self) -> None:
        self._state = "start"  # then "thinking" and "gap", or at once "answer"
        self._held = ""

    def feed(self, text: str) -> list[Piece]:
        """What is decided after this piece; a possible piece of a tag is held back."""
        if self._state == "answer":
            return [TextChunk(text)] if text else []
        self._held += text
        pieces: list[Piece] = []
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            pieces.extend(self._think())
        if self._state == "gap":
            self._skip_lines()
        if self._state == "answer":
            pieces.extend(self.close())
        return pieces

    def close(self) -> list[Piece]:
        """What was held back when the answer ended."""
        text, self._held = self._held, ""
        if not text:
            return []
        return [ReasoningChunk(text) if self._state == "thinking" else TextChunk(text)]

    def _begin(self) -> None:
        text = self._held.lstrip()
        if text.startswith(OPEN):
            self._state = "thinking"
            self._held = text.removeprefix(OPEN)
        elif not OPEN.startswith(text):
            self._state = "answer"

    def _think(self) -> list[Piece]:
        thinking, closed, rest = self._held.partition(CLOSE)
        if closed:
            self._state = "gap"
        else:
            keep = _overlap(thinking)
            thinking, rest = thinking[: len(thinking) - keep], thinking[len(thinking) - keep :]
        self._held = rest
        return [ReasoningChunk(thinking)] if thinking else []

    def _skip_lines(self) -> None:
        self._held = self._held.lstrip("\r\n")
        if self._held:
            self._state = "answer"


def _overlap(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of the closing tag."""
    return next((size for size in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:size])), 0)
