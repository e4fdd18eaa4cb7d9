"""What changed in the providers' lists."""

from collections.abc import Mapping
from datetime import timedelta

from modeldeck.domain.advice import AdviceKind, Discovery, Repricing
from modeldeck.domain.model import Model
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.lists import Lists
from modeldeck.engine.looking_back.advice import Adviser
from modeldeck.ports import CachedListing, Clock, Provider

_ABOUT_LISTS = (AdviceKind.GONE, AdviceKind.EXPIRING, AdviceKind.REPRICED, AdviceKind.FREE_ALTERNATIVE)


class Discoverer:
    """Fetches lists and compares them with the stored ones."""

    def __init__(
        self, catalog: Catalog, lists: Lists, adviser: Adviser, providers: Mapping[str, Provider], clock: Clock
    ) -> None:
        self._catalog = catalog
        self._lists = lists
        self._adviser = adviser
        self._providers = providers
        self._clock = clock

    def discover(self, *, force: bool, days: float, timeout_s: float) -> Discovery:
        """See `Deck.discover`."""
        listing = [name for name, provider in self._providers.items() if provider.info.lists]
        names = [name for name in listing if force or self._is_stale(name, days)]
        before = self._catalog.snapshot.listings
        report = self._lists.refresh(names, timeout_s=timeout_s)
        after = self._catalog.snapshot.listings
        changed = [_Change(before[name], after[name]) for name in report.listed if _was_fetched(before.get(name))]
        repriced = tuple(each for change in changed for each in change.repriced())
        self._adviser.note_repriced(repriced)
        return Discovery(
            at=self._clock.now(),
            new=tuple(id for change in changed for id in change.new()),
            gone=tuple(id for change in changed for id in change.gone()),
            repriced=repriced,
            became_free=tuple(id for change in changed for id in change.became(free=True)),
            became_paid=tuple(id for change in changed for id in change.became(free=False)),
            expiring=tuple(model.id for model in self._adviser.expiring()),
            suggestions=tuple(one for one in self._adviser.recommendations() if one.kind in _ABOUT_LISTS),
            failed=report.failed,
        )

    def _is_stale(self, provider: str, days: float) -> bool:
        listing = self._catalog.listing(provider)
        if listing is None or listing.fetched_at is None:
            return True
        return self._clock.now() - listing.fetched_at > timedelta(days=days)


class _Change:
    """One provider's list before and after; ids come in the order of the lists."""

    def __init__(self, before: CachedListing, after: CachedListing) -> None:
        self._before = _listed(before)
        self._after = _listed(after)

    def new(self) -> list[str]:
        return [id for id in self._after if id not in self._before]

    def gone(self) -> list[str]:
        return [id for id in self._before if id not in self._after]

    def became(self, *, free: bool) -> list[str]:
        """Models that are free by a known price now and were not before, or the other way round."""
        pairs = self._priced()
        return [new.id for old, new in pairs if old.free is not free and new.free is free]

    def repriced(self) -> list[Repricing]:
        """Models that cost something before and after, and not the same."""
        changed = [(old, new) for old, new in self._priced() if not old.free and not new.free]
        return [
            Repricing(new.id, was.input, was.output, now.input, now.output)
            for old, new in changed
            if (was := old.pricing) and (now := new.pricing) and (was.input, was.output) != (now.input, now.output)
        ]

    def _priced(self) -> list[tuple[Model, Model]]:
        """What is in both lists with a known price; a price that becomes known has not changed."""
        both = [(self._before[id], new) for id, new in self._after.items() if id in self._before]
        return [(old, new) for old, new in both if old.pricing is not None and new.pricing is not None]


def _listed(listing: CachedListing) -> dict[str, Model]:
    return {model.id: model for model in listing.models if model.listed}


def _was_fetched(listing: CachedListing | None) -> bool:
    return listing is not None and listing.fetched_at is not None
