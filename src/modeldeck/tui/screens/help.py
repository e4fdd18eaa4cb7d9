"""Context help: the keys that work where the cursor was, what the pane shows, the keys that work everywhere."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Markdown, Static

from modeldeck.tui.hints import hint
from modeldeck.tui.keymap import bindings_of
from modeldeck.tui.panes.grid import PaneGrid
from modeldeck.tui.shell import Shell
from modeldeck.tui.widgets.line_panel import table_line
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import DIM

_COLUMNS = (
    Column("key", "", 14),
    Column("does", "", 0, least=34),
    Column("name", "", 24, dropped=1),
)
_LAST = "Every key can be changed: [keymap] in config.toml takes the names of the last column."


class KeyLines(Widget):
    """A title and one line for each key; the name for `[keymap]` is dropped where there is no room."""

    DEFAULT_CSS = "KeyLines { height: auto; margin-bottom: 1; }"

    def __init__(self, title: str, rows: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._title = title
        self._rows = rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines at every width."""
        return 1 + len(self._rows)

    def render(self) -> Content:
        """The title and the lines, in columns."""
        placed = fit_columns(_COLUMNS, self.content_size.width)
        lines = [
            table_line(placed, [Content.styled(key, "bold"), does, Content.styled(name, DIM)]).content
            for key, does, name in self._rows
        ]
        return Content("\n").join([Content.styled(self._title, "$text-accent bold"), *lines])


class HelpScreen(ModalScreen[None]):
    """The current pane's help and every key with the name by which `[keymap]` changes it."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss(None)", "close", id="help.close"),
        Binding("j", "scroll(1)", "down", show=False, id="help.down"),
        Binding("k", "scroll(-1)", "up", show=False, id="help.up"),
    ]

    def __init__(self, app: Shell, dashboard: Screen[None]) -> None:
        super().__init__(classes="overlay")
        self._shell = app
        self._dashboard = dashboard

    def compose(self) -> ComposeResult:
        grid = self._dashboard.query_one(PaneGrid)
        pane = grid.slot(grid.current).pane
        box = VerticalScroll(classes="box")
        box.border_title = "Help" if pane is None else f"Help: {pane.TITLE}"
        box.border_subtitle = hint(self, "{help.close|esc} closes")
        with box:
            if pane is not None:
                inner = [type(node) for node in pane.query("*") if node.can_focus]
                yield KeyLines("Keys here", self._rows([type(pane), *inner]))
                yield Markdown(hint(self, pane.HELP))
            yield KeyLines("Keys everywhere", self._rows([type(self._dashboard), type(self._shell)]))
            yield Static(_LAST, markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines * 3, animate=False)

    def _rows(self, owners: Iterable[type[DOMNode]]) -> list[tuple[str, str, str]]:
        """Key, what it does, and its name: one for every binding of these classes."""
        rows = [
            (self._shell.key_words(binding), binding.tooltip or binding.description, binding.id or "")
            for owner in owners
            for binding in bindings_of(owner)
        ]
        return list(dict.fromkeys(rows))
