from hypothesis import given
from hypothesis import strategies as st

from modeldeck.cli.table import Column, render
from modeldeck.cli.text import width

COLUMNS = (Column("model", least=8), Column("price", right=True), Column("note", least=4, drop=1))


def test_without_a_terminal_nothing_is_cut() -> None:
    lines = render(COLUMNS, [["a" * 200, "1.00", "b" * 200]], None)
    assert "a" * 200 in lines[1]
    assert "b" * 200 in lines[1]


def test_numbers_stand_right_and_lines_have_no_trailing_space() -> None:
    header, first, second = render(COLUMNS, [["a", "1.00", ""], ["bb", "150", "x"]], None)
    assert header == "model  price  note"
    assert first == "a       1.00"
    assert second == "bb       150  x"


def test_texts_give_way_before_columns_go_and_numbers_are_never_cut() -> None:
    row = ["a-long-model-name", "1234.56", "a remark"]
    assert render(COLUMNS, [row], 30)[1].startswith("a-long-mod")
    assert "1234.56" in render(COLUMNS, [row], 22)[1]
    assert "note" not in render(COLUMNS, [row], 18)[0]


@given(st.lists(st.tuples(st.text(), st.text("0123.", max_size=6), st.text()), max_size=5), st.integers(18, 80))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], room: int) -> None:
    assert all(width(text) <= room for text in render(COLUMNS, rows, room))


def test_a_column_without_content_takes_no_room() -> None:
    assert render(COLUMNS, [["a", "", ""], ["b", "", ""]], None) == ["model", "a", "b"]


def test_ids_are_cut_in_the_middle() -> None:
    columns = (Column("model", least=10, middle=True),)
    assert render(columns, [["openrouter/vendor/name-70b:free"]], 20)[1] == "openro…name-70b:free"


def test_a_cell_cannot_break_the_table() -> None:
    assert len(render(COLUMNS, [["two\nlines\x1b[2J", "1", ""]], None)) == 2
