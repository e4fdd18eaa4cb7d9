"""Wrapping of code: a line that goes on is marked, so that nobody takes the rest of it for a line of its own."""

from rich.cells import cell_len, chop_cells
from rich.text import Text

_MARK = "↳ "
_MARK_STYLE = "markdown.hr"


def wrap_code(code: Text, width: int) -> Text:
    """The same code with lines of at most `width` cells; rests of long lines stand behind a mark at its indent."""
    if all(cell_len(line) <= width for line in code.plain.split("\n")):
        return code
    return Text("\n").join(part for line in code.split("\n", allow_blank=True) for part in _wrapped(line, width))


def _wrapped(line: Text, width: int) -> list[Text]:
    indent = min(len(line.plain) - len(line.plain.lstrip(" ")), width // 2)
    mark = " " * indent + _MARK
    first, *rest = line.divide(_breaks(line.plain, width, width - len(mark)))
    return [first, *(Text.assemble((mark, _MARK_STYLE), part) for part in rest)]


def _breaks(line: str, first: int, following: int) -> list[int]:
    """Where to cut a line: after a blank where one is near the edge, else at the edge."""
    offsets: list[int] = []
    start, room = 0, first
    while cell_len(line[start : start + room + 1]) > room:
        fitting = chop_cells(line[start : start + room + 1], room)[0]
        end = start + max(1, len(fitting))
        blank = line.rfind(" ", start + len(fitting) // 2, end)
        start, room = (end if blank < 0 or not line[:blank].strip() else blank + 1), following
        offsets.append(start)
    return offsets
