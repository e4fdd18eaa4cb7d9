"""Plain aligned columns, fitted to the terminal: text gives way first, numbers are never cut."""

from collections.abc import Sequence
from typing import NamedTuple

from modeldeck.cli.output import Output
from modeldeck.cli.text import fit, fit_middle, line, width

GAP = "  "


class Column(NamedTuple):
    """One column. `right`: numbers. `least`: columns down to which a text may be cut; None is never cut.

    `drop`: the higher, the earlier the whole column goes when the table is too wide; None stays always.
    `middle`: cut in the middle instead of at the end.
    """

    title: str
    right: bool = False
    least: int | None = None
    drop: int | None = None
    middle: bool = False


def table_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], output: Output) -> list[str]:
    """A table for stdout, fitted to its terminal, with an emphasised header; see `render`."""
    header, *lines = render(columns, rows, output.width)
    return [output.bold(header), *lines]


def render(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int | None) -> list[str]:
    """The header and one line per row, without trailing spaces; `room` None does not fit at all.

    Cells may be outside text: they are made safe here. A column without any content is left out.
    """
    cells = [[line(cell) for cell in row] for row in rows]
    widths = [max([width(column.title), *(width(row[place]) for row in cells)]) for place, column in enumerate(columns)]
    shown = [place for place in range(len(columns)) if not rows or any(row[place] for row in cells)]
    if room is not None:
        shown = _fitting(columns, widths, shown, room)
        _squeeze(columns, widths, shown, room)
    lines = [[column.title for column in columns], *cells]
    return [_line(columns, widths, shown, row) for row in lines]


def _fitting(columns: Sequence[Column], widths: Sequence[int], shown: Sequence[int], room: int) -> list[int]:
    """Places of the columns that stay: droppable ones go, one by one, while even cut texts would not fit."""
    kept = list(shown)
    droppable = sorted(
        (place for place in kept if columns[place].drop is not None),
        key=lambda place: columns[place].drop or 0,
        reverse=True,
    )
    for place in droppable:
        if _least_width(columns, widths, kept) <= room:
            break
        kept.remove(place)
    return kept


def _least_width(columns: Sequence[Column], widths: Sequence[int], shown: Sequence[int]) -> int:
    needed = 0
    for place in shown:
        least = columns[place].least
        needed += widths[place] if least is None else min(widths[place], least)
    return needed + len(GAP) * (len(shown) - 1)


def _squeeze(columns: Sequence[Column], widths: list[int], shown: Sequence[int], room: int) -> None:
    """Take what is too much from the texts, always from the widest one."""
    excess = sum(widths[place] for place in shown) + len(GAP) * (len(shown) - 1) - room
    while excess > 0:
        spare = {
            place: widths[place]
            for place in shown
            if (least := columns[place].least) is not None and widths[place] > least
        }
        if not spare:
            return
        widest = max(spare, key=spare.__getitem__)
        widths[widest] -= 1
        excess -= 1


def _line(columns: Sequence[Column], widths: Sequence[int], shown: Sequence[int], row: Sequence[str]) -> str:
    parts = []
    for place in shown:
        text, room = row[place], widths[place]
        missing = room - width(text)
        if missing < 0:
            text = fit_middle(text, room) if columns[place].middle else fit(text, room)
            missing = room - width(text)
        parts.append(" " * missing + text if columns[place].right else text + " " * missing)
    return GAP.join(parts).rstrip()
