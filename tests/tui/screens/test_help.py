"""The help: keys as they are, the pane's words, names for `[keymap]` where there is room."""

import pytest
from textual.widgets import Markdown

from fakes import World
from modeldeck.engine.deck import Deck
from modeldeck.tui.app import DeckApp
from modeldeck.tui.screens.help import HelpScreen, KeyLines


@pytest.mark.parametrize(("size", "named"), [((120, 36), True), ((60, 20), False)], ids=["wide", "narrow"])
async def test_keys_stand_one_to_a_line_with_their_names_where_there_is_room(
    furnished: World, size: tuple[int, int], named: bool
) -> None:
    app = DeckApp(Deck(furnished.parts()), (), {"models.sort": "ctrl+t"})
    async with app.run_test(size=size) as pilot:
        while not app.keys:  # they are bound when every pane is mounted
            await pilot.pause()
        await pilot.press("question_mark")
        screen = app.screen
        assert isinstance(screen, HelpScreen)
        here = screen.query(KeyLines).first()
        lines = here.render().plain.splitlines()
        assert lines[0] == "Keys here"
        sort = next(line for line in lines if "Sort by the next column" in line)
        assert sort.startswith("ctrl+t ")
        assert ("models.sort" in sort) is named
        assert here.size.height == len(lines)
        assert "letters in order" in screen.query_one(Markdown).source
