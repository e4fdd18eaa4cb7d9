"""Help for where the cursor is: what the pane shows, its keys, and the keys that work everywhere."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Markdown

from modeldeck.tui.hints import hint
from modeldeck.tui.keymap import bindings_of
from modeldeck.tui.screens.deck import DeckScreen
from modeldeck.tui.shell import Shell


class HelpScreen(ModalScreen[None]):
    """The current pane's help and every key with the name by which `[keymap]` changes it."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss(None)", "close", id="help.close"),
        Binding("j", "scroll(1)", "down", show=False, id="help.down"),
        Binding("k", "scroll(-1)", "up", show=False, id="help.up"),
    ]

    def __init__(self, app: Shell, dashboard: DeckScreen) -> None:
        super().__init__(classes="overlay")
        self._shell = app
        self._dashboard = dashboard

    def compose(self) -> ComposeResult:
        box = VerticalScroll(classes="box")
        box.border_title = "Help"
        box.border_subtitle = hint(self, "{help.close|esc} closes")
        with box:
            yield Markdown(self._text())

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines * 3, animate=False)

    def _text(self) -> str:
        grid = self._dashboard.grid
        pane = grid.slot(grid.current).pane
        parts: list[str] = []
        if pane is not None:
            inner = [type(node) for node in pane.query("*") if node.can_focus]
            parts += [pane.HELP, self._keys("Keys here", [type(pane), *inner])]
        parts.append(self._keys("Keys everywhere", [type(self._dashboard), type(self._shell)]))
        parts.append("Every key can be changed: `[keymap]` in config.toml takes the names of the last column.")
        return "\n\n".join(parts)

    def _keys(self, title: str, owners: Iterable[type[DOMNode]]) -> str:
        rows = [f"## {title}", "", "| key | does | name |", "| --- | --- | --- |"]
        for owner in owners:
            for binding in bindings_of(owner):
                words = binding.tooltip or binding.description
                rows.append(f"| {self._shell.key_words(binding)} | {words} | {binding.id} |")
        return "\n".join(dict.fromkeys(rows))
