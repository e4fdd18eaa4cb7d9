"""Facts that a provider's list leaves out, taken from what others say about the same model; each keeps its origin."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.pricing import PriceOrigin, Pricing
from modeldeck.engine.catalog.naming import split_date

PriceLookup: TypeAlias = Callable[[Model], tuple[Pricing, Origin] | None]
"""Somebody's unit prices for models of other providers, with their origin; None for a model that they do not know."""

_FACTS = ("context", "max_output", "created", "knowledge")
_TOLD = frozenset({Capability.TOOLS, Capability.VISION, Capability.AUDIO, Capability.REASONING})
"""A list that names any of these speaks of capabilities, so what it leaves out is not there."""
_SEPARATOR = re.compile(r"[._]")


def fill_facts(model: Model, reference: Model | None) -> Model:
    """The model with the reference's facts where its own list says nothing; what the list says stays.

    Capabilities are taken over only when the list names none that lists differ in.
    """
    if reference is None:
        return model
    changes: dict[str, Any] = {
        fact: value
        for fact in _FACTS
        if getattr(model, fact) is None and (value := getattr(reference, fact)) is not None
    }
    if model.capabilities.isdisjoint(_TOLD) and not reference.capabilities <= model.capabilities:
        changes["capabilities"] = model.capabilities | reference.capabilities
    if not changes:
        return model
    origins = {**model.origins, **dict.fromkeys(changes, reference.origin)}
    return model._replace(origins=origins, **changes)


class StatedFacts:
    """What a public collection says, found by id; a dated name also by the day on which the undated one came out."""

    def __init__(self, stated: Iterable[Model]) -> None:
        self._by_id: dict[str, Model] = {}
        self._by_release: dict[tuple[str, str], Model] = {}
        for model in stated:
            self._by_id[model.id] = model
            if model.created is not None:
                self._by_release[model.id, model.created.strftime("%Y%m%d")] = model

    def of(self, model: Model) -> Model | None:
        """What is said about this very model; None when nothing is."""
        found = self._by_id.get(model.id)
        if found is None:
            undated, date = split_date(model.id)
            found = None if date is None else self._by_release.get((undated, date))
        return found


def fill_price(model: Model, books: Iterable[PriceLookup]) -> Model:
    """The model with the first price that a book knows, unless its list states one.

    A price of zero is not taken over: that a model is free is for its provider to say. Routers have no price of their
    own, and local models need none.
    """
    if not lacks_price(model):
        return model
    for book in books:
        found = book(model)
        if found is not None and not found[0].zero:
            pricing, origin = found
            return model._replace(pricing=pricing, origins={**model.origins, "pricing": origin})
    return model


def lacks_price(model: Model) -> bool:
    """Whether somebody else's price could help."""
    return model.pricing is None and not model.local and not model.router and model.text_output


class OpenRouterPrices:
    """OpenRouter's prices for models that their author sells too.

    Args:
        listed: OpenRouter's list.
        authors: provider name -> the author's prefix at OpenRouter, for providers that sell their own models.
    """

    def __init__(self, listed: Iterable[Model], authors: Mapping[str, str]) -> None:
        self._authors = authors
        self._by_name: dict[str, Model] = {}
        for model in listed:
            if _sells_alone(model):
                for name in _names(model):
                    self._by_name.setdefault(name, model)

    def price(self, model: Model) -> tuple[Pricing, Origin] | None:
        """A `PriceLookup`. A dated name is only met by the same date: a new date may come with a new price."""
        author = self._authors.get(model.provider)
        found = None if author is None else self._by_name.get(_normal(f"{author}/{model.native_id}"))
        if found is None or found.pricing is None:
            return None
        return replace(found.pricing, origin=PriceOrigin.OPENROUTER), Origin("openrouter", found.origin.at)


def _sells_alone(model: Model) -> bool:
    """Whether the entry's price is that of the model itself, not of a variant (`:free`, `:thinking`) or a router."""
    return model.pricing is not None and not model.router and not set(":~") & set(model.native_id)


def _names(model: Model) -> Iterable[str]:
    """The name in the list; then with the date that its permanent name states, `gpt-5` as `gpt-5-2025-08-07` too."""
    yield _normal(model.native_id)
    undated, date = split_date(model.native_id)
    canonical_date = split_date(model.canonical or "")[1]
    if date is None and canonical_date is not None:
        yield _normal(f"{undated}-{canonical_date}")


def _normal(name: str) -> str:
    """Vendors write `claude-haiku-4-5-20251001` and `claude-haiku-4.5`, dates with and without dashes."""
    undated, date = split_date(name.lower())
    plain = _SEPARATOR.sub("-", undated)
    return plain if date is None else f"{plain}@{date}"
