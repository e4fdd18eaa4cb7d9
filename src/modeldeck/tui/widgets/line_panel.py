"""Ready-made lines in one widget: some stay at the top, the others scroll, those with a key can be chosen.

Only lines that differ from what is on the screen are painted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual

from modeldeck.domain.record import record
from modeldeck.tui.widgets.strip_view import StripView
from modeldeck.tui.widgets.table_columns import Placed, cut


@record
class Line:
    """One line, cut where it does not fit; a line with a key can carry the cursor."""

    content: Content
    key: str | None = None


def table_line(placed: Sequence[Placed], cells: Sequence[str | Content], key: str | None = None) -> Line:
    """A table's row as a line: one clean text or Content for every column of the table, shown or not."""
    parts: list[Content | str] = []
    for place in placed:
        cell = cells[place.position]
        content = Content(cell) if isinstance(cell, str) else cell
        if content.cell_length > place.width:
            content = Content.styled(cut(content.plain, place.width), _only_style(content))
        pad = " " * (place.width - content.cell_length)
        parts += [" "] if parts else []
        parts += [pad, content] if place.column.right else [content, pad]
    return Line(Content.assemble(*parts), key)


def wrapped(content: Content, width: int) -> list[Line]:
    """A sentence as as many lines as it needs."""
    return [Line(line) for line in content.wrap(max(1, width))]


def shortened(content: Content, width: int, most: int) -> Content:
    """A sentence in at most so many lines; an ellipsis stands for what does not fit."""
    lines = content.wrap(max(1, width))
    if len(lines) > most:
        lines[most - 1 :] = [Content(" ").join(lines[most - 1 :]).truncate(width, ellipsis=True)]
    return Content("\n").join(lines)


def _only_style(content: Content) -> str:
    style = content.spans[0].style if content.spans else ""
    return style if isinstance(style, str) else ""


class LinePanel(StripView, can_focus=True):
    """Set its lines with `show`. Without any line that has a key, the movement keys scroll."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"panel--cursor", "panel--cursor-blurred"}
    DEFAULT_CSS = """
    LinePanel {
        background: transparent;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .panel--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }
        & > .panel--cursor-blurred {
            background: $block-cursor-blurred-background; text-style: $block-cursor-blurred-text-style;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="lines.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="lines.up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="lines.page-down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="lines.page-up"),
        Binding("home,g", "edge(False)", "First", show=False, id="lines.first"),
        Binding("end,G", "edge(True)", "Last", show=False, id="lines.last"),
        Binding("enter", "choose", "choose", show=False, id="lines.choose"),
    ]

    cursor: reactive[int | None] = reactive(None, repaint=False)

    @dataclass
    class Chosen(Message):
        """Enter or a click on a line with a key."""

        panel: "LinePanel"
        key: str

        @property
        def control(self) -> "LinePanel":
            return self.panel

    @dataclass
    class Moved(Message):
        """The cursor stands on another line."""

        panel: "LinePanel"
        key: str

        @property
        def control(self) -> "LinePanel":
            return self.panel

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top: list[Content] = []
        self._lines: list[Line] = []

    # content

    def show(self, lines: Sequence[Line], top: Sequence[Content] = ()) -> None:
        """Show these lines below the fixed ones; the cursor stays with its key where that is still there."""
        key = self.current
        before, before_top = self._lines, self._top
        self._lines, self._top = list(lines), list(top)
        self._place_cursor(key)
        self.set_height(len(self._top) + len(self._lines))
        if len(before_top) != len(self._top) or len(before) != len(self._lines):
            self.refresh()
            return
        for row, (old, new) in enumerate(zip(before_top, self._top, strict=True)):
            if not old.is_same(new):
                self.refresh_rows(row, 1)
        for index, (old_line, new_line) in enumerate(zip(before, self._lines, strict=True)):
            if not old_line.content.is_same(new_line.content):
                self._refresh_line(index)

    @property
    def current(self) -> str | None:
        """The key of the line under the cursor."""
        return self._lines[self.cursor].key if self.cursor is not None and self.cursor < len(self._lines) else None

    def _place_cursor(self, key: str | None) -> None:
        keys = [index for index, line in enumerate(self._lines) if line.key is not None]
        same = next((index for index in keys if self._lines[index].key == key), None)
        near = min(keys, key=lambda index: abs(index - (self.cursor or 0)), default=None)
        self.set_reactive(LinePanel.cursor, near if same is None else same)

    # moving

    def action_move(self, step: int) -> None:
        """To the next line with a key, or one line on where there is none."""
        at = self.cursor
        if at is None:
            self.scroll_relative(y=step, animate=False)
            return
        ahead = range(at + 1, len(self._lines)) if step > 0 else range(at - 1, -1, -1)
        found = next((index for index in ahead if self._lines[index].key is not None), None)
        if found is not None:
            self.cursor = found
        else:
            self.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """A screenful on."""
        for _ in range(max(1, self._room - 1)):
            self.action_move(step)

    def action_edge(self, last: bool) -> None:
        """To the first or the last line."""
        keys = [index for index, line in enumerate(self._lines) if line.key is not None]
        if keys:
            self.cursor = keys[-1] if last else keys[0]
        if last or not keys or keys[0] < self._room:
            self.scroll_to(y=self.max_scroll_y if last else 0, animate=False)

    def action_choose(self) -> None:
        """Choose the line under the cursor."""
        if (key := self.current) is not None:
            self.post_message(self.Chosen(self, key))

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        for index in (before, now):
            if index is not None:
                self._refresh_line(index)
        if now is None:
            return
        top = self.scroll_offset.y
        if now < top:
            self.scroll_to(y=now, animate=False)
        elif now >= top + self._room:
            self.scroll_to(y=now - self._room + 1, animate=False)
        if (key := self.current) is not None:
            self.post_message(self.Moved(self, key))

    def on_click(self, event: events.Click) -> None:
        row = event.get_content_offset_capture(self).y - len(self._top)
        index = row + self.scroll_offset.y
        if row < 0 or index >= len(self._lines) or self._lines[index].key is None:
            return
        if self.cursor == index or event.chain > 1:
            self.action_choose()
        self.cursor = index

    @property
    def _room(self) -> int:
        """How many lines that scroll are in view."""
        return max(1, self.size.height - len(self._top))

    # painting

    def on_resize(self) -> None:
        self.set_height(len(self._top) + len(self._lines))

    def on_focus(self) -> None:
        self._refresh_cursor()

    def on_blur(self) -> None:
        self._refresh_cursor()

    def _refresh_cursor(self) -> None:
        if self.cursor is not None:
            self._refresh_line(self.cursor)

    def _refresh_line(self, index: int) -> None:
        row = index - self.scroll_offset.y + len(self._top)
        if row >= len(self._top):
            self.refresh_rows(row, 1)

    def render_line(self, y: int) -> Strip:
        width = self.text_width
        base = self.visual_style.rich_style
        if y < len(self._top):
            return self._paint(self._top[y]).crop_extend(0, width, base).apply_style(base)
        index = y - len(self._top) + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        strip = self._paint(self._lines[index].content).crop_extend(0, width, base)
        if index != self.cursor:
            return strip.apply_style(base)
        name = "panel--cursor" if self.has_focus else "panel--cursor-blurred"
        return Strip([Segment(strip.text, base + self.get_component_rich_style(name, partial=True))], width)

    def _paint(self, content: Content) -> Strip:
        return Visual.to_strips(self, content, self.text_width, 1, self.visual_style, apply_selection=False)[0]
