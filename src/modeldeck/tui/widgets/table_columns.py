"""The columns of a virtual table: which of them fit a width, and how a row of cells becomes one strip."""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from modeldeck.domain.record import record


@record
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


class Cell(NamedTuple):
    """Text for one column (already clean), a component class for its colour, and the indices of matched letters.

    A tuple, because hundreds of them are made for every letter that is typed.
    """

    text: str
    tone: str = ""
    marks: tuple[int, ...] = ()


@record
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
    style_of: Callable[[str], Style],
    marked: Style,
    width: int,
) -> Strip:
    """One row as a strip of exactly `width` cells.

    Args:
        placed: the columns that are shown.
        cells: one cell for every column of the source.
        style_of: the whole style for a component class; for an empty name that of the row.
        marked: the whole style of matched letters.
        width: cells of the strip.
    """
    base = style_of("")
    segments: list[Segment] = []
    run, run_style, length = "", base, 0
    for place in placed:
        cell = cells[place.position]
        text, shift = _padded(cell.text, place)
        style = style_of(cell.tone)
        if style is not run_style:
            if run:
                segments.append(Segment(run, run_style))
            run, run_style = "", style
        if cell.marks:
            segments += _split(run, text, cell.marks, shift, style, marked)
            run = " "
        else:
            run += text + " "
        length += place.width + 1
    segments.append(Segment(run, run_style))
    return Strip(segments, length).adjust_cell_length(width, base)


def draw_words(texts: Sequence[str], line: int, width: int, style: Style) -> Strip:
    """One line of texts, each wrapped to `width` cells, that stand where rows would be; blank outside of them."""
    lines = [piece for text in texts for piece in wrap(text, width - 4)]
    if not 0 <= line < len(lines):
        return Strip.blank(width, style)
    return Strip([Segment(f"  {lines[line]}", style)]).adjust_cell_length(width, style)


def _padded(text: str, place: Placed) -> tuple[str, int]:
    """Text filled up or cut to its column, and how many blanks stand before it."""
    size = len(text) if text.isascii() else cell_len(text)
    room = place.width - size
    if room < 0:
        return cut(text, place.width), 0
    return (" " * room + text, room) if place.column.right else (text + " " * room, 0)


def _split(before: str, text: str, marks: Sequence[int], shift: int, style: Style, marked: Style) -> Iterator[Segment]:
    """Text with its matched letters set apart; letters that were cut off are not marked."""
    start = 0
    for mark in marks:
        position = mark + shift
        if position >= len(text) or text[position] == "…":
            break
        if before or position > start:
            yield Segment(before + text[start:position], style)
        yield Segment(text[position], marked)
        before, start = "", position + 1
    if before or start < len(text):
        yield Segment(before + text[start:], style)


def cut(text: str, width: int) -> str:
    """Text cut to `width` cells with an ellipsis at its end, padded when a wide character was split."""
    if width <= 1:
        return "…"[:width]
    return set_cell_size(text, width - 1) + "…"
