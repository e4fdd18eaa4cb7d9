"""Stand-ins for what others say about models: a public collection, a price book, and where both are kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from fakes import START, FakeClock
from modeldeck.domain.errors import Failure, ProviderError
from modeldeck.domain.model import Model, Origin, model_id
from modeldeck.domain.pricing import PriceOrigin, Pricing
from modeldeck.engine.catalog.references import References
from modeldeck.ports import CachedListing

COLLECTION = "collection"
BOOK = "book"


class FakeCollection:
    """A public collection that says what it is given, after `delay_s`, or fails."""

    def __init__(self, clock: FakeClock, *facts: Model) -> None:
        self.facts = list(facts)
        self.failure: Failure | None = None
        self.delay_s = 0.0
        self.fetches = 0
        self._clock = clock

    @property
    def name(self) -> str:
        return COLLECTION

    async def fetch(self) -> Sequence[Model]:
        self.fetches += 1
        if self.delay_s:
            await self._clock.sleep(self.delay_s)
        if self.failure is not None:
            raise ProviderError(self.failure)
        return tuple(self.facts)


class FakeBook:
    """Prices by model id; `looked_up` counts the questions."""

    def __init__(self, prices: Mapping[str, Pricing] | None = None) -> None:
        self.prices = dict(prices or {})
        self.looked_up = 0
        self.read = 0

    @property
    def name(self) -> str:
        return BOOK

    def price(self, model: Model) -> tuple[Pricing, Origin] | None:
        self.looked_up += 1
        pricing = self.prices.get(model.id)
        return None if pricing is None else (pricing, Origin(BOOK, START))

    def models(self) -> Sequence[Model]:
        self.read += 1
        return [fact(model, BOOK, pricing=pricing, listed=False) for model, pricing in self.prices.items()]


class MemoryReferences:
    """Implements `ports.ReferenceCache` in memory."""

    def __init__(self) -> None:
        self.lists: dict[str, CachedListing] = {}

    def load(self, source: str) -> CachedListing:
        return self.lists.get(source, CachedListing(source, (), None))

    def store(self, source: str, models: Iterable[Model], fetched_at: datetime) -> None:
        self.lists[source] = CachedListing(source, tuple(models), fetched_at, fetched_at)

    def fail(self, source: str, error: str, tried_at: datetime) -> None:
        self.lists[source] = replace(self.load(source), error=error, tried_at=tried_at)


class Library:
    """A collection, a book and a cache, put together as `References`; call it as the deck's parts do."""

    def __init__(
        self,
        clock: FakeClock,
        *,
        facts: Iterable[Model] = (),
        prices: Mapping[str, Pricing] | None = None,
        authors: Mapping[str, str] | None = None,
        online: bool = True,
    ) -> None:
        self.collection = FakeCollection(clock, *facts)
        self.book = FakeBook(prices)
        self.cache = MemoryReferences()
        self._make: Callable[[], References] = lambda: References(
            source=self.collection,
            online=online,
            book=self.book,
            cache=self.cache,
            authors=authors or {},
            clock=clock,
        )

    def __call__(self) -> References:
        return self._make()


def fact(id: str, source: str = COLLECTION, **fields: Any) -> Model:
    """What a reference says about a model: nothing but `fields`."""
    provider, _, native = id.partition("/")
    bare = Model(
        id=model_id(provider, native), provider=provider, native_id=native, name=native, origin=Origin(source, START)
    )
    changed: Model = bare._replace(**fields)
    return changed


def per_million(price_in: str, price_out: str, origin: PriceOrigin = PriceOrigin.GENAI_PRICES) -> Pricing:
    """Prices given in USD per million tokens."""
    return Pricing(Decimal(price_in) / 10**6, Decimal(price_out) / 10**6, origin)
