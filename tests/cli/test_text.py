import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.cli.text import block, fit, fit_middle, line, width, wrap

NASTY = st.text(
    st.sampled_from("\x1b\x9b\x9d\x07\x00\r\n\t[]?;0m1Hab\\P^_\x85\u2028\u202e\u2066\u200f\ud800é漢\N{PILE OF POO}"),
    max_size=60,
)
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]")


@given(st.one_of(NASTY, st.text()))
def test_nothing_that_controls_a_terminal_survives(text: str) -> None:
    assert not FORBIDDEN.search(block(text))
    assert not FORBIDDEN.search(line(text))
    assert "\n" not in line(text)
    assert "\t" not in line(text)


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;my title\x07text", "text"),
        ("\x1b]52;c;aGk=\x1b\\text", "text"),
        ("\x9b2Jtext", "text"),
        ("\x1bPdevice\x1b\\text", "text"),
        ("\x1b(Btext", "text"),
        ("\x1b]0;never ended", "]0;never ended"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("سلام [markup] 漢字", "سلام [markup] 漢字"),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_escape_sequences_go_as_a_whole_and_text_stays(outside: str, shown: str) -> None:
    assert block(outside) == shown


def test_one_line_keeps_words_apart() -> None:
    assert line("a\nb\tc\u2028d") == "a b c d"


@given(st.text(), st.integers(0, 30))
def test_a_fitted_text_never_exceeds_its_columns(text: str, columns: int) -> None:
    assert width(fit(line(text), columns)) <= columns
    assert width(fit_middle(line(text), columns)) <= columns


def test_wide_characters_count_two_columns_and_marks_none() -> None:
    assert width("漢字") == 4
    assert width(unicodedata.normalize("NFD", "é")) == 1
    assert fit("漢字漢字", 5) == "漢字…"


@given(st.lists(st.text("abc漢", min_size=1, max_size=9), max_size=20), st.integers(20, 40))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], columns: int) -> None:
    wrapped = wrap(" ".join(words), columns, indent="  ")
    assert wrapped.split() == words
    assert all(width(text) <= columns for text in wrapped.split("\n"))
