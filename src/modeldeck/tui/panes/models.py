"""The Models pane: every model in one table, with the filter line, the active filters and what is known of one row."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from modeldeck.domain.model import Kind
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.filters import toggle_kind
from modeldeck.tui.hints import key_of
from modeldeck.tui.messages import CatalogChanged, HardwareRead, PickChanged, RefreshState, RunEvent, StateChanged
from modeldeck.tui.panes.catalog_table import CatalogTable
from modeldeck.tui.panes.model_rows import ModelRows, list_rows
from modeldeck.tui.panes.model_words import count_words, nothing_shown, row_line, title_marks
from modeldeck.tui.panes.row_order import SORT_TITLES, Order
from modeldeck.tui.panes.search import Search
from modeldeck.tui.panes.table_view import TableView
from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.query_line import QueryLine

if TYPE_CHECKING:
    from modeldeck.engine.machine.fit import Fit


class ModelsPane(Vertical):
    """The table of models. Reads the deck; filter and order are those of its TableView, the query is its own."""

    TITLE: ClassVar[str] = "Models"
    NUMBER: ClassVar[int] = 1
    HELP: ClassVar[str] = """\
Every model you can reach, your favourites (★) first; ▸ marks the one that would be used now,
▹ the one that the engine recommends where you chose another.
**{table.activate|Enter}** makes one the manual model of this conversation, `{app.mode|F4}` goes
back to the engine's choice. `{models.filter|/}` filters by name, provider or id; letters in order are enough (`dsr1`).
`{models.costs|$}` compares what 100,000 tokens cost everywhere.

- **kind**: FREE and LOCAL cost nothing, PAID does; a model without a known price counts as PAID
- **in/M, out/M**: USD per million tokens, `—` when unknown
- **q**: quality 0 to 1; `~` is estimated from facts, `u` is your own value
- **can**: **t**ools **v**ision **a**udio **j**son **r**easoning **c**ode **f**ast
- **mine, tok/s**: my share of successful attempts, and the speed I measured
- **fit**: where a local model fits into memory that is free now

