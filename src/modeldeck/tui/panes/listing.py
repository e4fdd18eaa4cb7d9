"""What the Models pane lists: rows for the person's filter, order and query, with their count on its border."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from modeldeck.engine.deck import Deck
from modeldeck.tui.hints import key_of
from modeldeck.tui.panes.catalog_table import CatalogTable
from modeldeck.tui.panes.model_rows import ModelRows, list_rows
from modeldeck.tui.panes.model_words import count_words, nothing_shown, title_marks
from modeldeck.tui.panes.row_order import SORT_TITLES, Order
from modeldeck.tui.panes.search import Search
from modeldeck.tui.panes.table_view import TableView

if TYPE_CHECKING:
    from modeldeck.engine.machine.fit import Fit


class Listing:
    """Fills the table of its pane; filter and order are kept by `view`, the query by `search`.

    Args:
        pane: holds the table; its border tells how many rows there are.
        deck: whose models are listed.
        title: the pane's name on the border.
    """

    def __init__(self, pane: Widget, deck: Deck, title: str) -> None:
        self._pane = pane
        self._deck = deck
        self._title = title
        self.view = TableView(pane, deck)
        self.search = Search(pane)
        self._rows: ModelRows | None = None
        self._refreshing = False
        self._outdated = False
        self._used: tuple[str | None, str | None] = (None, None)
        self._fits: tuple[Fit, ...] = ()

    # which rows there are

    def rebuild(self, *, keep: bool = True) -> None:
        """List everything again, for a changed catalog, filter or order; out of sight that waits for `catch_up`.

        With `keep` the cursor stays on its model, otherwise it goes to the first row.
        """
        if not self._pane.is_on_screen and self._rows is not None:
            self._outdated = True
            return
        self._outdated = False
        self._rows = list_rows(self._deck, self.view.wanted, self.view.order)
        self._rows.use(*self._used)
        self._rows.narrow(self.search.query)
        self._show(self._rows, keep=keep)

    def catch_up(self) -> None:
        """List again what changed out of sight."""
        if self._outdated:
            self.rebuild()

    def narrow(self) -> None:
        """Show the rows that fit the query."""
        if self._rows is not None:
            self._rows.narrow(self.search.query)
            self._show(self._rows, keep=False)

    def sort_by_title(self, column: str) -> None:
        """Sort by a column, or turn the order round when it is sorted by that already."""
        if column == self.view.order.key:
            self.turn_round()
        elif column in SORT_TITLES:
            self._sort(Order(column))

    def sort_by_next(self) -> None:
        """Sort by the next column."""
        self._sort(self.view.order.next())

    def turn_round(self) -> None:
        """The same order, from its other end."""
        self._sort(Order(self.view.order.key, not self.view.order.turned))

    def _sort(self, order: Order) -> None:
        self.view.sort_by(order)
        self.rebuild()

    # what the rows say

    def use(self, model: str | None, recommended: str | None) -> None:
        """Mark the model that would be used, and the one that the engine would choose by itself."""
        self._used = (model, recommended)
        if self._rows is not None:
            self._rows.use(model, recommended)
            self._table.repaint()

    def ask_again(self) -> None:
        """Draw the rows with what the deck knows of them now."""
        if self._rows is not None:
            self._rows.forget()
            self._table.repaint()

    def look_at_machine(self) -> None:
        """Draw the rows again when other local models fit than before, and that is shown."""
        if "fit" not in self._table.shown_columns or self._rows is None:
            return
        fits = tuple(self._deck.machine.fit(model) for model in self._deck.catalog.local())
        if fits != self._fits:
            self._fits = fits
            self.ask_again()

    # what is said about all of them

    def refresh_runs(self, running: bool) -> None:
        """Say whether the lists are being fetched."""
        self._refreshing = running
        self.say_again()

    def say_again(self) -> None:
        """Say anew how many rows there are, or why there are none."""
        if self._rows is not None and not self._rows:
            self._show(self._rows, keep=True)
        self.show_count()

    def show_count(self) -> None:
        """How many rows there are: beside the query while it is typed, on the border otherwise."""
        rows = self._rows
        if rows is None:
            return
        self.search.show_count(len(rows), rows.total)
        if self.search.typing:
            return  # the border would be drawn again with every letter
        marks = title_marks(self._deck, self.view.wanted, self.search.query, key_of(self._pane))
        self._pane.border_title = Content.assemble(self._title, marks)
        self._pane.border_subtitle = count_words(self._deck, rows, refreshing=self._refreshing)

    def _show(self, rows: ModelRows, *, keep: bool) -> None:
        order = self.view.order
        sort = (order.key, order.downwards) if order.key else None
        self._table.show(rows, keep=keep, sort=sort, empty=() if rows else self._why_empty(rows))
        self.show_count()

    def _why_empty(self, rows: ModelRows) -> tuple[str, ...]:
        return nothing_shown(
            self._deck,
            rows,
            self.view.wanted,
            refreshing=self._refreshing,
            typing=self.search.typing,
            keys=key_of(self._pane),
        )

    @property
    def _table(self) -> CatalogTable:
        return self._pane.query_one(CatalogTable)
