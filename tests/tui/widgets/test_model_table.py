from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from textual import on
from textual.app import App, ComposeResult

from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.table_columns import Cell, Column


@dataclass
class Numbers:
    """Rows `row 0` to `row n`; remembers which were asked for."""

    count: int
    columns: Sequence[Column] = (Column("name", "name", 0, least=8), Column("size", "size", 5, right=True))
    asked: set[int] = field(default_factory=set)
    widths: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.count

    def key(self, row: int) -> str:
        return f"row {row}"

    def cells(self, row: int) -> Sequence[Cell]:
        self.asked.add(row)
        return Cell(f"row {row}"), Cell(str(row))

    def find(self, key: str) -> int | None:
        row = int(key.removeprefix("row "))
        return row if row < self.count else None

    def fitted(self, widths: Mapping[str, int]) -> None:
        self.widths = widths


class Lone(App[None]):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self.numbers = Numbers(rows)
        self.heard: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield ModelTable()

    def on_mount(self) -> None:
        self.table.show(self.numbers, empty=("Nothing here.", "x clears it."))

    @property
    def table(self) -> ModelTable:
        return self.query_one(ModelTable)

    @on(ModelTable.Activated)
    def _activated(self, message: ModelTable.Activated) -> None:
        self.heard.append(message.key)

    @on(ModelTable.TitleClicked)
    def _title(self, message: ModelTable.TitleClicked) -> None:
        self.heard.append(message.column)


async def test_only_rows_in_sight_are_asked_for() -> None:
    app = Lone(50_000)
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.pause()
        assert app.numbers.asked <= set(range(12))
        await pilot.press("G")
        await pilot.pause()
        assert app.table.highlighted == "row 49999"
        assert len(app.numbers.asked) < 40
        assert app.table.render_line(11).text.startswith("row 49999")
        await pilot.press("g", "pagedown", "j", "k")
        assert app.table.highlighted == "row 10"


async def test_titles_stay_while_the_rows_scroll() -> None:
    app = Lone(100)
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        assert app.table.render_line(0).text.startswith("name")


async def test_the_cursor_follows_its_row_through_a_change() -> None:
    app = Lone(100)
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.press("j", "j", "j")
        app.table.show(Numbers(50))
        assert app.table.highlighted == "row 3"
        app.table.show(Numbers(2))
        assert app.table.highlighted == "row 1"
        app.table.show(Numbers(100), keep=False)
        assert app.table.highlighted == "row 0"


async def test_no_rows_are_no_error_and_say_why() -> None:
    app = Lone(0)
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.press("j", "G", "enter", "pagedown")
        assert app.table.highlighted is None
        assert app.table.render_line(2).text.strip() == "Nothing here."
        assert app.heard == []


async def test_the_mouse_chooses_uses_and_sorts() -> None:
    app = Lone(100)
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.click(ModelTable, offset=(2, 4))
        assert app.table.highlighted == "row 3"
        await pilot.click(ModelTable, offset=(2, 5), times=2)
        await pilot.click(ModelTable, offset=(26, 0))
        assert app.heard == ["row 4", "size"]


async def test_a_resize_keeps_the_cursor_in_sight() -> None:
    app = Lone(100)
    async with app.run_test(size=(30, 30)) as pilot:
        app.table.action_move(25)
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        top = app.table.scroll_offset.y
        assert top <= 25 < top + 9


@pytest.mark.parametrize(("width", "told"), [(30, {"name": 23, "size": 5}), (12, {"name": 8, "size": 5})])
async def test_the_rows_are_told_which_columns_fit(width: int, told: dict[str, int]) -> None:
    app = Lone(3)
    async with app.run_test(size=(width, 12)) as pilot:
        await pilot.pause()
        assert app.numbers.widths == told
