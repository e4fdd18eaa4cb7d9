"""A conversation as one line-API widget: finished lines are kept as strips, only what still grows is painted again.

A widget per block of Markdown costs more with every block; this one costs the same for a long answer as for a short
one, and keeps up with thousands of tokens a second.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.selection import Selection
from textual.strip import Strip
from textual.theme import Theme
from textual.timer import Timer

from modeldeck.tui.widgets.blocks import Block, Part, ThoughtPart
from modeldeck.tui.widgets.following import Following
from modeldeck.tui.widgets.lines import LineMap
from modeldeck.tui.widgets.painter import ThemePainter
from modeldeck.tui.widgets.strip_view import StripView

FRAME_S: Final = 0.05
"""Seconds between two frames while text arrives."""
_SECONDS_PER_CHARACTER: Final = 20e-6  # painting a character of Markdown takes a quarter of this
_SLOWEST_FRAME_S: Final = 1.0
_REFLOW_LINES: Final = 80  # painted in one go after a resize: about 8 ms


class Transcript(StripView, can_focus=True):
    """Shows parts one below the other, follows the end unless the person scrolled up, lets text be selected."""

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ThemePainter.COMPONENTS)
    DEFAULT_CSS = """
    Transcript {
        padding: 0 1;
        & > .transcript--heading { text-style: bold; color: $text-primary; }
        & > .transcript--code { color: $text-accent; }
        & > .transcript--link { text-style: underline; }
        & > .transcript--quote { text-style: italic; color: $text-muted; }
        & > .transcript--rule { color: $text-muted; }
        & > .transcript--strong { text-style: bold; }
        & > .transcript--thought { text-style: italic; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", show=False, id="transcript.down"),
        Binding("k,up", "scroll_up", "Up", show=False, id="transcript.up"),
        Binding("g,home", "scroll_home", "Top", show=False, id="transcript.top"),
        Binding("G,end", "follow", "End", show=False, id="transcript.end"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: list[Part] = []
        self._blocks_of: dict[Part, Sequence[Block]] = {}
        self._map = LineMap()
        self.following = Following(self, self._map)
        self._painter = ThemePainter(self)
        self._pause: Timer | None = None
        self._shown = False

    # content

    def add(self, *parts: Part) -> None:
        """Put parts at the end and follow it."""
        self._parts.extend(parts)
        self.following.end = True
        self.touch()

    def clear(self) -> None:
        """Forget everything."""
        self._parts.clear()
        self._blocks_of.clear()
        self.following.end = True
        self._draw()

    def touch(self) -> None:
        """Some part changed: draw it, at most 20 times a second and seldomer while a long tail is unsettled."""
        if self._pause is None and self._shown:
            unsettled = max((part.unsettled for part in self._parts if part.dirty), default=0)
            self._draw()
            pause = min(_SLOWEST_FRAME_S, max(FRAME_S, unsettled * _SECONDS_PER_CHARACTER))
            self._pause = self.set_timer(pause, self._rested)

    def _rested(self) -> None:
        self._pause = None
        if any(part.dirty for part in self._parts):
            self.touch()

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.following.end = True
        self.following.place(None)

    # layout

    def on_mount(self) -> None:
        # When a widget is told of new styles, those of its components are still the old ones.
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def on_show(self) -> None:
        self._shown = True
        self._take_theme()

    def on_hide(self) -> None:
        self._shown = False

    def on_resize(self) -> None:
        self._reflow()

    def _theme_changed(self, theme: Theme) -> None:
        if self._shown:
            self._take_theme()

    def _take_theme(self) -> None:
        """Paint everything again when the colours are other ones."""
        if self._painter.refresh():
            for block in self._map.blocks:
                block.width = 0
        self._reflow()

    def _draw(self) -> None:
        """Bring what changed onto the screen; hidden, only the texts grow."""
        if not self._shown or not self.text_width:
            return
        anchor = self.following.anchor()
        for part in self._parts:
            if part.dirty:
                self._blocks_of[part] = part.blocks(self._painter)
                part.dirty = False
        before = self.scroll_offset.y
        changed = self._map.lay_out(((part, self._blocks_of[part]) for part in self._parts), self.text_width)
        self.set_height(self._map.height)
        self.following.place(anchor)
        if self.scroll_offset.y == before:
            first = max(0, changed - before)  # a block that began above the view changes every row in it
            self.refresh_rows(first, self.size.height - first)

    def _reflow(self) -> None:
        """Paint stale blocks again: first those in view, then the others in slices that leave room for keys."""
        if not self._shown or not self.text_width:
            return
        anchor = self.following.anchor()
        painted = 0
        for block in self._map.stale(self.text_width, anchor[0] if anchor else None):
            if painted > max(_REFLOW_LINES, 2 * self.size.height):
                self.call_after_refresh(self._reflow)
                break
            block.fit(self.text_width)
            painted += max(1, len(block.lines))
        self._draw()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.following.scrolled()

    # painting

    def render_line(self, y: int) -> Strip:
        line = y + self.scroll_offset.y
        style = self.visual_style.rich_style
        strip = self._map.strip(line).crop_extend(0, self.text_width, style).apply_style(style)
        selection = self.text_selection
        span = selection.get_span(line) if selection is not None else None
        if span is not None:
            strip = _marked(strip, span, self.screen.get_component_rich_style("screen--selection"))
        return strip.apply_offsets(0, line)

    # selecting

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self._map.text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A click on a thinking's title shows all of it, or hides it again."""
        owner = self._map.owner(event.get_content_offset_capture(self).y + self.scroll_offset.y)
        if isinstance(owner, ThoughtPart) and not self.screen.selections:
            owner.expand(not owner.expanded)
            self._draw()


def _marked(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """The strip with the characters of a span (end -1: to the end of the text) in another style."""
    text = strip.text
    start = cell_len(text[: span[0]])
    end = cell_len(text.rstrip() if span[1] == -1 else text[: span[1]])
    if start >= end:
        return strip
    inner = [Segment(part.text, part.style + style if part.style else style) for part in strip.crop(start, end)]
    return Strip.join([strip.crop(0, start), Strip(inner), strip.crop(end)])
