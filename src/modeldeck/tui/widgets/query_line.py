"""The line above a table in which a query is typed, with the live count beside it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from modeldeck.tui.widgets.query_input import QueryInput


class QueryLine(Horizontal):
    """A query and how many rows fit it."""

    DEFAULT_CSS = """
    QueryLine {
        height: 1; background: $surface;
        & > QueryInput { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        & > Static { width: 13; text-align: right; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "go_on", "to the rows", id="query.go-on", key_display="enter"),
    ]

    class Typed(Message):
        """The query changed."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """The person goes on to the rows, or the cursor went elsewhere."""

    def __init__(self, placeholder: str, query: str) -> None:
        super().__init__()
        self._input = QueryInput(placeholder)
        self._input.value = query
        self._count = Static(markup=False)

    def compose(self) -> ComposeResult:
        yield self._input
        yield self._count

    def focus_query(self) -> None:
        """Put the cursor into the query at once."""
        self.screen.set_focus(self._input)

    def show_count(self, shown: int, total: int) -> None:
        """Show `37/452`."""
        self._count.update(f"{shown}/{total}", layout=False)

    def action_go_on(self) -> None:
        self.post_message(self.Left())

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Typed(message.value))

    @on(Input.Submitted)
    @on(Input.Blurred)
    def _left(self, message: Message) -> None:
        message.stop()
        self.post_message(self.Left())
