"""The app's shell: themes, names of keys, failing workers. Nothing in it knows what the panes show."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from textual import on
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.worker import Worker, WorkerState

from modeldeck.tui.hints import with_keys
from modeldeck.tui.keymap import check_keymap, ids_of, key_owners
from modeldeck.tui.themes import DEFAULT_THEME, read_themes
from modeldeck.tui.toast import warn

_log = logging.getLogger("modeldeck.tui")


class Shell(App[int], inherit_bindings=False):
    """An app with the person's themes and keys, in which no worker's failure ends anything.

    Args:
        themes: theme tables as read from TOML.
        theme: the name of the theme to start with.
        keymap: keys by binding id.
    """

    def __init__(self, themes: Sequence[Mapping[str, Any]], theme: str, keymap: Mapping[str, str]) -> None:
        super().__init__()
        self.named_themes, self.problems = read_themes(themes)
        for named in self.named_themes.values():
            self.register_theme(named.theme)
        if theme not in self.available_themes:
            self.problems.append(f"There is no theme {theme}; {{app.theme|F9}} shows those there are.")
            theme = DEFAULT_THEME if DEFAULT_THEME in self.available_themes else "textual-dark"
        self._begin_with(theme)
        self.keys: dict[str, str] = {}
        self._wanted_keys = keymap
        self._clashes: set[str] = set()

    def _begin_with(self, theme: str) -> None:
        """Use a theme from the first picture on."""
        begun, wanted = self.current_theme, self.available_themes[theme]
        if (wanted.dark, wanted.ansi) != (begun.dark, begun.ansi):
            self.theme = theme
            return
        # Only colours differ: setting the theme the usual way would read every stylesheet a second time.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def action_theme(self) -> None:
        from modeldeck.tui.screens.theme_picker import ThemePicker  # nobody needs it for the first picture

        titles = {name: named.title for name, named in self.named_themes.items()}
        self.push_screen(ThemePicker(titles, self.theme), self.keep_theme)

    def keep_theme(self, name: str | None) -> None:
        """Use a theme from now on; None, nothing was chosen, changes nothing."""
        if name is not None:
            self.theme = name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What Textual's own stylesheets ask of an ansi theme, for those that do not name it."""
        return {"ansi-background": "ansi_black", "ansi-foreground": "ansi_white"}

    def take_keymap(self) -> None:
        """Bind the person's keys; ids that nothing has become `problems`."""
        if self._wanted_keys:
            self.keys, problems = check_keymap(self._wanted_keys, ids_of([type(self), *key_owners()]))
            self.problems += problems
            self.set_keymap(self.keys)

    def change_keymap(self, keymap: Mapping[str, str]) -> None:
        """Bind other keys than before, and say what is wrong with them."""
        self._wanted_keys = keymap
        self.keys, problems = check_keymap(keymap, ids_of([type(self), *key_owners()]))
        self.problems += problems
        self.set_keymap(self.keys)
        self.tell_problems()

    def tell_problems(self) -> None:
        """Say once what is wrong with themes and keys."""
        for problem in self.problems:
            warn(self, with_keys(problem, self.key_of))
        self.problems.clear()

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Say once which keys a keymap takes from other actions."""
        names = {binding.id or binding.action for binding in clashed_bindings} - self._clashes
        if names:
            self._clashes |= names
            warn(self, f"[keymap] takes the key of {', '.join(sorted(names))}; give it another one.")

    def get_key_display(self, binding: Binding) -> str:
        """Keys in words that people type into settings: `ctrl+l`, not `^l`."""
        if binding.key_display:
            return binding.key_display
        return super().get_key_display(binding).replace("^", "ctrl+").replace("⏎", "enter")

    def key_words(self, binding: Binding) -> str:
        """The keys of a binding as they are now, remapped ones included: `j`, `down j`, `ctrl+l`."""
        keys = self.keys.get(binding.id or "")
        if keys is None and binding.key_display:
            return binding.key_display
        single = (keys or binding.key).split(",")
        return " ".join(self.get_key_display(binding.with_key(key.strip())) for key in single)

    def key_of(self, name: str, usual: str) -> str:
        """The keys of a binding's id in words: as the person remapped them, else the usual ones as given."""
        keys = self._wanted_keys.get(name)
        if keys is None:
            return usual
        return " ".join(self.get_key_display(Binding(key.strip(), name)) for key in keys.split(","))

    @on(Worker.StateChanged)
    def _worker_changed(self, message: Worker.StateChanged) -> None:
        """A worker that failed is told and logged; it never ends the app."""
        if message.state is WorkerState.ERROR:
            _log.error("worker %s failed", message.worker.name, exc_info=message.worker.error)
            warn(self, f"{message.worker.description} failed: {message.worker.error}")
            self.worker_failed(message.worker)

    def worker_failed(self, worker: Worker[Any]) -> None:
        """A worker failed and was told; called for those who wait for it."""
