"""The query that narrows the Models table, and the line in which it is typed."""

from textual.actions import SkipAction
from textual.widget import Widget

from modeldeck.tui.widgets.query_line import QueryLine


class Search:
    """The line is in its pane only while there is a query or somebody types one."""

    def __init__(self, pane: Widget) -> None:
        self._pane = pane
        self.query = ""

    @property
    def typing(self) -> bool:
        """Whether letters go into the query now."""
        line = self._line
        return line is not None and line.has_focus_within

    async def open(self) -> None:
        """Put the cursor into the line; letters typed right after the key go there."""
        line = self._line
        if line is None:
            line = QueryLine("name, provider or id", self.query)
            await self._pane.mount(line, before=0)
        line.focus_query()

    def show_count(self, shown: int, total: int) -> None:
        """Say beside the query how many rows there are; without a line nothing is said."""
        if self._line is not None:
            self._line.show_count(shown, total)

    def leave(self, rows: Widget) -> None:
        """Go on in the rows from the line; when the cursor is elsewhere, an empty line goes away."""
        if self.typing:
            rows.focus()
        elif self._line is not None and not self.query:
            self._line.remove()

    def back(self, rows: Widget) -> bool:
        """One step back: out of the line into the rows, then away with the query; returns whether that went.

        Raises:
            SkipAction: neither does somebody type nor is there a query.
        """
        if self.typing:
            rows.focus()
            return False
        if not self.query:
            raise SkipAction
        self.forget()
        return True

    def forget(self) -> None:
        """Take the query and its line away."""
        self.query = ""
        if self._line is not None:
            self._line.remove()

    @property
    def _line(self) -> QueryLine | None:
        return next(iter(self._pane.query_children(QueryLine)), None)
