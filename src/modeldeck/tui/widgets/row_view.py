"""Rows under one fixed line, with a cursor: moving, scrolling and the mouse. What a row looks like is a subclass's."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.widget import Widget


class RowView(ScrollView, can_focus=True):
    """Line 0 stays, the rows scroll below it. Subclasses draw, and say what is done with a row."""

    DEFAULT_CSS = """
    RowView { background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: scroll; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("home,g", "first", "First row", show=False, id="table.first"),
        Binding("end,G", "last", "Last row", show=False, id="table.last"),
        Binding("enter", "activate", "use", id="table.activate"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cursor_moved(self) -> None:
        """The cursor stands on another row."""
        raise NotImplementedError

    def action_activate(self) -> None:
        """Enter or a double click on the row under the cursor."""
        raise NotImplementedError

    def title_clicked(self, x: int) -> None:
        """A click on the fixed line."""
        raise NotImplementedError

    # moving

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_row(old)
        self.refresh_row(new)
        self.reveal()
        self.cursor_moved()

    def watch_hovered(self, old: int, new: int) -> None:
        self.refresh_row(old)
        self.refresh_row(new)

    def action_move(self, rows: int) -> None:
        self._go(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        self._go(self.cursor + pages * max(1, self.scrollable_content_region.height - 2))

    def action_first(self) -> None:
        self._go(0)

    def action_last(self) -> None:
        self._go(self.row_count - 1)

    def _go(self, row: int) -> None:
        self.cursor = max(0, min(row, self.row_count - 1))

    # scrolling

    def measure(self) -> None:
        """Tell the scroll bar how many lines there are.

        The bar is always shown, so the number changes nothing around it: setting `virtual_size` the usual way would
        lay out the whole screen on every key press.
        """
        size = Size(self.scrollable_content_region.width, self.row_count + 1)
        self.set_reactive(Widget.virtual_size, size)
        self.vertical_scrollbar.window_virtual_size = size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def reveal(self) -> None:
        """Scroll so that the cursor stands under the fixed line and above the lower edge."""
        height = self.scrollable_content_region.height - 1
        if height <= 0:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def refresh_row(self, row: int) -> None:
        """Draw one row again, when it is in sight."""
        y = row - self.scroll_offset.y + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # focus and mouse

    def on_focus(self) -> None:
        self.refresh_row(self.cursor)

    def on_blur(self) -> None:
        self.refresh_row(self.cursor)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self._row_at(event.y)

    def on_leave(self) -> None:
        self.hovered = -1

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            self.title_clicked(event.x)
            return
        row = self._row_at(event.y)
        if row >= 0:
            self.cursor = row
            if event.chain == 2:
                self.action_activate()

    def _row_at(self, y: int) -> int:
        row = y - 1 + self.scroll_offset.y
        return row if y >= 1 and row < self.row_count else -1
