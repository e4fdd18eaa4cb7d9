"""Outside text that arrives in pieces, made safe for a terminal."""

import re

from modeldeck.cli.text import CSI_LIMIT, STRING_LIMIT, block

# The beginnings of the sequences that `block` removes, at the end of what has arrived.
_UNFINISHED = re.compile(
    "(?:"
    f"(?:\x1b\\[|\x9b)[0-?]{{0,{CSI_LIMIT}}}[ -/]{{0,8}}"
    f"|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{{0,{STRING_LIMIT}}}\x1b?"
    "|\x1b[ -/]{0,8}"
    ")\\Z"
)


class StreamFilter:
    """`block` for text that arrives in pieces: a sequence cut by a piece's end is held back until it is complete."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """The part of the text so far that can be shown now."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text)
        cut = len(text) if unfinished is None else unfinished.start()
        self._held = text[cut:]
        return block(text[:cut])

    def close(self) -> str:
        """What was held back, when no more text comes."""
        held, self._held = self._held, ""
        return block(held)
