"""The app driven by keys: its start and its end, themes, keys and what goes wrong."""

import pytest
from textual.color import Color
from textual.command import CommandList
from textual.widgets import TextArea

from fake_app import MakeApp, rows, started, table, until
from fakes import World
from modeldeck.tui.app import DeckApp


async def test_the_end_of_the_start_is_told_once(make_app: MakeApp) -> None:
    told: list[int] = []
    app: DeckApp = make_app(started=lambda: told.append(len(app.deck_screen.grid.panes)))

    async with started(app):
        assert told == [6]


async def test_letters_typed_right_after_a_key_that_moves_the_cursor_are_not_lost(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        for key in ("slash", *"gpt"):
            app.simulate_key(key)
        await until(pilot, lambda: rows(app) == ["cloud/vendor/gpt-5-mini"])
        await pilot.press("escape")
        for key in ("4", *"hello"):
            app.simulate_key(key)
        await until(pilot, lambda: isinstance(app.focused, TextArea) and app.focused.text == "hello")


async def test_a_theme_is_tried_kept_or_given_back(make_app: MakeApp, furnished: World) -> None:
    app = make_app()
    async with started(app) as pilot:
        before = app.theme
        await pilot.press("f9", "j")
        await pilot.pause()
        assert app.theme != before
        await pilot.press("escape")
        assert app.theme == before
        await pilot.press("f9", "j", "enter")
        await pilot.pause()
        assert furnished.state_file.state.theme == app.theme != before


@pytest.mark.parametrize("theme", ["deck-dark", "deck-light", "deck-contrast"])
async def test_a_theme_colours_the_first_picture(make_app: MakeApp, theme: str) -> None:
    app: DeckApp = make_app(default_theme=theme)

    async with started(app):
        assert app.deck_screen.styles.background == Color.parse(app.named_themes[theme].theme.background or "")


@pytest.mark.parametrize("theme", ["deck-dark", "deck-light", "deck-contrast", "deck-ansi", "ansi-light", "no-such"])
async def test_the_app_starts_in_every_theme(make_app: MakeApp, theme: str) -> None:
    app = make_app(default_theme=theme)
    async with started(app, (80, 24)) as pilot:
        assert app.theme == ("deck-dark" if theme == "no-such" else theme)
        await pilot.press("question_mark")
        await pilot.pause()
        assert app.is_running


async def test_keys_can_be_changed_and_wrong_names_are_told_once(make_app: MakeApp) -> None:
    app = make_app(keymap={"models.free": "F", "models.fre": "x"})
    async with started(app) as pilot:
        await pilot.press("f")
        assert len(rows(app)) == 5
        await pilot.press("F")
        assert len(rows(app)) == 1
        told = [note.message for note in app._notifications if "models.fre;" in note.message]
        assert len(told) == 1


async def test_the_palette_knows_every_action_with_its_key(make_app: MakeApp) -> None:
    from modeldeck.tui.commands import DeckCommands

    app = make_app()
    async with started(app):
        provider = DeckCommands(app.screen)
        shown = [str(hit.display) async for hit in provider.discover()]  # type: ignore[union-attr]
    joined = "\n".join(shown)
    for words in (
        "f         Models: free",
        "5         Pane: usage",
        "Mode: auto",
        "Theme: Deck light",
        "f5        Refresh",
    ):
        assert words in joined
    assert "Models: " in shown[0], "what can be done here comes first"
    assert "ctrl+p" not in joined


async def test_the_palette_opens_with_our_commands(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: any(found.option_count for found in app.screen.query(CommandList)))
        first = app.screen.query_one(CommandList).get_option_at_index(0)
        assert "Models: " in str(first.prompt)


async def test_a_failing_worker_becomes_a_note(make_app: MakeApp) -> None:
    app = make_app()

    def burst() -> None:
        raise RuntimeError("[/] out of luck")

    async with started(app) as pilot:
        worker = app.run_worker(burst, thread=True, exit_on_error=False, description="The test")
        await until(pilot, lambda: worker.is_finished)
        await pilot.pause()
        assert app.is_running
        assert any("out of luck" in note.message for note in app._notifications)


async def test_the_first_run_says_what_was_found_and_swallows_no_key(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        hint = app.deck_screen.query_one("#hint")
        assert "cloud 3 models" in str(hint.render())
        assert hint.display
        await pilot.press("j")
        assert table(app).cursor == 1
        await pilot.press("enter")
        await pilot.pause()
        assert not hint.display
