"""The prices of the package genai-prices, which come with it and need no network, as our pricing.

The package takes a quarter of a second to import, so it is imported when a price is looked up, during a refresh.
Only its standard prices are read: those of batch processing, service tiers and regions are not what we call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model, Origin, model_id
from modeldeck.domain.pricing import MILLION, ZERO, PriceOrigin, PriceOverride, Pricing
from modeldeck.ports import Clock
from modeldeck.providers.listing import names
from modeldeck.providers.wire.values import as_id, as_name, as_size, as_text

if TYPE_CHECKING:
    from datetime import time

    from genai_prices.types import ModelInfo, ModelPrice, Provider

NAME = "genai-prices"
_THOUSAND = Decimal(1000)
_FINE_TUNED = re.compile(r"(?:^|\.)ft[:-]")
"""`ft:gpt-4o`: the price of models that somebody trained further, each under a name of its own."""
_KINDS = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
}
"""Our name -> the package's, USD per million tokens."""


class InstalledPrices:
    """Implements `ports.PriceBook`.

    Args:
        providers: our provider name -> the provider's id in the package.
        clock: chooses the prices that hold now, and dates what was read.
    """

    def __init__(self, providers: Mapping[str, str], clock: Clock) -> None:
        self._names = providers
        self._clock = clock

    @property
    def name(self) -> str:
        return NAME

    def price(self, model: Model) -> tuple[Pricing, Origin] | None:
        """The unit prices of this model at its provider, with their origin; None when the package knows none."""
        provider = self._providers.get(self._names.get(model.provider, ""))
        # Without the list of all providers, so that no other host's price is taken instead.
        entry = None if provider is None else provider.find_model(model.native_id)
        now = self._clock.now()
        pricing = None if entry is None else read_pricing(entry, now)
        return None if pricing is None else (pricing, Origin(NAME, now))

    def models(self) -> Sequence[Model]:
        """Every priced text model that its provider has not given up, marked as unlisted."""
        now = self._clock.now()
        return [
            model
            for name, theirs in self._names.items()
            if theirs in self._providers
            for entry in self._providers[theirs].models
            if (model := _model(name, entry, now)) is not None
        ]

    @cached_property
    def _providers(self) -> Mapping[str, Provider]:
        from genai_prices.data import providers

        return {provider.id: provider for provider in providers}


def read_pricing(entry: ModelInfo, at: datetime) -> Pricing | None:
    """The prices of an entry that hold at a time (UTC), in USD per token; None without both token prices.

    Of several conditional prices the last whose start has come is the listed one; those that hold at hours of the day
    become overrides, when they come later in the list. A missing cache price is that of input, as in the package.
    """
    if not isinstance(entry.prices, list):
        return _pricing(entry.prices, ())
    from genai_prices.types import StartDateConstraint, TimeOfDateConstraint

    if not entry.prices:
        return None
    listed, overrides = entry.prices[0].prices, list[PriceOverride]()
    for conditional in entry.prices:
        match conditional.constraint:
            case TimeOfDateConstraint(start_time=start, end_time=end):
                overrides += _overrides(conditional.prices, _minute(start), _minute(end))
            case StartDateConstraint() as constraint if not constraint.active(at):
                continue
            case _:
                listed, overrides = conditional.prices, []
    return _pricing(listed, overrides)


def _pricing(prices: ModelPrice, at_hours: Sequence[PriceOverride]) -> Pricing | None:
    price_input, price_output = _base(prices, "input_mtok"), _base(prices, "output_mtok")
    if price_input is None or price_output is None:
        return None
    fee = _base(prices, "requests_kcount")
    return Pricing(
        price_input / MILLION,
        price_output / MILLION,
        PriceOrigin.GENAI_PRICES,
        request=ZERO if fee is None else fee / _THOUSAND,
        cache_read=_per_token(_base(prices, "cache_read_mtok")),
        cache_write=_per_token(_base(prices, "cache_write_mtok")),
        reasoning=_per_token(_base(prices, "output_reasoning_mtok")),
        overrides=(*_tiers(prices, None, None), *at_hours),
    )


def _overrides(prices: ModelPrice, start: int, end: int) -> Iterator[PriceOverride]:
    """Prices of some hours of the day: they replace all listed ones, also those for long input."""
    plain = _pricing(prices, ())
    if plain is None:
        return
    yield PriceOverride(
        utc_start=start,
        utc_end=end,
        input=plain.input,
        output=plain.output,
        cache_read=plain.input if plain.cache_read is None else plain.cache_read,
        cache_write=plain.input if plain.cache_write is None else plain.cache_write,
    )
    yield from _tiers(prices, start, end)


def _tiers(prices: ModelPrice, start: int | None, end: int | None) -> Iterator[PriceOverride]:
    """Prices for longer input; a tier begins strictly above its bound, and all tokens cost its price."""
    from genai_prices.types import TieredPrices

    tiers: dict[int, dict[str, Decimal]] = {}
    for name, key in _KINDS.items():
        price = getattr(prices, key)
        for tier in price.tiers if isinstance(price, TieredPrices) else ():
            tiers.setdefault(tier.start, {})[name] = tier.price / MILLION
    for bound in sorted(tiers):
        yield PriceOverride(min_input_tokens=bound, utc_start=start, utc_end=end, **tiers[bound])


def _base(prices: ModelPrice, key: str) -> Decimal | None:
    """A price without its tiers; None when the entry has none of this kind."""
    from genai_prices.types import TieredPrices

    price = prices.__dict__.get(key)  # its attribute lookup reads the whole registry of units for an absent one
    return price.base if isinstance(price, TieredPrices) else price


def _per_token(per_million: Decimal | None) -> Decimal | None:
    return None if per_million is None else per_million / MILLION


def _minute(clock: time) -> int:
    """The minute of the UTC day; times without a zone are UTC."""
    utc = datetime.combine(date(2000, 1, 2), clock, clock.tzinfo or UTC).astimezone(UTC)
    return utc.hour * 60 + utc.minute


def _model(provider: str, entry: ModelInfo, now: datetime) -> Model | None:
    """An entry as an unlisted model; None for one that writes no text, has no price or was given up."""
    native_id = as_id(entry.id)
    if native_id is None or entry.deprecated or _FINE_TUNED.search(native_id):
        return None
    pricing = read_pricing(entry, now) if names.is_chat_model(native_id) else None
    if pricing is None or pricing.zero:
        return None
    context = as_size(entry.context_window)
    capabilities = {Capability.CHAT, Capability.STREAMING}
    if context is not None and context >= LONG_CONTEXT_TOKENS:
        capabilities.add(Capability.LONG_CONTEXT)
    return Model(
        id=model_id(provider, native_id),
        provider=provider,
        native_id=native_id,
        name=as_name(entry.name) or native_id,
        origin=Origin(NAME, now),
        pricing=pricing,
        context=context,
        capabilities=frozenset(capabilities),
        description=as_text(entry.description).strip(),
        listed=False,
    )
