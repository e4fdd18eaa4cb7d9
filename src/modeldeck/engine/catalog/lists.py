"""Provider lists: from the cache into the catalog, and from the providers into both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from modeldeck.engine.background import BackgroundLoop
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.choices import Choices
from modeldeck.engine.late import late
from modeldeck.engine.parts import RefreshReport
from modeldeck.ports import CachedListing, CatalogCache, Clock, Provider

if TYPE_CHECKING:  # completing lists takes modules that no plain start needs
    from modeldeck.engine.catalog.references import References

FIRST_LISTS_S = 5.0
"""How long a first selection may wait for lists, as on the command line."""
RETRY_WITHOUT_KEY = timedelta(minutes=10)
"""Soon enough for a network that came back, seldom enough not to be felt at every start."""


class Lists:
    """Keeps the catalog in step with what providers list and what the person hid."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        cache: CatalogCache,
        providers: Mapping[str, Provider],
        choices: Choices,
        background: BackgroundLoop,
        listening: Callable[[str], bool],
        references: Callable[[], References] | None,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._cache = cache
        self._providers = providers
        self._choices = choices
        self._background = background
        self._listening = listening
        self._make_references = references
        self._clock = clock
        self._asked_any = False
        self.whole = True
        """Whether the catalog holds whole lists, not only their beginnings."""

    def adopt(self, providers: Mapping[str, Provider]) -> None:
        """Go on with these providers, and show what they list."""
        self._providers = providers
        self.show()

    def show(self) -> None:
        """Put the stored lists of the enabled providers into the catalog, and for want of lists what is known else."""
        enabled = self._enabled(self._cache.load())
        missed = self._missed(enabled)
        if missed:
            enabled |= self._unlisted(missed, enabled)
        self._catalog.update(enabled, self._choices.state.hidden)
        self.whole = True

    def show_first(self, count: int) -> None:
        """Put the beginnings of the stored lists into the catalog: `count` models of each by name, and the favourites.

        Until the next `show` that is all there is. Where it would not be enough, everything is shown at once: nothing
        is stored, or not for every provider.
        """
        state = self._choices.state
        enabled = self._enabled(self._cache.load(count, state.favourites))
        if self._missed(enabled) or not any(listing.models for listing in enabled.values()):
            self.show()
            return
        self._catalog.update(enabled, state.hidden)
        self.whole = all(len(listing.models) < count for listing in enabled.values())

    def refresh(self, names: Collection[str] | None = None, *, timeout_s: float = 20.0) -> RefreshReport:
        """Fetch the lists of the named (None: all that list to us) providers side by side, store and show them.

        Blocks up to `timeout_s`. The work is done in the deck's own thread, so it may be called inside a running
        event loop, which stands still meanwhile. A provider that fails keeps its last list, marked stale.
        """
        wanted = [
            provider
            for name, provider in self._providers.items()
            if (provider.info.lists if names is None else name in names)
        ]
        return self._fetch(wanted, timeout_s)

    def ensure(self, *, timeout_s: float = 5.0) -> RefreshReport:
        """Fetch only providers without a stored list. Blocks; touches no network when all have one.

        Local servers that do not run are not asked, and are not in the report.
        """
        return self._fetch([provider for provider in self._providers.values() if self._lacks(provider)], timeout_s)

    def ensure_any(self) -> None:
        """Fetch the first lists once when the catalog is empty, so that a fresh machine can select at all."""
        if self.want_any():
            self.ensure(timeout_s=FIRST_LISTS_S)

    def want_any(self) -> bool:
        """Whether no provider has a list and the first ones were not fetched yet; True at most once."""
        if self._asked_any or any(listing.fetched_at for listing in self._catalog.snapshot.listings.values()):
            return False
        self._asked_any = True
        return True

    def _lacks(self, provider: Provider) -> bool:
        """Whether a provider should be asked for its first list.

        A local one is asked only when something listens at its address; one that lacks its key only when it lists to
        everybody, and it is left alone for a while after a failure.
        """
        info, listing = provider.info, self._catalog.listing(provider.info.name)
        if listing is not None and listing.fetched_at is not None:
            return False
        if info.local:
            return self._listening(info.base_url)
        if not info.lists:
            return False
        if info.usable or listing is None or listing.tried_at is None:
            return True
        return self._clock.now() - listing.tried_at >= RETRY_WITHOUT_KEY

    def _fetch(self, providers: list[Provider], timeout_s: float) -> RefreshReport:
        if not providers:
            return RefreshReport({}, {})
        from modeldeck.engine.catalog.refresh import OPENROUTER, fetch_lists  # imports asyncio

        openrouter = self._catalog.listing(OPENROUTER)
        report = self._background.run(
            fetch_lists(
                providers,
                self._cache,
                self._clock,
                timeout_s,
                references=self._references,
                openrouter=() if openrouter is None else openrouter.models,
                before=self._catalog.snapshot.listings,
            )
        )
        self.show()
        if self._references is not None and self._missed(self._catalog.snapshot.listings):
            self._references.read_unlisted()
            self.show()
        return report

    @late
    def _references(self) -> References | None:
        """Made with the first fetch, or for want of any list."""
        return None if self._make_references is None else self._make_references()

    def _enabled(self, listings: Mapping[str, CachedListing]) -> dict[str, CachedListing]:
        return {name: listing for name, listing in listings.items() if name in self._providers}

    def _missed(self, listings: Mapping[str, CachedListing]) -> list[str]:
        """Hosted providers without a list: those that can be called, and all while there is no list at all."""
        fetched = {name for name, listing in listings.items() if listing.fetched_at is not None}
        return [
            name
            for name, provider in self._providers.items()
            if name not in fetched and not provider.info.local and (provider.info.usable or not fetched)
        ]

    def _unlisted(self, names: Collection[str], listings: Mapping[str, CachedListing]) -> dict[str, CachedListing]:
        """The models of these providers by the installed prices, as lists that were never fetched."""
        known = {} if self._references is None else self._references.unlisted()
        never = {name: listings.get(name, CachedListing(name, (), None)) for name in names if name in known}
        return {name: replace(listing, models=tuple(known[name])) for name, listing in never.items()}
