"""The tab strip of the narrow layout: the panes' numbers and titles, one of them lit."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class TabLine(Widget):
    """Titles in one line; shortens those that are not current when they do not fit."""

    DEFAULT_CSS = """
    TabLine { height: 1; background: $surface; color: $text-muted; }
    """

    current: reactive[int] = reactive(1)

    @dataclass
    class Picked(Message):
        """A click on a tab."""

        number: int

    def __init__(self, titles: Sequence[tuple[int, str]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._titles = tuple(titles)

    def render(self) -> Content:
        """All titles, or numbers only beside the current one in full."""
        return Content("").join(Content.styled(text, style) for _, text, style in self._tabs())

    def _tabs(self) -> list[tuple[int, str, str]]:
        full = [(number, f" {number} {title} ") for number, title in self._titles]
        if sum(len(text) for _, text in full) > self.size.width:
            full = [(n, text if n == self.current else f" {n} {text[3:6].strip()} ") for n, text in full]
        return [(n, text, "$text-primary bold reverse" if n == self.current else "") for n, text in full]

    def on_click(self, event: events.Click) -> None:
        start = 0
        for number, text, _ in self._tabs():
            if start <= event.x < start + len(text):
                self.post_message(self.Picked(number))
                return
            start += len(text)
