"""Edits of config.toml while the app is open."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from fakes import World
from modeldeck.domain.errors import ConfigError
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.settings import BudgetSettings, ProviderSettings, Settings, UiSettings
from modeldeck.domain.state import DeckState
from modeldeck.engine.deck import Deck
from modeldeck.tui.app import DeckApp


class Edits:
    """A settings file under the hands of somebody: every entry of `coming` is one edit."""

    def __init__(self, parts_loaded: LoadedSettings) -> None:
        self.loaded = parts_loaded
        self.coming: list[Settings | ConfigError] = []
        self.reads = 0

    def edited(self) -> bool:
        return bool(self.coming)

    def read(self, state: DeckState) -> LoadedSettings:
        self.reads += 1
        edit = self.coming.pop(0)
        if isinstance(edit, ConfigError):
            raise edit
        return replace(self.loaded, settings=edit, state=state)


Start = Callable[..., Any]


@pytest.fixture
def started(furnished: World) -> Start:
    """The app over a settings file that can be edited, with all panes mounted and nothing left to do."""

    @asynccontextmanager
    async def start(themes: list[Mapping[str, Any]]) -> AsyncIterator[tuple[DeckApp, Edits, Pilot[int]]]:
        parts = furnished.parts()
        edits = Edits(parts.loaded)
        app = DeckApp(Deck(replace(parts, settings_source=edits)), themes, {})
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(app, pilot)
            app._notifications.clear()
            yield app, edits, pilot

    return start


async def settle(app: DeckApp, pilot: Pilot[int]) -> None:
    for _ in range(200):
        await pilot.pause()
        if len(app.deck_screen.grid.panes) == 6 and all(worker.is_finished for worker in app.workers):
            return
    raise AssertionError("the app never came to rest")


def toasts(app: DeckApp) -> list[tuple[str, str]]:
    return [(note.severity, note.message) for note in app._notifications]


THEMES = [{"name": "deck-dark", "primary": "#7fb4ff"}, {"name": "plum", "primary": "#884488"}]


async def test_an_edit_is_read_once_told_and_followed(started: Start) -> None:
    async with started(THEMES) as (app, edits, pilot):
        edits.coming.append(Settings(budget=BudgetSettings(day_usd=None, soft_percent=50.0)))
        app.watching.settings.look()
        app.watching.settings.look()
        await settle(app, pilot)
        assert edits.reads == 1
        assert toasts(app) == [("information", "config.toml read again.")]
        assert app.deck.settings.loaded.settings.budget.soft_percent == 50


async def test_a_broken_edit_is_one_toast_and_the_old_settings_stay(started: Start) -> None:
    wrong = ConfigError("config.toml, line 2: `budget.day_usd` is -1; allowed: an amount of USD, 0 or more.")
    async with started(THEMES) as (app, edits, pilot):
        before = app.deck.settings.loaded
        edits.coming.append(wrong)
        app.watching.settings.look()
        await settle(app, pilot)
        app.watching.settings.look()
        await settle(app, pilot)
        assert toasts(app) == [("error", wrong.message)]
        assert app.deck.settings.loaded is before
        edits.coming.append(Settings())
        app.watching.settings.look()
        await settle(app, pilot)
        assert toasts(app) == [("information", "config.toml read again.")]


async def test_what_waits_for_a_restart_is_said(started: Start) -> None:
    async with started(THEMES) as (app, edits, pilot):
        edits.coming.append(Settings(providers={"cloud": ProviderSettings(base_url="http://h/v1")}))
        app.watching.settings.look()
        await settle(app, pilot)
        assert ("warning", "Start modeldeck again for providers.cloud.") in toasts(app)


async def test_theme_and_keys_follow(started: Start) -> None:
    async with started(THEMES) as (app, edits, pilot):
        edits.coming.append(Settings(ui=UiSettings(theme="plum"), keymap={"models.favourite": "x", "no.such": "y"}))
        app.watching.settings.look()
        await settle(app, pilot)
        assert app.theme == "plum"
        assert app.keys == {"models.favourite": "x"}
        assert any("no.such" in message for _, message in toasts(app))
        await pilot.press("x")
        assert app.deck.choices.state.favourites
        edits.coming.append(Settings(ui=UiSettings(theme="nowhere")))
        app.watching.settings.look()
        await settle(app, pilot)
        assert (app.theme, app.keys) == ("plum", {})
        assert ("warning", "There is no theme nowhere; F9 shows those there are.") in toasts(app)
        await pilot.press("x")
        assert app.deck.choices.state.favourites
