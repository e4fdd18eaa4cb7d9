"""The line under the Models table: what is known of the model under the cursor."""

from textual.widgets import Static

from modeldeck.engine.deck import Deck
from modeldeck.tui.panes.model_words import row_line


class ModelLine(Static):
    """Tells of one model at a time."""

    def __init__(self, deck: Deck, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._deck = deck

    def tell(self, model: str | None) -> None:
        """What is known of a model by id, as of now; nothing for None and for one that is not listed."""
        found = None if model is None else self._deck.catalog.get(model)
        self.update("" if found is None else row_line(self._deck, found), layout=False)
