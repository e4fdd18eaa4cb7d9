"""The Models table with what a person does with one model: use, assign, look, mark, copy, ask why."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from modeldeck.domain.errors import DeckError
from modeldeck.engine.deck import Deck
from modeldeck.tui.messages import AssignRequested, DetailRequested, ModelChosen, StateChanged, WhyRequested
from modeldeck.tui.toast import fail, say
from modeldeck.tui.widgets.model_table import ModelTable


class CatalogTable(ModelTable):
    """Acts on the model under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "assign", "assign", id="models.assign", tooltip="Assign this model to a task"),
        Binding("i", "detail", "info", id="models.info", tooltip="Everything known about this model"),
        Binding(
            "asterisk",
            "favourite",
            "favourite",
            show=False,
            key_display="*",
            id="models.favourite",
            tooltip="Keep this model at the top, or no longer",
        ),
        Binding("y", "copy", "copy id", show=False, id="models.copy", tooltip="Copy this model's id"),
        Binding(
            "dollar_sign",
            "costs",
            "compare costs",
            show=False,
            key_display="$",
            id="models.costs",
            tooltip="What 100,000 tokens cost at every model",
        ),
        Binding("w", "why", "why", id="models.why", tooltip="Why the last model was chosen"),
    ]

    def __init__(self, deck: Deck, *, id: str) -> None:
        super().__init__(id=id)
        self._deck = deck

    def action_activate(self) -> None:
        """Use the model from now on."""
        if model := self.highlighted:
            self.post_message(ModelChosen(model))

    def action_assign(self) -> None:
        if model := self.highlighted:
            self.post_message(AssignRequested(model))

    def action_detail(self) -> None:
        if model := self.highlighted:
            self.post_message(DetailRequested(model))

    def action_why(self) -> None:
        self.post_message(WhyRequested())

    def action_costs(self) -> None:
        from modeldeck.tui.screens.cost import CostScreen  # not before somebody asks

        self.app.push_screen(CostScreen(self._deck))

    def action_copy(self) -> None:
        if model := self.highlighted:
            self.app.copy_to_clipboard(model)
            say(self.app, f"To the clipboard: {model}")

    def action_favourite(self) -> None:
        model = self.highlighted
        if model is None:
            return
        try:
            self._deck.choices.toggle_favourite(model)
        except DeckError as error:
            fail(self.app, error)
        self.post_message(StateChanged())
