"""Choices in one widget: radio marks, check marks and stepped values, by key and mouse. Knows no engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from modeldeck.domain.record import record
from modeldeck.tui.widgets.table_columns import cut


@record
class Choice:
    """One line. `value` stands at the right; `on` is the mark of a radio or check line.

    A step line's value has neighbours, a choice line's is chosen elsewhere; text lines are only read.
    """

    key: str
    kind: Literal["radio", "check", "step", "choice", "text"]
    label: str
    value: str = ""
    on: bool = False


_MARKS = {("radio", True): "● ", ("radio", False): "○ ", ("check", True): "[x] ", ("check", False): "[ ] "}


class ChoiceList(ScrollView, can_focus=True):
    """Lines with a cursor that skips those that are only read."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--cursor", "choice--on", "choice--dim"}
    DEFAULT_CSS = """
    ChoiceList {
        background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto;
        & > .choice--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        & > .choice--on { color: $text-primary; }
        & > .choice--dim { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="choices.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="choices.up"),
        Binding("home,g", "edge(1)", "First", show=False, id="choices.first"),
        Binding("end,G", "edge(-1)", "Last", show=False, id="choices.last"),
        Binding("enter,space", "choose", "choose", id="choices.choose", key_display="space"),
        Binding("right,l", "step(1)", "more", show=False, id="choices.more"),
        Binding("left,h", "step(-1)", "less", show=False, id="choices.less"),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """A line was chosen, or its value stepped: `step` is 1 or -1, 0 for a plain choice."""

        key: str
        step: int = 0

    @dataclass
    class Moved(Message):
        """The cursor came to another line."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices: Sequence[Choice] = ()

    def show(self, choices: Sequence[Choice]) -> None:
        """Show other lines; the cursor stays on the line with the same key where there is one."""
        if choices == self._choices:
            return
        held = self._choices[self.cursor].key if self.cursor < len(self._choices) else None
        self._choices = choices
        self.virtual_size = Size(self.scrollable_content_region.width, len(choices))
        kept = [at for at, choice in enumerate(choices) if choice.key == held and choice.kind != "text"]
        self.cursor = kept[0] if kept else next(iter(self._readable()), 0)
        self.refresh()

    @property
    def current(self) -> str | None:
        """The key of the line under the cursor; None when there is nothing to choose."""
        if self.cursor < len(self._choices) and self._choices[self.cursor].kind != "text":
            return self._choices[self.cursor].key
        return None

    def go_to(self, key: str) -> None:
        """Put the cursor on the line with this key, when there is one."""
        self.cursor = next((at for at, choice in enumerate(self._choices) if choice.key == key), self.cursor)

    def render_line(self, y: int) -> Strip:
        """One choice, its value at the right edge."""
        row = y + self.scroll_offset.y
        base, width = self.rich_style, self.scrollable_content_region.width
        if row >= len(self._choices):
            return Strip.blank(self.size.width, base)
        choice = self._choices[row]
        if row == self.cursor and self.has_focus and choice.kind != "text":
            base += self.get_component_rich_style("choice--cursor", partial=True)
        elif choice.on:
            base += self.get_component_rich_style("choice--on", partial=True)
        elif choice.kind == "text":
            base += self.get_component_rich_style("choice--dim", partial=True)
        label = _MARKS.get((choice.kind, choice.on), "") + choice.label
        room = width - cell_len(choice.value) - (1 if choice.value else 0)
        label = label if cell_len(label) <= room else cut(label, room)
        gap = " " * max(0, width - cell_len(label) - cell_len(choice.value))
        return Strip([Segment(label + gap + choice.value, base)]).adjust_cell_length(self.size.width, base)

    def watch_cursor(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)
        if self.current is not None:
            self.post_message(self.Moved(self.current))

    def on_resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._choices))

    def _readable(self) -> list[int]:
        """Lines on which the cursor may stand."""
        return [at for at, choice in enumerate(self._choices) if choice.kind != "text"]

    def action_move(self, lines: int) -> None:
        beyond = [at for at in self._readable() if (at > self.cursor if lines > 0 else at < self.cursor)]
        if beyond:
            self.cursor = beyond[0] if lines > 0 else beyond[-1]

    def action_edge(self, end: int) -> None:
        lines = self._readable()
        if lines:
            self.cursor = lines[0] if end > 0 else lines[-1]

    def action_choose(self) -> None:
        self._post(0)

    def action_step(self, step: int) -> None:
        if self.cursor < len(self._choices) and self._choices[self.cursor].kind == "step":
            self._post(step)

    def _post(self, step: int) -> None:
        if self.current is not None:
            self.post_message(self.Chosen(self.current, step))

    def on_click(self, event: events.Click) -> None:
        row = event.y + self.scroll_offset.y
        if row < len(self._choices) and self._choices[row].kind != "text":
            self.cursor = row
            self._post(0)