Dim rows cannot be called now (no key, cooldown, gone); the line under the table says why.
"""
    DEFAULT_CSS = """
    ModelsPane {
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        #about { height: 1; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that letters typed right after the key already go into the query.
        Binding(
            "slash",
            "filter",
            "filter",
            id="models.filter",
            key_display="/",
            priority=True,
            tooltip="Filter by name, provider or id",
        ),
        Binding("f", "kind('free')", "free", id="models.free", tooltip="Only free models, or all again"),
        Binding(
            "L", "kind('local')", "local", id="models.local", show=False, tooltip="Only local models, or all again"
        ),
        Binding("s", "sort", "sort", id="models.sort", tooltip="Sort by the next column"),
        Binding("S", "reverse", "reverse", id="models.reverse", show=False, tooltip="Turn the order round"),
        Binding("x", "clear", "clear filters", show=False, id="models.clear", tooltip="Show every model again"),
        Binding("escape", "leave", "leave the filter", id="models.leave", show=False),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self.border_title = f"{self.NUMBER} {self.TITLE}"
        self._view = TableView(self, deck)
        self._search = Search(self)
        self._rows: ModelRows | None = None
        self._refreshing = False
        self._outdated = False
        self._used: tuple[str | None, str | None] = (None, None)
        self._fits: tuple[Fit, ...] = ()

    def compose(self) -> ComposeResult:
        yield CatalogTable(self.deck, id="table")
        yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        self._rebuild(keep=False)
        self.set_interval(60, self._show_count)

    def focus_primary(self) -> None:
        """Put the cursor into the table."""
        self.screen.set_focus(self._table)

    @property
    def _table(self) -> CatalogTable:
        return self.query_one(CatalogTable)

    # showing

    def _rebuild(self, *, keep: bool = True) -> None:
        """List everything again, for a changed catalog, filter or order."""
        if not self.is_on_screen and self._rows is not None:
            self._outdated = True
            return
        self._outdated = False
        self._rows = list_rows(self.deck, self._view.wanted, self._view.order)
        self._rows.use(*self._used)
        self._rows.narrow(self._search.query)
        self._show_rows(self._rows, keep=keep)

    def _show_rows(self, rows: ModelRows, *, keep: bool) -> None:
        sort = (self._view.order.key, self._view.order.downwards) if self._view.order.key else None
        empty = () if rows else self._why_empty(rows)
        self._table.show(rows, keep=keep, sort=sort, empty=empty)
        self._show_count()

    def _show_count(self) -> None:
        """How many rows there are: beside the query while it is typed, on the border otherwise."""
        rows = self._rows
        if rows is None:
            return
        self._search.show_count(len(rows), rows.total)
        if self._search.typing:
            return  # the border would be drawn again with every letter
        self.border_title = Content.assemble(
            f"{self.NUMBER} {self.TITLE}", title_marks(self.deck, self._view.wanted, self._search.query, key_of(self))
        )
        self.border_subtitle = count_words(self.deck, rows, refreshing=self._refreshing)

    def _why_empty(self, rows: ModelRows) -> tuple[str, ...]:
        return nothing_shown(
            self.deck,
            rows,
            self._view.wanted,
            refreshing=self._refreshing,
            typing=self._search.typing,
            keys=key_of(self),
        )

    def _show_about(self, model: str | None) -> None:
        found = None if model is None else self.deck.catalog.get(model)
        line = "" if found is None else row_line(self.deck, found)
        self.query_one("#about", Static).update(line, layout=False)

    # what the app delivers

    @on(CatalogChanged)
    @on(StateChanged)
    def _look_again(self) -> None:
        self._rebuild()

    def on_show(self) -> None:
        if self._outdated:
            self._rebuild()

    @on(RefreshState)
    def _refresh_state(self, message: RefreshState) -> None:
        self._refreshing = message.running
        if self._rows is not None and not self._rows:
            self._show_rows(self._rows, keep=True)
        self._show_count()

    @on(PickChanged)
    def _pick_changed(self, message: PickChanged) -> None:
        self._used = (message.model, message.recommended)
        if self._rows is not None:
            self._rows.use(*self._used)
            self._table.repaint()

    @on(RunEvent)
    def _run_moved(self, message: RunEvent) -> None:
        from modeldeck.domain.run import Finished  # the first picture does without

        if isinstance(message.event, Finished) and self._rows is not None:
            self._rows.forget()
            self._table.repaint()

    @on(HardwareRead)
    def _hardware_read(self) -> None:
        self._show_about(self._table.highlighted)
        if "fit" not in self._table.shown_columns or self._rows is None:
            return
        fits = tuple(self.deck.machine.fit(model) for model in self.deck.catalog.local())
        if fits != self._fits:
            self._fits = fits
            self._rows.forget()
            self._table.repaint()

    # what the person does

    @on(ModelTable.Highlighted)
    def _highlighted(self, message: ModelTable.Highlighted) -> None:
        message.stop()
        self._show_about(message.key)

    @on(ModelTable.TitleClicked)
    def _title_clicked(self, message: ModelTable.TitleClicked) -> None:
        message.stop()
        if message.column == self._view.order.key:
            self.action_reverse()
        elif message.column in SORT_TITLES:
            self._sort(Order(message.column))

    @on(QueryLine.Typed)
    def _query_typed(self, message: QueryLine.Typed) -> None:
        message.stop()
        self._search.query = message.query
        self._narrow()

    @on(QueryLine.Left)
    def _query_left(self, message: QueryLine.Left) -> None:
        """Enter goes on in the table; an empty line goes away."""
        message.stop()
        self._search.leave(self._table)
        if self._rows is not None and not self._rows:
            self._show_rows(self._rows, keep=True)
        self._show_count()

    def _narrow(self) -> None:
        if self._rows is not None:
            self._rows.narrow(self._search.query)
            self._show_rows(self._rows, keep=False)

    async def action_filter(self) -> None:
        await self._search.open()

    def action_leave(self) -> None:
        """Esc leaves the filter line first, then empties it; after that it is not ours."""
        if self._search.back(self._table):
            self._narrow()

    def action_clear(self) -> None:
        self._search.forget()
        self._narrow()
        self._view.show_only(ModelFilter())

    def action_kind(self, kind: str) -> None:
        self._view.show_only(toggle_kind(self._view.wanted, Kind(kind)))

    def action_sort(self) -> None:
        self._sort(self._view.order.next())

    def action_reverse(self) -> None:
        self._sort(Order(self._view.order.key, not self._view.order.turned))

    def _sort(self, order: Order) -> None:
        self._view.sort_by(order)
        self._rebuild()
