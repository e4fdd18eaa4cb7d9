from textual import on
from textual.app import App, ComposeResult

from modeldeck.tui.widgets.choice_list import Choice, ChoiceList

LINES = [
    Choice("", "text", "heading"),
    Choice("all", "radio", "All", "5", on=True),
    Choice("", "text", "between"),
    Choice("tools", "check", "tools"),
    Choice("price", "step", "max", "any"),
    Choice("", "text", "a last line"),
]


class Lone(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[tuple[str, int]] = []

    def compose(self) -> ComposeResult:
        yield ChoiceList()

    def on_mount(self) -> None:
        self.query_one(ChoiceList).show(LINES)

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        self.chosen.append((message.key, message.step))


async def test_the_cursor_skips_what_is_only_read() -> None:
    app = Lone()
    async with app.run_test(size=(30, 10)) as pilot:
        choices = app.query_one(ChoiceList)
        seen = [choices.current]
        for key in ("j", "j", "j", "G", "g", "k"):
            await pilot.press(key)
            seen.append(choices.current)
    assert seen == ["all", "tools", "price", "price", "price", "all", "all"]


async def test_choosing_by_key_and_by_mouse() -> None:
    app = Lone()
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.press("space", "G", "right", "left", "enter")
        await pilot.click(ChoiceList, offset=(3, 3))
        await pilot.click(ChoiceList, offset=(3, 0))
    assert app.chosen == [("all", 0), ("price", 1), ("price", -1), ("price", 0), ("tools", 0)]


async def test_a_line_shows_its_mark_and_its_value_at_the_edge() -> None:
    app = Lone()
    async with app.run_test(size=(30, 10)):
        choices = app.query_one(ChoiceList)
        assert choices.render_line(1).text.rstrip() == "● All" + " " * 24 + "5"
        assert choices.render_line(3).text.startswith("[ ] tools")
        assert choices.render_line(8).text.strip() == ""


async def test_the_cursor_stays_on_its_line_when_the_others_change() -> None:
    app = Lone()
    async with app.run_test(size=(30, 10)) as pilot:
        choices = app.query_one(ChoiceList)
        await pilot.press("j")
        choices.show(LINES[2:])
        kept = choices.current
        choices.show([])
        await pilot.press("space", "j")
        assert (kept, choices.current) == ("tools", None)
    assert app.chosen == []
