"""The Models pane: every model in one table, with the filter line, the active filters and what is known of one row."""

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from modeldeck.domain.model import Kind
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.filters import toggle_kind
from modeldeck.tui.messages import CatalogChanged, HardwareRead, PickChanged, RefreshState, RunEvent, StateChanged
from modeldeck.tui.panes.catalog_table import CatalogTable
from modeldeck.tui.panes.listing import Listing
from modeldeck.tui.panes.model_line import ModelLine
from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.query_line import QueryLine


class ModelsPane(Vertical):
    """The table of models: hears what happened and what the person does, for its Listing."""

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

    _table = getters.query_one("#table", CatalogTable)
    _about = getters.query_one("#about", ModelLine)

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self.border_title = f"{self.NUMBER} {self.TITLE}"
        self._listing = Listing(self, deck, self.border_title)

    def compose(self) -> ComposeResult:
        yield CatalogTable(self.deck, id="table")
        yield ModelLine(self.deck, id="about")

    def on_mount(self) -> None:
        self._listing.rebuild(keep=False)
        self.set_interval(60, self._listing.show_count)

    def focus_primary(self) -> None:
        """Put the cursor into the table."""
        self.screen.set_focus(self._table)

    # what the app delivers

    @on(CatalogChanged)
    @on(StateChanged)
    def _look_again(self) -> None:
        self._listing.rebuild()

    def on_show(self) -> None:
        self._listing.catch_up()

    @on(RefreshState)
    def _refresh_state(self, message: RefreshState) -> None:
        self._listing.refresh_runs(message.running)

    @on(PickChanged)
    def _pick_changed(self, message: PickChanged) -> None:
        self._listing.use(message.model, message.recommended)

    @on(RunEvent)
    def _run_moved(self, message: RunEvent) -> None:
        from modeldeck.domain.run import Finished  # the first picture does without

        if isinstance(message.event, Finished):
            self._listing.ask_again()

    @on(HardwareRead)
    def _hardware_read(self) -> None:
        self._about.tell(self._table.highlighted)
        self._listing.look_at_machine()

    # what the person does

    @on(ModelTable.Highlighted)
    def _highlighted(self, message: ModelTable.Highlighted) -> None:
        message.stop()
        self._about.tell(message.key)

    @on(ModelTable.TitleClicked)
    def _title_clicked(self, message: ModelTable.TitleClicked) -> None:
        message.stop()
        self._listing.sort_by_title(message.column)

    @on(QueryLine.Typed)
    def _query_typed(self, message: QueryLine.Typed) -> None:
        message.stop()
        self._listing.search.query = message.query
        self._listing.narrow()

    @on(QueryLine.Left)
    def _query_left(self, message: QueryLine.Left) -> None:
        """Enter goes on in the table; an empty line goes away."""
        message.stop()
        self._listing.search.leave(self._table)
        self._listing.say_again()

    async def action_filter(self) -> None:
        await self._listing.search.open()

    def action_leave(self) -> None:
        """Esc leaves the filter line first, then empties it; after that it is not ours."""
        if self._listing.search.back(self._table):
            self._listing.narrow()

    def action_clear(self) -> None:
        self._listing.search.forget()
        self._listing.narrow()
        self._listing.view.show_only(ModelFilter())

    def action_kind(self, kind: str) -> None:
        view = self._listing.view
        view.show_only(toggle_kind(view.wanted, Kind(kind)))

    def action_sort(self) -> None:
        self._listing.sort_by_next()

    def action_reverse(self) -> None:
        self._listing.turn_round()
