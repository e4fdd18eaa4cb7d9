"""The quick switcher: a model by a few letters from anywhere; favourites, then recent ones, then all."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.hints import hint
from modeldeck.tui.panes.model_rows import ModelRows, columns_for
from modeldeck.tui.panes.row_order import Order
from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.query_input import QueryInput

_KEYS = "enter uses it · {switch.close|esc} closes"


class QuickSwitch(ModalScreen[str | None]):
    """Ends with the chosen model's id, or None."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+l", "dismiss(None)", "close", id="switch.close"),
        Binding("down,ctrl+n", "move(1)", "next", show=False, id="switch.down"),
        Binding("up,ctrl+p", "move(-1)", "previous", show=False, id="switch.up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="switch.page-down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="switch.page-up"),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__(classes="overlay")
        self._rows = _switch_rows(deck)

    def compose(self) -> ComposeResult:
        box = Vertical(classes="box")
        box.border_title = "Use which model?"
        with box:
            yield QueryInput("a few letters of the name or provider")
            yield ModelTable()

    def on_mount(self) -> None:
        self._show()
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._rows.narrow(message.value)
        self._show()

    def _show(self) -> None:
        self.query_one(ModelTable).show(self._rows, keep=False, empty=("Nothing matches.",))
        count = f"{len(self._rows)}/{self._rows.total}"
        self.query_one(".box").border_subtitle = hint(self, f"{count} · {_KEYS}")

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.query_one(ModelTable).action_activate()

    @on(ModelTable.Activated)
    def _activated(self, message: ModelTable.Activated) -> None:
        self.dismiss(message.key)

    def action_move(self, rows: int) -> None:
        self.query_one(ModelTable).action_move(rows)

    def action_page(self, pages: int) -> None:
        self.query_one(ModelTable).action_page(pages)


def _switch_rows(deck: Deck) -> ModelRows:
    """All models that are not hidden: favourites, recent ones, models that can be used, the others."""
    usable = {provider.name for provider in deck.providers() if provider.usable}
    favourites = frozenset(deck.choices.state.favourites)
    recent = {model: place for place, model in enumerate(deck.choices.state.recent)}
    shown = ModelFilter().apply(deck.catalog.models)
    models = sorted(
        shown,
        key=lambda model: (
            model.id not in favourites,
            recent.get(model.id, len(recent)),
            model.provider not in usable,
        ),
    )
    return ModelRows(deck, models, favourites, Order(), len(models), columns_for(models), deck.experience.all())
