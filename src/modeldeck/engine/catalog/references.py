"""What others say about models, beside their providers: kept for a day, laid under the lists when they are fetched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from modeldeck.domain.model import Model
from modeldeck.engine.catalog.enrich import OpenRouterPrices, StatedFacts, fill_facts, fill_price, lacks_price
from modeldeck.ports import Clock, PriceBook, ReferenceCache, ReferenceSource

HOLDS = timedelta(days=1)
"""How long facts of a public collection are good enough; prices and models change every few days."""
RETRY = timedelta(hours=1)
"""How soon a collection that did not answer is asked again: it is a courtesy of others, and nothing depends on it."""


class References:
    """Completes the lists of hosted providers, and knows models where no list was ever fetched.

    Args:
        source: a public collection of facts.
        online: whether the collection may be asked; what was fetched earlier is used in any case.
        book: the installed prices.
        cache: keeps what was fetched or converted.
        authors: provider name -> prefix at OpenRouter, for providers that sell models of their own there too.
        clock: ages facts.
    """

    def __init__(
        self,
        *,
        source: ReferenceSource,
        online: bool,
        book: PriceBook,
        cache: ReferenceCache,
        authors: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._source = source
        self._online = online
        self._book = book
        self._cache = cache
        self._authors = authors
        self._clock = clock

    @property
    def name(self) -> str:
        """The public collection's name."""
        return self._source.name

    def due(self) -> bool:
        """Whether the public collection should be asked: at most once a day, an hour after a failure."""
        if not self._online:
            return False
        known = self._cache.load(self.name)
        if known.error is not None and known.tried_at is not None:
            return self._clock.now() - known.tried_at >= RETRY
        return known.fetched_at is None or self._clock.now() - known.fetched_at >= HOLDS

    async def read(self) -> int:
        """Ask the public collection and store what it says; how many models it spoke of.

        Raises:
            ProviderError: it did not answer, or not in its form.
            StorageError: what it said cannot be stored.
        """
        facts = await self._source.fetch()
        self._cache.store(self.name, facts, self._clock.now())
        return len(facts)

    def failed(self, reason: str) -> None:
        """Remember that the public collection could not be read."""
        self._cache.fail(self.name, reason, self._clock.now())

    def complete(self, lists: Mapping[str, Sequence[Model]], openrouter: Iterable[Model]) -> dict[str, list[Model]]:
        """The lists with what they leave out, as far as anybody knows it; takes some 100 ms when prices are missing.

        Args:
            lists: provider name -> its models as it lists them.
            openrouter: OpenRouter's newest list; empty when there is none.
        """
        stated = StatedFacts(self._cache.load(self.name).models)
        filled = {name: [fill_facts(model, stated.of(model)) for model in models] for name, models in lists.items()}
        if not any(lacks_price(model) for models in filled.values() for model in models):
            return filled
        books = (self._book.price, OpenRouterPrices(openrouter, self._authors).price)
        return {name: [fill_price(model, books) for model in models] for name, models in filled.items()}

    def unlisted(self) -> Mapping[str, Sequence[Model]]:
        """The models of the installed prices as they were last read, by provider, for want of lists. Quick."""
        models: dict[str, list[Model]] = {}
        for model in self._cache.load(self._book.name).models:
            models.setdefault(model.provider, []).append(model)
        return models

    def read_unlisted(self) -> None:
        """Read the models of the installed prices, unless that was done within a day; takes some 100 ms."""
        known, now = self._cache.load(self._book.name), self._clock.now()
        if known.fetched_at is not None and now - known.fetched_at < HOLDS:
            return
        stated = StatedFacts(self._cache.load(self.name).models)
        models = (fill_facts(model, stated.of(model)) for model in self._book.models())
        self._cache.store(self._book.name, models, now)
