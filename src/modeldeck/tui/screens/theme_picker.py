"""The theme picker: moving the cursor shows a theme at once, Enter keeps it, Esc goes back to the old one."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from modeldeck.tui.hints import hint
from modeldeck.tui.widgets.choice_list import Choice, ChoiceList


class ThemePicker(ModalScreen[str | None]):
    """Ends with the theme's name, or None. `titles` are the shipped and the person's own themes."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f9", "cancel", "close", id="themes.close")]

    def __init__(self, titles: Mapping[str, str], now: str) -> None:
        super().__init__(classes="overlay")
        self._titles = titles
        self._before = now

    def compose(self) -> ComposeResult:
        box = Vertical(classes="box -small")
        box.border_title = "Colours"
        box.border_subtitle = hint(self, "{choices.choose|enter} keeps · {themes.close|esc} goes back")
        with box:
            yield ChoiceList()

    def on_mount(self) -> None:
        names = [*self._titles, *sorted(set(self.app.available_themes) - set(self._titles))]
        choices = [Choice(name, "radio", self._titles.get(name, name), on=name == self._before) for name in names]
        themes = self.query_one(ChoiceList)
        themes.show(choices)
        themes.go_to(self._before)
        themes.focus()

    @on(ChoiceList.Moved)
    def _moved(self, message: ChoiceList.Moved) -> None:
        self.app.theme = message.key

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        self.dismiss(message.key)

    def action_cancel(self) -> None:
        self.app.theme = self._before
        self.dismiss(None)
