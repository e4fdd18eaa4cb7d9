import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from modeldeck.tui.widgets.table_columns import Cell, Column, cut, draw_row, fit_columns

COLUMNS = (
    Column("name", "name", 0, least=10),
    Column("kind", "kind", 5),
    Column("context", "ctx", 5, right=True, dropped=1),
    Column("speed", "tok/s", 5, right=True, dropped=2),
)
PLAIN = Style.null()
BOLD = Style(bold=True)


def plain(tone: str) -> Style:
    return PLAIN


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, ["name", "kind", "context", "speed"]),
        (28, ["name", "kind", "context", "speed"]),
        (27, ["name", "kind", "context"]),
        (21, ["name", "kind"]),
        (3, ["name", "kind"]),
    ],
)
def test_columns_leave_in_their_order_and_the_fixed_ones_stay(width: int, shown: list[str]) -> None:
    assert [place.column.key for place in fit_columns(COLUMNS, width)] == shown


def test_the_flexible_column_takes_the_rest() -> None:
    placed = fit_columns(COLUMNS, 40)
    assert [place.width for place in placed] == [22, 5, 5, 5]


@given(st.integers(min_value=16, max_value=120), st.text(max_size=60), st.text(max_size=12))
def test_a_row_has_exactly_its_width_whatever_the_cells_hold(width: int, name: str, kind: str) -> None:
    cells = [Cell(name), Cell(kind), Cell("131k"), Cell("61")]
    strip = draw_row(fit_columns(COLUMNS, width), cells, plain, BOLD, width)
    assert strip.cell_length == width


def test_numbers_stand_at_the_right_and_long_names_end_in_an_ellipsis() -> None:
    cells = [Cell("a-very-long-model-name-indeed"), Cell("FREE"), Cell("8k"), Cell("61")]
    strip = draw_row(fit_columns(COLUMNS, 28), cells, plain, BOLD, 28)
    assert strip.text == "a-very-lo… FREE     8k    61"


def test_matched_letters_are_marked_where_they_can_be_seen() -> None:
    cells = [Cell("abcdefghijklmnop", marks=(1, 2, 15)), Cell(""), Cell(""), Cell("")]
    strip = draw_row(fit_columns(COLUMNS, 28), cells, plain, BOLD, 28)
    marked = [segment.text for segment in strip if segment.style is not None and segment.style.bold]
    assert marked == ["b", "c"]


def test_a_wide_letter_is_not_cut_in_half() -> None:
    assert cut("日本語", 4) == "日 …"
    assert cut("x", 0) == ""
