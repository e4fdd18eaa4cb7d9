"""What a transcript is made of: parts that change, each a list of blocks whose painted lines are kept."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from textual.content import Content
from textual.strip import Strip

Paint = Callable[[int], list[Strip]]
_PEEK_CHARACTERS = 600
_PEEK_LINES = 3


class Painter(Protocol):
    """Turns sources into lines in the colours of the moment."""

    def paint_content(self, content: Content, width: int) -> list[Strip]:
        """Styled text, wrapped; no line for empty text."""
        ...

    def paint_markdown(self, source: str, width: int) -> list[Strip]:
        """An answer's Markdown."""
        ...

    def paint_thought(self, text: str, width: int) -> list[Strip]:
        """A model's thinking, dimmed behind a bar."""
        ...


class Block:
    """Lines that change only with the width. `gap` asks for one blank line above; empty blocks take no line."""

    __slots__ = ("gap", "lines", "paint", "width")

    def __init__(self, paint: Paint, *, gap: bool = False) -> None:
        self.paint = paint
        self.gap = gap
        self.width: int | None = None
        self.lines: list[Strip] = []

    def fit(self, width: int) -> None:
        """Paint the lines, unless they are painted at this width already."""
        if self.width == width:
            return
        lines = self.paint(width)
        self.lines = [Strip([]), *lines] if self.gap and lines else lines
        self.width = width


class Part:
    """A piece of the conversation. `dirty` parts are asked for their blocks again with the next frame."""

    def __init__(self) -> None:
        self.dirty = True

    def blocks(self, painter: Painter) -> Sequence[Block]:
        """The blocks as they are now; unchanged blocks are the same objects as before."""
        raise NotImplementedError

    @property
    def unsettled(self) -> int:
        """How many characters must be painted again with every change."""
        return 0


class TextPart(Part):
    """Styled text that may be replaced as a whole; empty text takes no line."""

    def __init__(self, content: Content, *, gap: bool = False) -> None:
        super().__init__()
        self._content = content
        self._gap = gap
        self._block: Block | None = None

    @property
    def content(self) -> Content:
        """What it shows."""
        return self._content

    def update(self, content: Content) -> None:
        """Show this instead."""
        if not content.is_same(self._content):
            self._content, self._block, self.dirty = content, None, True

    def blocks(self, painter: Painter) -> Sequence[Block]:
        if self._block is None:
            self._block = Block(partial(painter.paint_content, self._content), gap=self._gap)
        return [self._block]


class MarkdownPart(Part):
    """A growing Markdown text: finished blocks are painted once, only the rest is painted again."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = ""
        self._finished: list[Block] = []
        self._fresh: list[str] = []
        self._rest = ""
        self._continues = False
        self._ended = False

    @property
    def unsettled(self) -> int:
        return len(self._rest)

    @property
    def text(self) -> str:
        """All of it, as it came."""
        return self._taken + "".join(self._fresh)

    @property
    def started(self) -> bool:
        """Whether any text has come."""
        return bool(self._taken or self._fresh)

    def append(self, text: str) -> None:
        """Add text that arrived; it must be free of control characters."""
        self._fresh.append(text)
        self.dirty = True

    def end(self) -> None:
        """No more text comes: what it left open is shown as it stands."""
        self._ended = True
        self.dirty = True

    def blocks(self, painter: Painter) -> Sequence[Block]:
        if self._fresh:
            fresh = "".join(self._fresh)
            self._fresh.clear()
            self._taken += fresh
            self._split(painter, self._rest + fresh)
        return [*self._finished, self._block(painter, self._tail)] if self._rest else self._finished

    @property
    def _tail(self) -> str:
        if self._ended:
            return self._rest
        from modeldeck.tui.widgets.markdown import close_marks

        return close_marks(self._rest)

    def _split(self, painter: Painter, source: str) -> None:
        # The Markdown machinery is 30 ms of imports, needed from the first answer on.
        from modeldeck.tui.widgets.markdown import split_finished

        finished, rest, cut = split_finished(source)
        for block_source in finished:
            self._finished.append(self._block(painter, block_source))
            self._continues = False
        self._rest = rest
        self._continues = cut or (self._continues and not finished)

    def _block(self, painter: Painter, source: str) -> Block:
        return Block(partial(painter.paint_markdown, source), gap=not self._continues)


class ThoughtPart(Part):
    """A model's thinking under a title: its last lines while it grows, one line afterwards, all of it on request."""

    def __init__(self) -> None:
        super().__init__()
        self.expanded = False
        self._text = ""
        self._live = True
        self._title = TextPart(Content(""))
        self._fresh: list[str] = []
        self._lines: list[Block] = []
        self._rest = ""

    @property
    def unsettled(self) -> int:
        return len(self._rest) if self.expanded else _PEEK_CHARACTERS

    @property
    def started(self) -> bool:
        """Whether any thinking has come."""
        return bool(self._text or self._fresh)

    def append(self, text: str) -> None:
        """Add thinking that arrived; it must be free of control characters."""
        self._fresh.append(text)
        self.dirty = True

    def show(self, title: Content, *, live: bool) -> None:
        """Change the title; the last lines are shown only while it is `live`."""
        self._title.update(title)
        self._live = live
        self.dirty = True

    def expand(self, expanded: bool) -> None:
        """Show all of it, or not."""
        self.expanded = expanded
        self.dirty = True

    def blocks(self, painter: Painter) -> Sequence[Block]:
        if self._fresh:
            fresh = "".join(self._fresh)
            self._fresh.clear()
            self._text += fresh
            *lines, self._rest = (self._rest + fresh).split("\n")
            self._lines.extend(Block(partial(painter.paint_thought, line)) for line in lines)
        if not self._text:
            return []
        title = self._title.blocks(painter)
        if self.expanded:
            return [*title, *self._lines, Block(partial(painter.paint_thought, self._rest))]
        return [*title, Block(partial(_last_lines, painter, self._text))] if self._live else title


def _last_lines(painter: Painter, text: str, width: int) -> list[Strip]:
    return painter.paint_thought(text[-_PEEK_CHARACTERS:].strip(), width)[-_PEEK_LINES:]
