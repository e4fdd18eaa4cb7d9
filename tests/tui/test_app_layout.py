"""The app in terminals of several sizes."""

import pytest

from fake_app import MakeApp, drawn, started, table
from modeldeck.tui.screens.deck import layout_for


@pytest.mark.parametrize(
    ("size", "layout", "shown"),
    [
        ((120, 30), "wide", {1, 2, 3, 4, 5, 6}),
        ((119, 30), "middle", {1, 4}),
        ((120, 29), "middle", {1, 4}),
        ((100, 24), "middle", {1, 4}),
        ((99, 40), "narrow", {1}),
        ((200, 23), "narrow", {1}),
        ((60, 20), "narrow", {1}),
        ((59, 20), "tiny", set()),
        ((60, 19), "tiny", set()),
    ],
    ids=str,
)
async def test_the_layout_follows_the_size(
    make_app: MakeApp, size: tuple[int, int], layout: str, shown: set[int]
) -> None:
    app = make_app()
    async with started(app, size):
        assert layout_for(*size) == layout
        assert {number for number in range(1, 7) if app.deck_screen.shows(number)} == shown


async def test_a_terminal_that_is_too_small_is_told_its_size_and_the_way_out(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (50, 15)):
        assert "60 x 20 cells, here are 50 x 15." in drawn(app)
        assert "ctrl+q quits" in drawn(app)


async def test_an_overlay_opens_by_its_number_and_escape_closes_it(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (110, 28)) as pilot:
        await pilot.press("5")
        await pilot.pause()
        assert app.deck_screen.shows(5)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.deck_screen.shows(5)
        assert app.focused is table(app)


async def test_one_pane_at_a_time_in_a_narrow_terminal(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (80, 24)) as pilot:
        for key, number in (("5", 5), ("right_square_bracket", 6), ("right_square_bracket", 1)):
            await pilot.press(key)
            await pilot.pause()
            assert [n for n in range(1, 7) if app.deck_screen.shows(n)] == [number]


async def test_a_pane_is_maximised_and_given_back(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("z")
        await pilot.pause()
        assert [n for n in range(1, 7) if app.deck_screen.shows(n)] == [1]
        await pilot.press("escape")
        await pilot.pause()
        assert app.deck_screen.shows(5)
