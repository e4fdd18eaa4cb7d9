"""Terminals that change their size while the app runs."""

import pytest
from textual.pilot import Pilot

from fake_app import MakeApp, started
from modeldeck.tui.app import DeckApp
from modeldeck.tui.widgets.line_panel import LinePanel
from modeldeck.tui.widgets.prompt import PromptInput


async def resize(pilot: Pilot[int], *sizes: tuple[int, int]) -> None:
    for size in sizes:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.pause()


def panel(app: DeckApp, number: int) -> list[str]:
    lines = app.deck_screen.grid.slot(number).query_one(LinePanel)
    return [lines.render_line(y).text.rstrip() for y in range(lines.size.height)]


@pytest.mark.parametrize("between", [(80, 24), (50, 15), (60, 20)])
async def test_panes_fill_their_place_again_after_a_small_terminal(make_app: MakeApp, between: tuple[int, int]) -> None:
    app: DeckApp = make_app()
    async with started(app) as pilot:
        before = panel(app, 3), panel(app, 5)
        await resize(pilot, between, (120, 36))
        assert (panel(app, 3), panel(app, 5)) == before


async def test_the_prompt_keeps_focus_and_text_while_the_terminal_is_too_small(make_app: MakeApp) -> None:
    app: DeckApp = make_app()
    async with started(app) as pilot:
        await pilot.press("4", "h", "i")
        await resize(pilot, (50, 15), (4, 2), (120, 36), (100, 30), (30, 40), (80, 24))
        await pilot.press("q")
        prompt = app.deck_screen.query_one(PromptInput)
        assert app.focused is prompt
        assert prompt.text == "hiq"


@pytest.mark.parametrize("number", range(1, 7))
async def test_every_pane_bears_a_terminal_of_few_cells(make_app: MakeApp, number: int) -> None:
    app: DeckApp = make_app()
    async with started(app) as pilot:
        await pilot.press(str(number))
        focused = app.focused
        await resize(pilot, (3, 2), (80, 24))
        assert app.focused is focused is not None


@pytest.mark.parametrize(("number", "size"), [(3, (80, 24)), (5, (80, 30)), (6, (60, 20))])
async def test_a_narrow_terminal_gives_all_its_width_to_one_pane(
    make_app: MakeApp, number: int, size: tuple[int, int]
) -> None:
    app: DeckApp = make_app()
    async with started(app, size) as pilot:
        await pilot.press(str(number))
        await pilot.pause()
        assert app.deck_screen.grid.slot(number).region.width == size[0]
