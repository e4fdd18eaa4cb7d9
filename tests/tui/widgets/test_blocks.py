"""Parts of a transcript: what was painted stays painted."""

import pytest
from textual.content import Content
from textual.strip import Strip

from modeldeck.tui.widgets.blocks import Block, MarkdownPart, TextPart, ThoughtPart
from modeldeck.tui.widgets.lines import LineMap


class PlainPainter:
    """Paints every source line by line and counts how often."""

    def __init__(self) -> None:
        self.painted: list[str] = []

    def _paint(self, text: str) -> list[Strip]:
        self.painted.append(text)
        return [Strip.blank(1) if not line else Strip([*Content(line).render_segments()]) for line in text.splitlines()]

    def paint_content(self, content: Content, width: int) -> list[Strip]:
        return self._paint(content.plain)

    def paint_markdown(self, source: str, width: int) -> list[Strip]:
        return self._paint(source.strip())

    def paint_thought(self, text: str, width: int) -> list[Strip]:
        return self._paint(text)


@pytest.fixture
def painter() -> PlainPainter:
    return PlainPainter()


def shown(part: MarkdownPart | ThoughtPart | TextPart, painter: PlainPainter) -> list[str]:
    blocks = part.blocks(painter)
    for block in blocks:
        block.fit(40)
    return [strip.text.rstrip() for block in blocks for strip in block.lines]


def test_a_finished_paragraph_is_painted_once(painter: PlainPainter) -> None:
    part = MarkdownPart()
    part.append("One.\n\nTwo ")
    shown(part, painter)
    painter.painted.clear()
    for word in ("words ", "and ", "more."):
        part.append(word)
        shown(part, painter)
    assert painter.painted == ["Two words", "Two words and", "Two words and more."]
    assert part.text == "One.\n\nTwo words and more."
    assert shown(part, painter) == ["", "One.", "", "Two words and more."]


def test_text_arrives_in_any_pieces(painter: PlainPainter) -> None:
    source = "# Title\n\n- a\n- b\n\n```py\nx = 1\n```\n\nEnd."
    whole, pieces = MarkdownPart(), MarkdownPart()
    whole.append(source)
    for letter in source:
        pieces.append(letter)
        pieces.blocks(painter)
    assert shown(pieces, painter) == shown(whole, painter)


def test_an_empty_text_takes_no_line(painter: PlainPainter) -> None:
    part = TextPart(Content(""), gap=True)
    assert shown(part, painter) == []
    part.update(Content("x"))
    assert shown(part, painter) == ["", "x"]


def test_thinking_shows_its_end_while_it_grows_then_its_title_then_all_on_request(painter: PlainPainter) -> None:
    part = ThoughtPart()
    assert shown(part, painter) == []
    part.append("a\nb\nc\nd\ne")
    part.show(Content("thinking"), live=True)
    assert shown(part, painter) == ["thinking", "c", "d", "e"]
    part.show(Content("thought"), live=False)
    assert shown(part, painter) == ["thought"]
    part.expand(True)
    assert shown(part, painter) == ["thought", "a", "b", "c", "d", "e"]


def test_lines_are_found_by_number_and_back(painter: PlainPainter) -> None:
    first, second = TextPart(Content("a\nb")), TextPart(Content("c"), gap=True)
    where = LineMap()
    assert where.lay_out([(first, first.blocks(painter)), (second, second.blocks(painter))], 40) == 0
    assert [where.strip(line).text for line in range(5)] == ["a", "b", "", "c", ""]
    found = where.find(3)
    assert found is not None
    assert where.locate(*found) == 3
    assert where.owner(1) is first
    assert where.owner(9) is None


def test_only_lines_from_the_first_change_on_are_new(painter: PlainPainter) -> None:
    first, second = TextPart(Content("a\nb")), TextPart(Content("c"))
    where = LineMap()
    where.lay_out([(first, first.blocks(painter)), (second, second.blocks(painter))], 40)
    second.update(Content("d"))
    assert where.lay_out([(first, first.blocks(painter)), (second, second.blocks(painter))], 40) == 2


def test_a_block_is_painted_again_only_at_another_width() -> None:
    widths: list[int] = []

    def paint(width: int) -> list[Strip]:
        widths.append(width)
        return []

    block = Block(paint)
    for width in (10, 10, 20):
        block.fit(width)
    assert widths == [10, 20]
