"""Help for where the cursor is: what the pane shows, its keys, and the keys that work everywhere."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Markdown

from modeldeck.tui.screens.deck import DeckScreen


class HelpScreen(ModalScreen[None]):
    """The current pane's help and every key with the name by which `[keymap]` changes it."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss(None)", "close", id="help.close"),
        Binding("j", "scroll(1)", "down", show=False, id="help.down"),
        Binding("k", "scroll(-1)", "up", show=False, id="help.up"),
    ]

    def __init__(self, dashboard: DeckScreen) -> None:
        super().__init__(classes="overlay")
        self._dashboard = dashboard

    def compose(self) -> ComposeResult:
        box = VerticalScroll(classes="box")
        box.border_title = "Help"
        box.border_subtitle = "esc closes"
        with box:
            yield Markdown(self._text())

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines * 3, animate=False)

    def _text(self) -> str:
        pane = self._dashboard.slot(self._dashboard.current).pane
        parts: list[str] = []
        if pane is not None:
            inner = [node for node in pane.query("*") if node.can_focus]
            parts += [pane.HELP, self._keys("Keys here", [pane, *inner])]
        parts.append(self._keys("Keys everywhere", [self._dashboard, self.app]))
        parts.append("Every key can be changed: `[keymap]` in config.toml takes the names of the last column.")
        return "\n\n".join(parts)

    def _keys(self, title: str, nodes: Iterable[DOMNode]) -> str:
        rows = [f"## {title}", "", "| key | does | name |", "| --- | --- | --- |"]
        seen: set[str] = set()
        for node in nodes:
            for binding in node._bindings.key_to_bindings.values():
                rows += self._rows(binding, seen)
        return "\n".join(rows)

    def _rows(self, bindings: Iterable[Binding], seen: set[str]) -> list[str]:
        rows = []
        for binding in bindings:
            if binding.id is not None and binding.id not in seen:
                seen.add(binding.id)
                words = binding.tooltip or binding.description
                rows.append(f"| {self.app.get_key_display(binding)} | {words} | {binding.id} |")
        return rows
