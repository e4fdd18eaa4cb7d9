"""What the same tokens cost at every model: the cheapest first, models of unknown price marked and last."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from modeldeck.domain.pricing import CostStatus
from modeldeck.engine.deck import Deck
from modeldeck.engine.money.comparison import COMPARED_TOKENS, Comparison, compare_costs, split_tokens
from modeldeck.tui.format import UNKNOWN, clean, money, price
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import ModelChosen
from modeldeck.tui.panes.model_names import shared_names, shown_name
from modeldeck.tui.widgets.line_panel import Line, LinePanel, table_line
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import DIM

_COLUMNS = (
    Column("model", "model", 0, least=16),
    Column("provider", "provider", 10, dropped=2),
    Column("kind", "kind", 5),
    Column("in", "in/M", 6, right=True, dropped=3),
    Column("out", "out/M", 6, right=True, dropped=4),
    Column("cost", "cost", 9, right=True),
    Column("origin", "price from", 12, dropped=1),
)


class CostScreen(ModalScreen[None]):
    """Compares all models that write text; Enter on a row posts ModelChosen."""

    DEFAULT_CSS = """
    CostScreen {
        align: center middle; background: $background 60%;
        & > .box {
            width: 92%; max-width: 100; height: 88%; padding: 0 1;
            border: round $border; border-title-style: bold; border-subtitle-color: $text-muted; background: $surface;
        }
        & LinePanel { height: 1fr; scrollbar-background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "close", id="cost.close")]

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        sent, received = split_tokens(COMPARED_TOKENS)
        shown = [model for model in deck.catalog.models if model.text_output and not model.hidden]
        self._counts = f"{sent:,} tokens in, {received:,} out"
        self._shared = shared_names(deck.catalog.models)
        self._compared = compare_costs(shown, sent, received, deck.clock.now())

    def compose(self) -> ComposeResult:
        unpriced = sum(one.cost.status is CostStatus.UNKNOWN for one in self._compared)
        with Vertical(classes="box") as box:
            box.border_title = f"Cost of {self._counts}"
            unknown = f"{unpriced:,} of unknown price · " if unpriced else ""
            box.border_subtitle = unknown + hint(self, "{lines.choose|enter} use · {cost.close|esc} back")
            yield LinePanel()

    def on_mount(self) -> None:
        self.query_one(LinePanel).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        panel = self.query_one(LinePanel)
        placed = fit_columns(_COLUMNS, panel.text_width)
        titles = table_line(placed, [column.title for column in _COLUMNS]).content.stylize(DIM)
        lines = [table_line(placed, self._cells(one), one.model.id) for one in self._compared]
        panel.show(
            lines or [Line(Content(hint(self, "No model is known yet; {app.refresh|F5} looks for some.")))], [titles]
        )

    @on(LinePanel.Chosen)
    def _chosen(self, message: LinePanel.Chosen) -> None:
        message.stop()
        self.app.post_message(ModelChosen(message.key))
        self.dismiss()

    def _cells(self, one: Comparison) -> list[str]:
        pricing = one.model.pricing
        return [
            shown_name(one.model, self._shared),
            clean(one.model.provider),
            one.model.kind.value.upper(),
            price(None if pricing is None else pricing.input),
            price(None if pricing is None else pricing.output),
            UNKNOWN if one.cost.usd is None else money(one.cost.usd),
            "" if pricing is None else pricing.origin.value,
        ]
