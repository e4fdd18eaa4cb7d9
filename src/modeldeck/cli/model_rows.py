"""The JSON rows of `list`, and what they say beside the catalog's own facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from modeldeck.cli.rows import Row, per_million
from modeldeck.domain.errors import DeckError
from modeldeck.domain.pricing import LOCAL_PRICING, Pricing
from modeldeck.domain.task import Mode

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


def recommended(deck: Deck, task: str) -> str | None:
    """What automatic selection would pick now; None when nothing can be picked."""
    try:
        return deck.select("", task=task, mode=Mode.AUTO).model
    except DeckError:
        return None


def tasks_by_model(deck: Deck) -> Mapping[str, list[str]]:
    """The tasks that name a model, by catalog id."""
    named = {task.name: task.model for task in deck.tasks.all() if task.model}
    resolved = deck.catalog.resolve_all(named.values(), [entry.name for entry in deck.providers() if entry.usable])
    tasks: dict[str, list[str]] = defaultdict(list)
    for name, text in named.items():
        if text in resolved:
            tasks[resolved[text].id].append(name)
    return tasks
