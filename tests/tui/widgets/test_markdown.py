"""Markdown of an answer: nothing of it may reach the terminal as more than text, and growing must not change it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldeck.tui.widgets.markdown import MarkdownLook, close_marks, split_finished

LOOK = MarkdownLook({}, "monokai")
PIECES = st.sampled_from(
    [
        *("# ", "- ", "1. ", "> ", "```", "```python\n", "`", "**", "[a](http://b)", "![c](d)", "<b>", "</kbd>", "|"),
        *(
            "| a | b |\n|---|:-:|\n| c | d |\n",
            "\n",
            "\n\n",
            "  ",
            "word",
            "長い",
            "[x]: y\n",
            "---\n",
            "~~",
            "\\",
            "&amp;",
        ),
    ]
)


def lines(source: str, width: int = 60) -> list[str]:
    return [strip.text.rstrip() for strip in LOOK.strips(source, width)]


def test_a_link_shows_its_target_and_is_no_hyperlink() -> None:
    strips = LOOK.strips("see [the docs](https://evil.example) and <https://a.example>", 80)
    assert strips[0].text.rstrip() == "see the docs (https://evil.example) and https://a.example"
    assert all(segment.style is None or segment.style.link is None for strip in strips for segment in strip)


def test_a_picture_becomes_its_description() -> None:
    assert lines("![a cat](http://x/cat.png)") == ["[image: a cat] (http://x/cat.png)"]


@pytest.mark.parametrize("source", ["<b>bold</b> and <div>", "a </kbd> b", "List<String> x"])
def test_tags_stay_readable(source: str) -> None:
    assert lines(source) == [source]


def test_prose_is_wrapped_anew_and_hard_breaks_stay() -> None:
    assert lines("Roses are red\nViolets are blue") == ["Roses are red Violets are blue"]
    assert lines("Roses are red  \nViolets\\\nare blue") == ["Roses are red", "Violets", "are blue"]
    assert lines("- one\n  and more\n- two") == [" • one and more", " • two"]


def test_a_table_that_does_not_fit_becomes_named_values() -> None:
    table = "| language | description |\n|---|---|\n| Python | comprehensive |\n| Rust | straightforward |\n"
    assert any("Python" in line and "comprehensive" in line for line in lines(table, 60))
    assert lines(table, 24) == [
        "language: Python",
        "description:",
        "comprehensive",
        "",
        "language: Rust",
        "description:",
        "straightforward",
    ]


def test_long_code_lines_go_on_behind_a_mark_at_their_indent() -> None:
    code = "def merge(left, right):\n    return sorted(left + right, key=len)\n"
    assert lines(f"```python\n{code}```", 30) == [
        " def merge(left, right):",
        "     return sorted(left +",
        "     ↳ right, key=len)",
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map("".join), st.integers(1, 60))
def test_any_text_at_any_width_stays_inside(source: str, width: int) -> None:
    for strip in LOOK.strips(source, width):
        assert strip.cell_length <= max(8, width)


def test_everything_but_the_last_block_is_finished() -> None:
    finished, rest, cut = split_finished("One.\n\nTwo.\n\n```py\nx = 1\n")
    assert finished == ["One.\n\n", "Two.\n\n"]
    assert (rest, cut) == ("```py\nx = 1\n", False)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map("".join))
def test_splitting_loses_nothing_that_is_seen(source: str) -> None:
    finished, rest, cut = split_finished(source)
    kept = "".join(finished) + rest
    assert cut or source.endswith(kept)
    assert cut or not lines(source.removesuffix(kept))


def test_a_long_code_block_is_cut_into_complete_pieces() -> None:
    code = [f"line {number}" for number in range(95)]
    finished, rest, cut = split_finished("```text\n" + "\n".join(code))
    assert cut
    assert [line.strip() for part in (*finished, rest) for line in lines(part)] == code
    assert len(rest.splitlines()) <= 21


def test_a_long_list_keeps_its_numbers_when_it_is_cut() -> None:
    source = "".join(f"1. item {'word ' * 20}\n" for _ in range(30))
    finished, rest, cut = split_finished(source)
    assert cut
    numbers = [line.split()[0] for part in (*finished, rest) for line in lines(part, 300)]
    assert numbers == [str(number) for number in range(1, 31)]


@pytest.mark.parametrize(
    ("tail", "shown"),
    [
        ("This is **very impor", "This is **very impor**"),
        ("This is **very ", "This is **very**"),
        ("This is **very**", "This is **very**"),
        ("This is **", "This is"),
        ("call `merge(a", "call `merge(a`"),
        ("2 ** 3 is", "2 ** 3 is"),
        ("```python\nx = 2 **y", "```python\nx = 2 **y"),
        ("- **one", "- **one**"),
        ("plain", "plain"),
    ],
)
def test_a_tail_is_shown_as_if_its_open_marks_were_closed(tail: str, shown: str) -> None:
    assert close_marks(tail) == shown


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map("".join))
def test_closing_marks_changes_nothing_but_marks_and_blanks(tail: str) -> None:
    def letters(source: str) -> str:
        return "".join(character for character in source if character not in "*` \n")

    assert letters(close_marks(tail)) == letters(tail)
