"""The Models pane: every model in one table, with the filter line, the active filters and what is known of one row."""

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from modeldeck.domain.errors import DeckError
from modeldeck.domain.model import Kind
from modeldeck.domain.run import Finished
from modeldeck.engine.deck import Deck
from modeldeck.engine.filter import ModelFilter
from modeldeck.engine.fit import Fit
from modeldeck.tui.filters import chips, read_filters, read_order, store_filters, store_order, toggle_kind
from modeldeck.tui.format import age, clean, plain
from modeldeck.tui.messages import (
    AssignRequested,
    CatalogChanged,
    DetailRequested,
    HardwareRead,
    ModelChosen,
    RefreshState,
    RunEvent,
    StateChanged,
    WhyRequested,
)
from modeldeck.tui.panes.model_rows import SORT_TITLES, ModelRows, Order, list_rows
from modeldeck.tui.panes.model_words import nothing_shown, row_line
from modeldeck.tui.toast import fail, say
from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.query_input import QueryInput


class ModelsPane(Vertical):
    """The table of models. Reads the deck, keeps only what is on screen: the query and the order."""

    TITLE: ClassVar[str] = "Models"
    NUMBER: ClassVar[int] = 1
    HELP: ClassVar[str] = """\
# Models

Every model you can reach, your favourites first. **Enter** makes one the manual model of this conversation, `F4` goes
back to the engine's choice. `/` filters by name, provider or id; letters in order are enough (`dsr1`).

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
        #line { height: 1; display: none; background: $surface; }
        #line.-open { display: block; }
        #query { width: 1fr; height: 1; border: none; padding: 0; background: $surface; }
        #count { width: 13; text-align: right; color: $text-muted; }
        #chips { height: 1; display: none; }
        #chips.-some { display: block; }
        #nothing { height: 1fr; padding: 1 2; display: none; }
        &.-empty #nothing { display: block; }
        &.-empty ModelTable { display: none; }
        #about { height: 1; color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="models.filter", key_display="/"),
        Binding("f", "kind('free')", "free", id="models.free", tooltip="Only free models, or all again"),
        Binding(
            "L", "kind('local')", "local", id="models.local", show=False, tooltip="Only local models, or all again"
        ),
        Binding("s", "sort", "sort", id="models.sort", tooltip="Sort by the next column"),
        Binding("S", "reverse", "reverse", id="models.reverse", show=False, tooltip="Turn the order round"),
        Binding("a", "assign", "assign", id="models.assign", tooltip="Assign this model to a task"),
        Binding("i", "detail", "info", id="models.info", tooltip="Everything known about this model"),
        Binding("asterisk", "favourite", "favourite", id="models.favourite", show=False, key_display="*"),
        Binding("y", "copy", "copy id", id="models.copy", show=False),
        Binding("w", "why", "why", id="models.why", tooltip="Why the last model was chosen"),
        Binding("x", "clear", "clear filters", id="models.clear", show=False),
        Binding("escape", "leave", "leave the filter", id="models.leave", show=False),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self.border_title = f"{self.NUMBER} {self.TITLE}"
        self._rows: ModelRows | None = None
        self._refreshing = False
        self._outdated = False
        self._ages: Timer | None = None
        self._fits: tuple[Fit, ...] = ()

    def compose(self) -> ComposeResult:
        with Horizontal(id="line"):
            yield QueryInput("name, provider or id", id="query")
            yield Static(id="count", markup=False)
        yield Static(id="chips", markup=False)
        yield ModelTable(id="table")
        yield Static(id="nothing", markup=False)
        yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        self._rebuild(keep=False)
        self._ages = self.set_interval(60, self._show_count)

    def focus_primary(self) -> None:
        """Put the cursor into the table."""
        self._table.focus()

    @property
    def _table(self) -> ModelTable:
        return self.query_one(ModelTable)

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    # showing

    def _rebuild(self, *, keep: bool = True) -> None:
        """List everything again, for a changed catalog, filter or order."""
        if not self.is_on_screen and self._rows is not None:
            self._outdated = True
            return
        self._outdated = False
        self._rows = list_rows(self.deck, self._wanted, self._order)
        self._rows.narrow(self._input.value)
        self._show_rows(self._rows, keep=keep)

    def _show_rows(self, rows: ModelRows, *, keep: bool) -> None:
        sort = (self._order.key, self._order.downwards) if self._order.key else None
        self._table.show(rows, keep=keep, sort=sort)
        self.set_class(not rows, "-empty")
        if not rows:
            text = nothing_shown(self.deck, rows, self._wanted, self._refreshing)
            self.query_one("#nothing", Static).update(text)
        words = chips(self._wanted)
        line = self.query_one("#chips", Static)
        line.set_class(bool(words), "-some")
        if words:
            text = Content.assemble(plain(" · ".join(words), "$text-accent"), ("   x clears", "$text-muted"))
            line.update(text, layout=False)
        self._show_count()

    def _show_count(self) -> None:
        """How many rows there are: beside the query while it is typed, on the border otherwise."""
        rows = self._rows
        if rows is None:
            return
        if self._input.has_focus:
            self.query_one("#count", Static).update(f"{len(rows)}/{rows.total}", layout=False)
            return
        parts = [f"{len(rows)} of {rows.total}" if len(rows) != rows.total else f"{rows.total}"]
        if self._order.key:
            parts.append(f"by {SORT_TITLES[self._order.key]}")
        parts.append("refreshing" if self._refreshing else self._prices_age())
        self.border_subtitle = Content(" · ".join(part for part in parts if part))

    def _prices_age(self) -> str:
        fetched, failed = _listing_times(self.deck)
        if not fetched:
            return "offline" if failed else ""
        text = f"prices {age(min(fetched), self.deck.clock.now())}"
        return f"{text} · {clean(failed[0])} stale" if failed else text

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

    @on(RunEvent)
    def _run_moved(self, message: RunEvent) -> None:
        if isinstance(message.event, Finished) and self._rows is not None:
            self._rows.forget()
            self._table.repaint()

    @on(HardwareRead)
    def _hardware_read(self) -> None:
        self._show_about(self._table.highlighted)
        if "fit" not in self._table.shown_columns or self._rows is None:
            return
        fits = tuple(self.deck.fit(model) for model in self.deck.catalog.local())
        if fits != self._fits:
            self._fits = fits
            self._rows.forget()
            self._table.repaint()

    # what the person does

    @on(ModelTable.Highlighted)
    def _highlighted(self, message: ModelTable.Highlighted) -> None:
        message.stop()
        self._show_about(message.key)

    @on(ModelTable.Activated)
    def _activated(self, message: ModelTable.Activated) -> None:
        message.stop()
        self.post_message(ModelChosen(message.key))

    @on(ModelTable.TitleClicked)
    def _title_clicked(self, message: ModelTable.TitleClicked) -> None:
        message.stop()
        if message.column == self._order.key:
            self.action_reverse()
        elif message.column in SORT_TITLES:
            self._sort(Order(message.column))

    @on(Input.Changed, "#query")
    def _query_changed(self, message: Input.Changed) -> None:
        message.stop()
        if self._rows is not None:
            self._rows.narrow(message.value)
            self._show_rows(self._rows, keep=False)

    @on(Input.Submitted, "#query")
    def _query_entered(self, message: Input.Submitted) -> None:
        message.stop()
        self._table.focus()

    @on(Input.Blurred, "#query")
    def _query_left(self) -> None:
        self._show_count()

    def action_filter(self) -> None:
        self._open_line(True)
        self._input.focus()

    def action_leave(self) -> None:
        """Esc leaves the filter line first, then empties it; after that it is not ours."""
        if self._input.has_focus:
            self._table.focus()
            self._open_line(bool(self._input.value))
        elif self._input.value:
            self._input.value = ""
            self._open_line(False)
        else:
            raise SkipAction

    def action_clear(self) -> None:
        self._input.value = ""
        self._open_line(False)
        self._store(ModelFilter())

    def _open_line(self, is_open: bool) -> None:
        self.query_one("#line").set_class(is_open, "-open")
        self._show_count()

    def action_kind(self, kind: str) -> None:
        self._store(toggle_kind(self._wanted, Kind(kind)))

    def action_sort(self) -> None:
        self._sort(self._order.next())

    def action_reverse(self) -> None:
        self._sort(Order(self._order.key, not self._order.turned))

    def action_assign(self) -> None:
        if model := self._table.highlighted:
            self.post_message(AssignRequested(model))

    def action_detail(self) -> None:
        if model := self._table.highlighted:
            self.post_message(DetailRequested(model))

    def action_why(self) -> None:
        self.post_message(WhyRequested())

    def action_copy(self) -> None:
        if model := self._table.highlighted:
            self.app.copy_to_clipboard(model)
            say(self.app, f"{model} was sent to the terminal's clipboard. A terminal without OSC 52 ignores it.")

    def action_favourite(self) -> None:
        model = self._table.highlighted
        if model is None:
            return
        try:
            self.deck.toggle_favourite(model)
        except DeckError as error:
            fail(self.app, error)
        self.post_message(StateChanged())

    @property
    def _order(self) -> Order:
        key, turned = read_order(self.deck.state.filters)
        return Order(key if key in SORT_TITLES else "", turned)

    @property
    def _wanted(self) -> ModelFilter:
        return read_filters(self.deck.state.filters)

    def _store(self, wanted: ModelFilter) -> None:
        try:
            self.deck.update_state(filters=store_filters(wanted, self.deck.state.filters))
        except DeckError as error:
            fail(self.app, error)
        self.post_message(StateChanged())

    def _sort(self, order: Order) -> None:
        try:
            self.deck.update_state(filters=store_order(order.key, order.turned, self.deck.state.filters))
        except DeckError as error:
            fail(self.app, error)
        self._rebuild()


def _listing_times(deck: Deck) -> tuple[list[datetime], list[str]]:
    """When the lists that hold models were fetched, and the providers whose newest refresh failed."""
    listings = [deck.catalog.listing(provider.name) for provider in deck.providers()]
    known = [listing for listing in listings if listing is not None]
    fetched = [listing.fetched_at for listing in known if listing.models and listing.fetched_at is not None]
    return fetched, [listing.provider for listing in known if listing.error is not None]
