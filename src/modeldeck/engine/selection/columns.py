"""The facts of one catalog that every selection reads, taken out of the models once: a list per fact, a row per model.

A selection asks the same questions about thousands of models, but models share their facts: a few providers, some
dozens of contexts, capability sets and prices. Rows that agree in the facts behind a question form one class, and the
question is asked once per class.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model
from modeldeck.domain.pricing import Pricing
from modeldeck.engine.catalog.naming import family_of
from modeldeck.engine.selection.forecast import call_cost
from modeldeck.engine.selection.quality import Likely, Qualities, QualityTable


class Facts(Enum):
    """The group of facts that a constraint looks at; `Columns.facet` has the classes of each."""

    STANDING = auto()
    """Hidden, ended, its provider, free by its name or its price."""
    NATURE = auto()
    """Local, logging, how safe, what it can do."""
    WINDOW = auto()
    """Its context."""
    FREE = auto()
    """What it costs, as to whether that is anything."""
    PRICE = auto()
    """What it costs, against limits."""
    LATENCY = auto()
    """Its declared latency."""
    QUALITY = auto()
    """Its quality for the prompt: differs from model to model and from prompt to prompt, so it has no classes."""
    MEMORY = auto()
    """What it needs of the machine."""


class Facet(NamedTuple):
    """Classes of rows that agree in some facts.

    `column` is the class number of every row. `samples` has one model per class; its id is empty, so that nothing
    that is known about one single model (a cooldown, measurements) is taken for its class.
    """

    column: Sequence[int]
    samples: Sequence[Model]


class Pairs(NamedTuple):
    """Classes of rows that agree in two facets: the class number of every row, and both facets' numbers per class."""

    column: Sequence[int]
    pairs: Sequence[tuple[int, int]]


