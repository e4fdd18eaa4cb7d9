"""The columns of a virtual table: which of them fit a width, and how a row of cells becomes one strip."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width` in cells, 0 for the one column that takes what is left (at least `least`).

    `dropped` says when a column leaves a narrow table: the highest first, 0 never.
    """

    key: str
    title: str
    width: int
    right: bool = False
    dropped: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """Text for one column (already clean), a component class for its colour, and the indices of matched letters."""

    text: str
    tone: str = ""
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown: `position` among all columns of the source, and its width now."""

    column: Column
    position: int
    width: int


def fit_columns(columns: Sequence[Column], width: int) -> list[Placed]:
    """The columns that fit into `width` cells with one blank between, after dropping in the columns' own order."""
    shown = list(enumerate(columns))
    while _needed(shown) > width and any(column.dropped for _, column in shown):
        shown.remove(max(shown, key=lambda item: item[1].dropped))
    spare = max(0, width - _needed(shown))
    return [Placed(column, position, column.width or column.least + spare) for position, column in shown]


def _needed(shown: Sequence[tuple[int, Column]]) -> int:
    return sum((column.width or column.least) + 1 for _, column in shown) - 1


def draw_row(
    placed: Sequence[Placed],
    cells: Sequence[Cell],
    base: Style,
    tone: Callable[[str], Style],
    marked: Style,
    width: int,
) -> Strip:
    """One row as a strip of exactly `width` cells; `tone` gives the style of a component class over `base`."""
    segments: list[Segment] = []
    for place in placed:
        if segments:
            _put(segments, " ", base)
        cell = cells[place.position]
        style = base + tone(cell.tone) if cell.tone else base
        _draw_cell(segments, cell, place, style, style + marked)
    return Strip(segments).adjust_cell_length(width, base)


def _draw_cell(segments: list[Segment], cell: Cell, place: Placed, style: Style, marked: Style) -> None:
    text = cell.text
    size = len(text) if text.isascii() else cell_len(text)
    room = place.width - size
    if room < 0:
        text, room = cut(text, place.width), 0
    shift = room if place.column.right else 0
    text = " " * shift + text + " " * (room - shift)
    start = 0
    for mark in cell.marks:
        position = mark + shift
        if position >= len(text) or text[position] == "…":
            break
        _put(segments, text[start:position], style)
        _put(segments, text[position], marked)
        start = position + 1
    _put(segments, text[start:], style)


def _put(segments: list[Segment], text: str, style: Style) -> None:
    """Append text; a neighbour of the same style grows instead: every segment costs on its way to the screen."""
    if not text:
        return
    if segments and segments[-1].style is style:
        segments[-1] = Segment(segments[-1].text + text, style)
    else:
        segments.append(Segment(text, style))


def cut(text: str, width: int) -> str:
    """Text cut to `width` cells with an ellipsis at its end, padded when a wide character was split."""
    if width <= 1:
        return "…"[:width]
    return set_cell_size(text, width - 1) + "…"
