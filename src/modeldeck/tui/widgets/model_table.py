"""A table that draws only the rows in sight, so that 50,000 of them cost as much as fifty.

It knows no engine: it asks a `RowSource` for the cells of single rows and says what the person did in messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.message import Message
from textual.strip import Strip

from modeldeck.tui.widgets.row_source import NoRows, RowSource
from modeldeck.tui.widgets.row_view import RowView
from modeldeck.tui.widgets.table_columns import Cell, Placed, draw_row, draw_words, fit_columns
from modeldeck.tui.widgets.table_styles import TableStyles


class ModelTable(RowView):
    """Rows under a fixed line of titles, with a cursor. Set `source` through `show`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(TableStyles.COMPONENTS)
    DEFAULT_CSS = """
    ModelTable {
        & > .table--titles { color: $text-muted; }
        & > .table--sorted { color: $foreground; text-style: bold; }
        & > .table--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        & > .table--cursor-blurred {
            color: $block-cursor-blurred-foreground; background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        & > .table--hover { background: $block-hover-background; }
        & > .table--marked { text-style: bold underline; }
        & > .tone-free { color: $text-success; }
        & > .tone-paid { color: $foreground; }
        & > .tone-local { color: $text-accent; }
        & > .tone-star { color: $text-warning; }
        & > .tone-dim { color: $text-muted; }
        & > .tone-warn { color: $text-warning; }
    }
    """

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another row; None: there are no rows."""

        table: "ModelTable"
        key: str | None

    @dataclass
    class Activated(Message):
        """Enter or a click on the row under the cursor."""

        table: "ModelTable"
        key: str

    @dataclass
    class TitleClicked(Message):
        """A click on a column's title."""

        table: "ModelTable"
        column: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source: RowSource = NoRows()
        self.sort_mark: tuple[str, bool] | None = None
        self._empty: Sequence[str] = ()
        self._placed: list[Placed] = []
        self._strips: dict[tuple[int, str], Strip] = {}
        self._styles = TableStyles(self)
        self._told: str | None = None

    # what is shown

    def show(
        self,
        source: RowSource,
        *,
        keep: bool = True,
        sort: tuple[str, bool] | None = None,
        empty: Sequence[str] = (),
    ) -> None:
        """Show another source (or the same one after it changed).

        Args:
            source: the rows from now on.
            keep: leave the cursor on the row with the same key; otherwise it goes to the first row.
            sort: the sorted column's key and whether it runs downwards, marked in the titles.
            empty: lines to show instead of rows when there are none.
        """
        held = self.highlighted if keep else None
        self.source, self.sort_mark, self._empty = source, sort, empty
        self._forget()
        self.measure()
        row = None if held is None else source.find(held)
        self.cursor = row if row is not None else (0 if not keep else min(self.cursor, max(0, len(source) - 1)))
        self.reveal()
        self.cursor_moved()
        self.refresh()

    def repaint(self) -> None:
        """Ask the source again for every row in sight."""
        self._forget()
        self.refresh()

    @property
    def highlighted(self) -> str | None:
        """The key of the row under the cursor."""
        return self.source.key(self.cursor) if 0 <= self.cursor < len(self.source) else None

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """Keys of the columns that fit the present width."""
        return tuple(place.column.key for place in self._places())

    # drawing

    def render_line(self, y: int) -> Strip:
        """The titles on line 0, a row (or blank) on every other one."""
        width = self.size.width
        if y == 0:
            return self._draw_titles(width)
        row = y - 1 + self.scroll_offset.y
        if row >= len(self.source):
            said = () if len(self.source) else self._empty
            return draw_words(said, y - 2, width, self._styles.of("", ""))
        state = self._row_state(row)
        strip = self._strips.get((row, state))
        if strip is None:
            strip = self._strips[row, state] = self._draw_row(row, state, width)
        return strip

    def _row_state(self, row: int) -> str:
        if row == self.cursor:
            return "cursor" if self.has_focus else "cursor-blurred"
        return "hover" if row == self.hovered else ""

    def _draw_row(self, row: int, state: str, width: int) -> Strip:
        style_of = partial(self._styles.of, state)
        return draw_row(self._places(), self.source.cells(row), style_of, style_of("table--marked"), width)

    def _draw_titles(self, width: int) -> Strip:
        sorted_key, downwards = self.sort_mark or ("", False)
        arrow = "↓" if downwards else "↑"
        cells = [
            Cell(f"{column.title}{arrow}", "table--sorted") if column.key == sorted_key else Cell(column.title)
            for column in self.source.columns
        ]
        style_of = partial(self._styles.of, "titles")
        return draw_row(self._places(), cells, style_of, style_of(""), width)

    def _places(self) -> list[Placed]:
        if not self._placed:
            self._placed = fit_columns(self.source.columns, self.scrollable_content_region.width)
            self.source.fitted({place.column.key: place.width for place in self._placed})
        return self._placed

    def _forget(self) -> None:
        self._placed = []
        self._strips.clear()
        self._styles.forget()

    def notify_style_update(self) -> None:
        """Colours changed: no drawn strip is right any more."""
        super().notify_style_update()
        self._forget()

    # what the person does

    @property
    def row_count(self) -> int:
        return len(self.source)

    def cursor_moved(self) -> None:
        """Say so once for every row."""
        key = self.highlighted
        if key != self._told:
            self._told = key
            self.post_message(self.Highlighted(self, key))

    def action_activate(self) -> None:
        key = self.highlighted
        if key is not None:
            self.post_message(self.Activated(self, key))

    def title_clicked(self, x: int) -> None:
        start = 0
        for place in self._places():
            if start <= x <= start + place.width:
                self.post_message(self.TitleClicked(self, place.column.key))
                return
            start += place.width + 1

    def on_resize(self) -> None:
        self._forget()
        self.measure()
        self.reveal()
