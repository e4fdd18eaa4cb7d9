"""Lines with a cursor."""

from textual.content import Content

from fake_host import hosted
from modeldeck.tui.widgets.line_panel import Line, LinePanel, table_line
from modeldeck.tui.widgets.table_columns import Column, fit_columns


def lines(count: int) -> list[Line]:
    return [Line(Content(f"line {number}"), f"key {number}" if number % 2 else None) for number in range(count)]


def text(panel: LinePanel, y: int) -> str:
    return panel.render_line(y).text.rstrip()


async def test_the_cursor_stands_only_on_lines_with_a_key() -> None:
    panel = LinePanel()
    async with hosted(panel) as stage:
        panel.show(lines(7), [Content("title")])
        panel.focus()
        await stage.pilot.press("j")
        assert panel.current == "key 3"
        await stage.pilot.press("G")
        assert panel.current == "key 5"
        await stage.pilot.press("g", "enter")
        await stage.pilot.pause()
        assert [message.key for message in stage.posted(LinePanel.Chosen)] == ["key 1"]
        assert text(panel, 0) == "title"


async def test_the_cursor_keeps_its_key_when_the_lines_change() -> None:
    panel = LinePanel()
    async with hosted(panel) as stage:
        panel.show(lines(7))
        panel.focus()
        await stage.pilot.press("j")
        panel.show([Line(Content("new"), "new"), *lines(7)])
        assert panel.current == "key 3"
        panel.show([Line(Content("other"), "other")])
        assert panel.current == "other"


async def test_the_line_under_the_cursor_is_in_view() -> None:
    panel = LinePanel()
    async with hosted(panel, size=(30, 6)) as stage:
        panel.show(lines(40), [Content("title")])
        panel.focus()
        await stage.pilot.press("G")
        assert text(panel, 0) == "title"
        assert text(panel, 5) == "line 39"
        await stage.pilot.press("g")
        assert text(panel, 1) == "line 0"


async def test_without_any_key_the_movement_keys_scroll() -> None:
    panel = LinePanel()
    async with hosted(panel, size=(30, 6)) as stage:
        panel.show([Line(Content(str(number))) for number in range(20)])
        panel.focus()
        await stage.pilot.press("j", "j")
        assert text(panel, 0) == "2"
        await stage.pilot.press("G")
        assert text(panel, 5) == "19"


async def test_a_click_on_the_line_under_the_cursor_chooses_it() -> None:
    panel = LinePanel()
    async with hosted(panel) as stage:
        panel.show(lines(5))
        await stage.pilot.click(offset=(2, 3))
        assert panel.current == "key 3"
        await stage.pilot.pause(0.6)
        await stage.pilot.click(offset=(2, 3))
        assert [message.key for message in stage.posted(LinePanel.Chosen)] == ["key 3"]


def test_a_table_row_keeps_to_its_columns() -> None:
    columns = (Column("name", "name", 0, least=6), Column("cost", "cost", 6, right=True))
    placed = fit_columns(columns, 20)
    row = table_line(placed, [Content.styled("a very long model name", "bold"), "$1"])
    assert row.content.plain == "a very long … " + "    $1"
