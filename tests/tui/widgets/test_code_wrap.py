from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from modeldeck.tui.widgets.code_wrap import wrap_code

LETTERS = st.text(st.sampled_from("ab( )=長"), max_size=60)


@settings(deadline=None)
@given(st.lists(LETTERS, max_size=5).map("\n".join), st.integers(7, 40))
def test_wrapping_keeps_every_letter_and_the_width(code: str, width: int) -> None:
    wrapped = wrap_code(Text(code), width).plain.split("\n")
    assert all(cell_len(line) <= width for line in wrapped)
    kept = "".join(line.lstrip(" ").removeprefix("↳ ") if "↳" in line else "\n" + line for line in wrapped)
    assert kept.replace(" ", "") == "\n" + code.replace(" ", "")


def test_an_unbroken_line_is_cut_at_the_edge() -> None:
    assert wrap_code(Text("  " + "x" * 14), 10).plain.split("\n") == ["  xxxxxxxx", "  ↳ xxxxxx"]
