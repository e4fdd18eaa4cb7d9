"""Dry run: which model a prompt would get and what the best five would cost, before anything is sent."""

from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import ZERO
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Selection
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import UNKNOWN, clean, money, score, short_id
from modeldeck.tui.hints import hint
from modeldeck.tui.screens.why_lines import profile_line
from modeldeck.tui.widgets.line_panel import Line, LinePanel, table_line
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import ACCENT, DIM

_COLUMNS = (
    Column("rank", "", 1),
    Column("model", "model", 0, least=16),
    Column("provider", "provider", 10, dropped=2),
    Column("kind", "", 5),
    Column("score", "score", 5, right=True, dropped=1),
    Column("range", "cost", 22, right=True),
)
_HALF, _DOUBLE = Decimal("0.5"), Decimal(2)


class DryRunScreen(ModalScreen[str | None]):
    """Ends with the prompt when it shall be sent, else with None."""

    DEFAULT_CSS = """
    DryRunScreen {
        align: center middle; background: $background 60%;
        & > .box {
            width: 92%; max-width: 92; height: auto; max-height: 88%; padding: 0 1;
            border: round $border; border-title-style: bold; border-subtitle-color: $text-muted; background: $surface;
        }
        & #about { height: auto; max-height: 8; margin-bottom: 1; }
        & LinePanel { height: 7; scrollbar-background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", id="dry-run.send", priority=True),
        Binding("escape,q", "dismiss(None)", "back", id="dry-run.back"),
    ]

    def __init__(self, prompt: str, selection: Selection, deck: Deck) -> None:
        super().__init__()
        self._prompt = prompt
        self._selection = selection
        self._deck = deck

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = "Dry run: nothing is sent yet"
            box.border_subtitle = hint(self, "{dry-run.send|enter} send · {dry-run.back|esc} back")
            yield Static(self._about(), id="about", markup=False)
            yield LinePanel()

    def on_mount(self) -> None:
        self.query_one(LinePanel).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def action_send(self) -> None:
        """Send the prompt."""
        self.dismiss(self._prompt)

    @on(LinePanel.Chosen)
    def _chosen(self, message: LinePanel.Chosen) -> None:
        message.stop()

    def _about(self) -> Content:
        selection = self._selection
        name, provider = short_id(selection.model)
        return Content.assemble(
            (name, f"bold {ACCENT}"),
            (f" · {provider} · confidence {score(selection.confidence)}\n", DIM),
            f"{clean(selection.reason)}\n",
            (profile_line(selection.profile), DIM),
        )

    def _show(self) -> None:
        panel = self.query_one(LinePanel)
        placed = fit_columns(_COLUMNS, panel.text_width)
        titles = table_line(placed, [column.title for column in _COLUMNS]).content.stylize(DIM)
        models = self._deck.catalog.snapshot.by_id
        lines = [
            table_line(
                placed,
                [
                    str(rank),
                    short_id(candidate.model)[0],
                    short_id(candidate.model)[1],
                    _kind(models.get(candidate.model)),
                    score(candidate.score),
                    cost_range(models.get(candidate.model), self._selection.profile, candidate.estimated_cost),
                ],
            )
            for rank, candidate in enumerate(self._selection.candidates, 1)
        ]
        panel.show(lines or [Line(Content("The model is pinned; no other was ranked."))], [titles])


def cost_range(model: Model | None, profile: Profile, expected: Decimal | None) -> str:
    """Expected cost with what half and twice the expected answer would cost: `$0.0034 (.0019 to .0062)`."""
    if expected is None:
        return UNKNOWN
    if not expected:
        return money(ZERO)
    if model is None or model.pricing is None:
        return money(expected)
    answer = model.pricing.output * profile.output_tokens
    low, high = expected - answer * _HALF, expected + answer * (_DOUBLE - 1)
    return f"{money(max(ZERO, low))} to {money(high)}"


def _kind(model: Model | None) -> str:
    return "" if model is None else model.kind.value.upper()
