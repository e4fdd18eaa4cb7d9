"""The last line: the keys that help where the cursor is. Where there is no room, ? and q stay."""

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from modeldeck.domain.record import record

ALWAYS = ("app.help", "app.quit-list", "app.quit")
"""Binding ids that stand at the right end whatever happens."""


@record
class Hint:
    """One key with what it does; `press` is the key to simulate on a click."""

    key: str
    text: str
    press: str

    @property
    def width(self) -> int:
        return len(self.key) + 1 + len(self.text)


class KeyBar(Widget):
    """Reads the screen's active bindings whenever the focus moves."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: list[Hint] = []
        self._right: list[Hint] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._read)
        self._read(self.screen)

    def _read(self, screen: Screen[object]) -> None:
        left: list[Hint] = []
        right: list[Hint] = []
        seen: set[str] = set()
        for _node, binding, enabled, _tip in screen.active_bindings.values():
            if not binding.show or not enabled or binding.action in seen:
                continue
            seen.add(binding.action)
            hint = Hint(self.app.get_key_display(binding), binding.description, binding.key)
            (right if binding.id in ALWAYS else left).append(hint)
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def _placed(self) -> list[tuple[int, Hint]]:
        """Start column and hint of everything that fits."""
        width = self.content_size.width
        start = width - sum(hint.width + 3 for hint in self._right)
        placed: list[tuple[int, Hint]] = []
        column = 0
        for hint in self._left:
            if column + hint.width > start:
                break
            placed.append((column, hint))
            column += hint.width + 3
        column = max(column, start + 3)
        for hint in self._right:
            placed.append((column, hint))
            column += hint.width + 3
        return placed

    def render(self) -> Content:
        """Keys in the accent colour, words dimmed."""
        line = Content("")
        for column, hint in self._placed():
            line = Content.assemble(
                line, " " * (column - line.cell_length), (hint.key, "$footer-key-foreground"), f" {hint.text}"
            )
        return line

    def on_click(self, event: events.Click) -> None:
        for column, hint in self._placed():
            if column <= event.x - self.gutter.left < column + hint.width:
                self.app.simulate_key(hint.press)
                return