class Columns:
    """The columns of one catalog; rows are places in `models`. Never changes.

    Attributes:
        models: the catalog.
        row_of: the row of each model id.
        provider: the provider of each row.
        providers: every provider.
        local: the rows of local models.
        price: classes of rows that cost the same.
        costs_nothing: whether each price class is free or local.
        router: whether each price class is of models that choose another one.
        speed: classes of rows that are equally fast before anything was measured.
    """

    def __init__(self, models: tuple[Model, ...], quality: QualityTable) -> None:
        self.models = models
        self.row_of: Mapping[str, int] = {model.id: row for row, model in enumerate(models)}
        self.provider: Sequence[str] = [model.provider for model in models]
        self.providers: frozenset[str] = frozenset(self.provider)
        self.local: Sequence[int] = [row for row, model in enumerate(models) if model.local]
        self.price = _facet(models, lambda model: (model.local, model.router, model.costs_nothing, model.pricing))
        self.speed = _facet(models, _speed_facts)
        self.costs_nothing: Sequence[bool] = [model.costs_nothing for model in self.price.samples]
        self.router: Sequence[bool] = [model.router for model in self.price.samples]
        self._prices = _UnitPrices(self.price.samples)
        self._nature = _facet(models, _nature_facts)
        self._qualities = Qualities([quality.values(model) for model in models])

    def facet(self, facts: Facts) -> Facet:
        """The classes of a group of facts; QUALITY has none."""
        if facts in (Facts.FREE, Facts.PRICE):
            return self.price
        if facts in (Facts.NATURE, Facts.MEMORY):
            return self._nature
        return {Facts.STANDING: self._standing, Facts.WINDOW: self._window, Facts.LATENCY: self._latency}[facts]

    def qualities(self, likely: Likely) -> list[float]:
        """The expected quality of every row."""
        return self._qualities.means(likely)

    def costs(self, input_tokens: int, output_tokens: int, now: datetime) -> list[int | None]:
        """The exact cost of so many tokens for each price class, in units of USD / `scale`; None when unknown."""
        return self._prices.costs(input_tokens, output_tokens, now)

    @property
    def scale(self) -> int:
        """Units per USD: the power of ten at which every price of the catalog is a whole number."""
        return self._prices.scale

    @cached_property
    def price_and_speed(self) -> Pairs:
        """Rows that cost the same and are equally fast."""
        numbers: dict[tuple[int, int], int] = {}
        pairs = zip(self.price.column, self.speed.column, strict=True)
        return Pairs([numbers.setdefault(pair, len(numbers)) for pair in pairs], list(numbers))

    @property
    def dearest(self) -> Sequence[int]:
        """The higher of input and output price of each price class, in units per token; 0 when unknown or local."""
        return self._prices.dearest

    @cached_property
    def families(self) -> Mapping[str, Sequence[int]]:
        """The rows of the same model at several providers, by family."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for row, model in enumerate(self.models):
            found[family_of(model)].append(row)
        return found

    @cached_property
    def _standing(self) -> Facet:
        return _facet(
            self.models,
            lambda model: (
                model.provider,
                model.hidden,
                model.text_output,
                model.expires,
                model.local,
                model.declared_free,
                model.costs_nothing,
            ),
        )

    @cached_property
    def _window(self) -> Facet:
        return _facet(self.models, lambda model: (model.listed, model.context))

    @cached_property
    def _latency(self) -> Facet:
        return _facet(self.models, lambda model: model.latency_ms)


# A quality table belongs to one state of the catalog on one day, and so do its columns: they go when it goes.
_kept: WeakKeyDictionary[QualityTable, Columns] = WeakKeyDictionary()


def columns_of(models: tuple[Model, ...], quality: QualityTable) -> Columns:
    """The columns of a catalog, made when they are first asked for and kept as long as its quality table."""
    columns = _kept.get(quality)
    if columns is None or columns.models is not models:
        columns = _kept[quality] = Columns(models, quality)
    return columns


class _UnitPrices:
    """Prices as whole numbers of one small unit, for arithmetic that is exact and fast on thousands of them."""

    def __init__(self, samples: Sequence[Model]) -> None:
        self._samples = samples
        priced = [model.pricing for model in samples if model.pricing is not None]
        self.scale: int = 10 ** max((_places(pricing) for pricing in priced), default=0)
        self.dearest = [0 if model.local else self._dearest(model.pricing) for model in samples]
        self._plain = [None if model.local else self._units(model.pricing) for model in samples]

    def costs(self, input_tokens: int, output_tokens: int, now: datetime) -> list[int | None]:
        found: list[int | None] = [
            None if plain is None else plain[0] + input_tokens * plain[1] + output_tokens * plain[2]
            for plain in self._plain
        ]
        for number in self._special:
            cost = call_cost(self._samples[number], input_tokens, output_tokens, now)
            found[number] = None if cost is None else int(Fraction(cost) * self.scale)
        return found

    @cached_property
    def _special(self) -> Sequence[int]:
        """Local and unknown prices, and those that depend on time or length."""
        return [number for number, plain in enumerate(self._plain) if plain is None]

    def _units(self, pricing: Pricing | None) -> tuple[int, int, int] | None:
        if pricing is None or pricing.overrides:
            return None
        fee, price_in, price_out = (
            int(Fraction(price) * self.scale) for price in (pricing.request, pricing.input, pricing.output)
        )
        return fee, price_in, price_out

    def _dearest(self, pricing: Pricing | None) -> int:
        return 0 if pricing is None else int(Fraction(max(pricing.input, pricing.output)) * self.scale)


def _facet(models: Sequence[Model], facts: Callable[[Model], Hashable]) -> Facet:
    numbers: dict[Hashable, int] = {}
    column = [numbers.setdefault(facts(model), len(numbers)) for model in models]
    first: dict[int, Model] = {}
    for model, number in zip(models, column, strict=True):
        first.setdefault(number, model)
    return Facet(column, [first[number]._replace(id="") for number in range(len(numbers))])


def _nature_facts(model: Model) -> Hashable:
    long = None if model.context is None else model.context >= LONG_CONTEXT_TOKENS
    return model.local, model.logs_prompts, model.listed, long, model.capabilities, model.inputs_stated, model.safety


def _speed_facts(model: Model) -> Hashable:
    fast, thinking = Capability.FAST in model.capabilities, Capability.REASONING in model.capabilities
    return model.local, fast, thinking, model.latency_ms, model.tokens_per_second


def _places(pricing: Pricing) -> int:
    """Decimal places that every price of a model fits into."""
    prices = [pricing.input, pricing.output, pricing.request]
    for override in pricing.overrides:
        prices += [price for price in (override.input, override.output) if price is not None]
    return max(0, *(-int(price.as_tuple().exponent) for price in prices))
