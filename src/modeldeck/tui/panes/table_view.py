"""What a person chose to see of the Models table: the filter and the order, as deck.toml keeps them."""

from collections.abc import Mapping

from textual.widget import Widget

from modeldeck.domain.errors import DeckError
from modeldeck.engine.catalog.filter import ModelFilter, usual_filter
from modeldeck.engine.deck import Deck
from modeldeck.tui.filters import read_filters, read_order, store_filters, store_order
from modeldeck.tui.messages import StateChanged
from modeldeck.tui.panes.row_order import SORT_TITLES, Order
from modeldeck.tui.toast import fail


class TableView:
    """Reads and keeps the choices; `owner` is the pane in which they are made."""

    def __init__(self, owner: Widget, deck: Deck) -> None:
        self._owner = owner
        self._deck = deck

    @property
    def wanted(self) -> ModelFilter:
        """Which models are shown: what the person chose here, else what the settings say."""
        return read_filters(self._deck.choices.state.filters, self._usual)

    @property
    def order(self) -> Order:
        """How they are sorted."""
        key, turned = read_order(self._deck.choices.state.filters)
        return Order(key if key in SORT_TITLES else "", turned)

    def show_only(self, wanted: ModelFilter) -> None:
        """Keep another filter and tell everybody."""
        self._keep(store_filters(wanted, self._deck.choices.state.filters, self._usual))
        self._owner.post_message(StateChanged())

    def sort_by(self, order: Order) -> None:
        """Keep another order; only the table needs to know."""
        self._keep(store_order(order.key, order.turned, self._deck.choices.state.filters))

    @property
    def _usual(self) -> ModelFilter:
        return usual_filter(self._deck.settings.loaded.settings.filters)

    def _keep(self, stored: Mapping[str, str | bool | int | float]) -> None:
        """A choice that cannot be written still holds until the end, and the person is told."""
        try:
            self._deck.choices.update(filters=stored)
        except DeckError as error:
            fail(self._owner.app, error)
