"""Edits of config.toml while the app is open: read again in a thread, told in one toast, followed by the screen."""

from functools import partial

from textual.worker import Worker

from modeldeck.domain.errors import DeckError
from modeldeck.engine.deck import Deck
from modeldeck.tui.bridge import reload_settings
from modeldeck.tui.messages import CatalogChanged, SettingsRead, StateChanged
from modeldeck.tui.shell import Shell
from modeldeck.tui.themes import DEFAULT_THEME
from modeldeck.tui.toast import fail, mended, say, warn


class SettingsWatch:
    """Looks whether the file was edited; whoever has a timer calls `look`."""

    def __init__(self, app: Shell, deck: Deck) -> None:
        self._app = app
        self._deck = deck
        self._worker: Worker[None] | None = None
        self._broken: DeckError | None = None  # what is wrong with the file as it was read last

    def look(self) -> None:
        """Read the settings again when the file is another one; costs one look at its date and size."""
        if (self._worker is not None and not self._worker.is_finished) or not self._deck.settings.edited():
            return
        self._worker = self._app.run_worker(
            partial(reload_settings, self._app, self._deck),
            name="settings",
            group="settings",
            description="Reading config.toml again",
            exit_on_error=False,
            thread=True,
        )

    def take(self, message: SettingsRead) -> None:
        """Show what a reading brought: the new settings, or the one line that is wrong."""
        if self._broken is not None:
            mended(self._app, self._broken)
        self._broken = message.error
        if message.error is not None:
            fail(self._app, message.error)
            return
        changed = message.reloaded
        if "ui" in changed.areas:
            self._take_theme()
        if "keymap" in changed.areas:
            self._app.change_keymap(self._deck.settings.loaded.settings.keymap)
        say(self._app, "config.toml read again.")
        if changed.restart:
            warn(self._app, f"Start modeldeck again for {', '.join(changed.restart)}.")
        for warning in message.warnings:
            warn(self._app, warning)
        if changed.areas:
            self._app.post_message(StateChanged())
            self._app.post_message(CatalogChanged())

    def _take_theme(self) -> None:
        """The theme of the settings; one that was chosen in the program stands above it already."""
        wanted = self._deck.settings.loaded.settings.ui.theme or DEFAULT_THEME
        if wanted in self._app.available_themes:
            self._app.theme = wanted
        else:
            warn(self._app, f"There is no theme {wanted}; {self._app.key_of('app.theme', 'F9')} shows those there are.")
