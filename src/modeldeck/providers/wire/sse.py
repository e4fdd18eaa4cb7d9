"""Lines and events out of a byte stream: Server-Sent Events and newline-delimited JSON.

The grammar of events is the WHATWG one: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import codecs

from modeldeck.domain.record import record

# Why no library: httpx-sse drops comments, and they are the keep-alives that restart our idle timer; it also splits
# at U+2028, which JSON strings may contain.


@record
class SseEvent:
    """One event: its name (`message` when none was given) and its data lines joined by LF."""

    name: str
    data: str


@record
class SseComment:
    """A line that begins with a colon: a keep-alive."""

    text: str


SseItem = SseEvent | SseComment


class _Lines:
    """Splits UTF-8 pieces of any size at LF, CR and CRLF only; a byte order mark at the start is dropped."""

    def __init__(self) -> None:
        self._begun = False
        self._tail: list[bytes] = []
        self._after_cr = False

    def feed(self, data: bytes) -> list[str]:
        """The lines that this piece completes."""
        if data and self._after_cr:
            self._after_cr = False
            data = data.removeprefix(b"\n")
        if not data:
            return []
        self._after_cr = data.endswith(b"\r")
        lines = data.splitlines()  # of bytes, it splits at these three ends only
        # Pieces of an unfinished line are only joined once it ends: a line of megabytes stays linear.
        rest = b"" if data.endswith((b"\n", b"\r")) else lines.pop()
        if lines:
            lines[0] = self._finished(lines[0])
        if rest:
            self._tail.append(rest)
        return [line.decode("utf-8", "replace") for line in lines]

    def close(self) -> str:
        """What was left without a line end."""
        return self._finished(b"").decode("utf-8", "replace")

    def _finished(self, end: bytes) -> bytes:
        """The line whose earlier pieces were kept."""
        line = b"".join([*self._tail, end])
        self._tail = []
        if not self._begun:
            self._begun = True
            line = line.removeprefix(codecs.BOM_UTF8)
        return line


class SseDecoder:
    """Feeds on bytes, gives events and comments in their order, however the bytes are cut."""

    def __init__(self) -> None:
        self._lines = _Lines()
        self._name = ""
        self._data: list[str] = []

    def feed(self, data: bytes) -> list[SseItem]:
        """The items that this piece completes."""
        items: list[SseItem] = []
        for line in self._lines.feed(data):
            self._take(line, items)
        return items

    def close(self) -> list[SseItem]:
        """The item that the end of the stream completes.

        The standard drops an event without its final blank line; servers that end on `data: [DONE]` do exist.
        """
        items: list[SseItem] = []
        rest = self._lines.close()
        if rest:
            self._take(rest, items)
        self._take("", items)
        return items

    def _take(self, line: str, items: list[SseItem]) -> None:
        if not line:
            if self._data:
                items.append(SseEvent(self._name or "message", "\n".join(self._data)))
            self._name = ""
            self._data = []
        elif line.startswith(":"):
            items.append(SseComment(line[1:].strip()))
        else:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                self._data.append(value)
            elif field == "event":
                self._name = value


class LineDecoder:
    """Newline-delimited JSON as bytes in, one text line out; empty lines are dropped."""

    def __init__(self) -> None:
        self._tail: list[bytes] = []

    def feed(self, data: bytes) -> list[str]:
        """The lines that this piece completes. JSON escapes line ends, so splitting at LF is exact."""
        *complete, rest = data.split(b"\n")
        if complete:
            complete[0] = b"".join([*self._tail, complete[0]])
            self._tail = []
        if rest:
            self._tail.append(rest)
        return [text for line in complete if (text := _line(line))]

    def close(self) -> list[str]:
        """The last line, when it has no line end."""
        text = _line(b"".join(self._tail))
        self._tail = []
        return [text] if text else []


def _line(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()
