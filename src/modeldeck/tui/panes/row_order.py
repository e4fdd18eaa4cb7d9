"""How the rows of the Models table are sorted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.engine.deck import Deck
from modeldeck.ports import Experience
from modeldeck.tui.panes.model_names import shown_name

SORT_TITLES: Mapping[str, str] = {
    "": "the catalog's order",
    "name": "name",
    "provider": "provider",
    "kind": "kind",
    "in": "input price",
    "out": "output price",
    "context": "context",
    "quality": "quality",
    "mine": "my success",
    "speed": "tok/s",
}
"""Sort keys in the order of the `s` key, in words."""
DOWNWARDS = frozenset({"context", "quality", "mine", "speed"})
"""Columns of which the largest value comes first."""


@record
class Order:
    """How rows are sorted: a key of SORT_TITLES, and whether its usual direction is turned round."""

    key: str = ""
    turned: bool = False

    @property
    def downwards(self) -> bool:
        return (self.key in DOWNWARDS) != self.turned

    def next(self) -> "Order":
        """The next key, in its usual direction."""
        keys = list(SORT_TITLES)
        return Order(keys[(keys.index(self.key) + 1) % len(keys)])


def in_order(deck: Deck, experiences: Mapping[str, Experience], models: Sequence[Model], order: Order) -> list[Model]:
    """The models by the order's key; those of which nothing is known for it come last, whatever its direction."""
    sort_key = _SORT_KEYS[order.key]
    values: dict[str, Any] = {model.id: sort_key(deck, experiences, model) for model in models}
    known = [model for model in models if values[model.id] is not None]
    unknown = [model for model in models if values[model.id] is None]
    return sorted(known, key=lambda model: values[model.id], reverse=order.downwards) + unknown


SortKey = Callable[[Deck, Mapping[str, Experience], Model], "str | float | None"]


def _input_price(_deck: Deck, _known: Mapping[str, Experience], model: Model) -> float | None:
    return None if model.pricing is None else float(model.pricing.input)


def _output_price(_deck: Deck, _known: Mapping[str, Experience], model: Model) -> float | None:
    return None if model.pricing is None else float(model.pricing.output)


def _success(_deck: Deck, known: Mapping[str, Experience], model: Model) -> float | None:
    return known[model.id].success_rate if model.id in known else None


def _speed(_deck: Deck, known: Mapping[str, Experience], model: Model) -> float | None:
    return known[model.id].tokens_per_second if model.id in known else None


_SORT_KEYS: Mapping[str, SortKey] = {
    "name": lambda _deck, _known, model: shown_name(model).casefold(),
    "provider": lambda _deck, _known, model: model.provider,
    "kind": lambda _deck, _known, model: model.kind.value,
    "in": _input_price,
    "out": _output_price,
    "context": lambda _deck, _known, model: model.context,
    "quality": lambda deck, _known, model: deck.standing.quality(model).value,
    "mine": _success,
    "speed": _speed,
}
