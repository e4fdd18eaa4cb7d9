"""The JSON rows of `list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.cli.rows import Row, per_million
from modeldeck.domain.pricing import LOCAL_PRICING, Pricing

if TYPE_CHECKING:
    from modeldeck.domain.model import Model
    from modeldeck.engine.deck import Deck


def pricing_of(model: Model) -> Pricing | None:
    """What the model costs; a local one costs nothing whatever its list says."""
    return LOCAL_PRICING if model.local else model.pricing


def model_row(deck: Deck, model: Model, *, tasks: list[str], recommended: bool) -> Row:
    """One row of `list`. `fit` is True, False, or None where it cannot be told or the model is not local."""
    pricing = pricing_of(model)
    quality = deck.standing.quality(model)
    return {
        "id": model.id,
        "provider": model.provider,
        "name": model.name,
        "free": model.free,
        "local": model.local,
        "price_input": None if pricing is None else per_million(pricing.input),
        "price_output": None if pricing is None else per_million(pricing.output),
        "price_origin": None if pricing is None else pricing.origin.value,
        "context": model.context,
        "capabilities": sorted(model.capabilities),
        "quality": round(quality.value, 4),
        "quality_origin": quality.origin,
        "fit": deck.machine.fit(model).fits if model.local else None,
        "status": deck.standing.status(model),
        "tasks": tasks,
        "recommended": recommended,
    }
