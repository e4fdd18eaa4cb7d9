"""All models of all providers: listings merged with the person's own facts, swapped as one immutable snapshot."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.model import Model, by_name
from modeldeck.domain.settings import ModelSettings
from modeldeck.engine.catalog.facts import merge_facts
from modeldeck.engine.catalog.filter import search
from modeldeck.engine.catalog.naming import PROVIDER_ORDER, provider_rank
from modeldeck.ports import CachedListing

if TYPE_CHECKING:
    from modeldeck.engine.catalog.name_index import NameIndex

__all__ = ["PROVIDER_ORDER", "Catalog", "Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """One state of the catalog; never changes, so that a reader may hold it while the catalog moves on.

    `withheld` are listed models that may not be used, because their provider is set to free_only.
    """

    models: tuple[Model, ...]
    listings: Mapping[str, CachedListing]
    withheld: tuple[Model, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Model]:
        return {model.id: model for model in self.models}

    @cached_property
    def by_title(self) -> Mapping[str, Model]:
        """Models by the letters and digits of the name that people read, with and without its author in front."""
        found: dict[str, Model] = {}
        for model in self.models:
            for title in (model.name, model.name.partition(": ")[2]):
                found.setdefault(_letters(title), model)
        return found

    @cached_property
    def names(self) -> "NameIndex":
        from modeldeck.engine.catalog.name_index import NameIndex  # most lists look no name up

        return NameIndex(self.models, self.by_id)

    @cached_property
    def withheld_names(self) -> "NameIndex":
        from modeldeck.engine.catalog.name_index import index_models  # few people set free_only

        return index_models(self.withheld)


class Catalog:
    """Every listed model; reads are safe from any thread, because they see one snapshot at a time.

    Args:
        overrides: `[models."ID"]` of the settings, by catalog id.
        free_only_providers: providers of which only models that cost nothing are shown.
        now: the clock's wall time, timezone-aware; only `is_stale` needs it.
    """

    def __init__(
        self,
        overrides: Mapping[str, ModelSettings] | None = None,
        free_only_providers: Collection[str] = (),
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._overrides = dict(overrides or {})
        self._free_only_providers = frozenset(free_only_providers)
        self._now = now
        self._free_only = False
        self._full = Snapshot((), {})
        self._shown = self._full

    def adopt(self, overrides: Mapping[str, ModelSettings], free_only_providers: Collection[str]) -> None:
        """Lay other facts over the models, from the next update on."""
        self._overrides = dict(overrides)
        self._free_only_providers = frozenset(free_only_providers)

    def update(self, listings: Mapping[str, CachedListing], hidden: Collection[str] = ()) -> None:
        """Replace everything by these lists (provider name -> list) with the person's facts laid over them.

        Models are ordered by provider, then name. `hidden` are ids that the person hid in the program.
        """
        hidden = frozenset(hidden)
        models: list[Model] = []
        for provider in sorted(listings, key=provider_rank):
            own = self._overrides
            listed = [merge_facts(model, own.get(model.id), model.id in hidden) for model in listings[provider].models]
            models += sorted(listed, key=by_name)
        withheld = tuple(filter(self.withholds, models)) if self._free_only_providers else ()
        shown = tuple([model for model in models if not self.withholds(model)] if withheld else models)
        # What others worked out for these models is kept by the tuple that holds them.
        self._full = Snapshot(self._full.models if shown == self._full.models else shown, dict(listings), withheld)
        self._show()

    def set_filter(self, *, free_only: bool = False) -> None:
        """Show only models that cost nothing (free or local) from now on, or all again."""
        self._free_only = free_only
        self._show()

    @property
    def free_only_providers(self) -> frozenset[str]:
        """Providers of which only models that cost nothing are shown, and may be used."""
        return self._free_only_providers

    def withholds(self, model: Model) -> bool:
        """Whether a model may not be used, because its provider is set to free_only and nobody says that it is free."""
        return model.provider in self._free_only_providers and not model.costs_nothing

    @property
    def snapshot(self) -> Snapshot:
        """What the catalog shows now, as one value that does not change."""
        return self._shown

    @property
    def models(self) -> tuple[Model, ...]:
        """Every shown model: in PROVIDER_ORDER, then by name."""
        return self._shown.models

    def get(self, model: str) -> Model | None:
        """The listed model with exactly this id, shown or filtered out."""
        return self._full.by_id.get(model)

    def resolve(self, text: str, keyed: Collection[str] = ()) -> Model:
        """The model that a person means by `text`; rules and errors as in `NameIndex.resolve`.

        A model that the catalog withholds is known, and may not be used: it is found by its id, and by its other names
        when no model that can be called has them.

        Args:
            text: an id, a native id, an alias, or an unlisted id with a provider's prefix.
            keyed: names of the providers that can be used now; they win when several models share the name.

        Raises:
            UnknownModelError: the text resolves to nothing.
        """
        full = self._full
        exact = full.withheld_names.by_id.get(text.strip())
        if exact is not None:
            return exact
        try:
            found = full.names.resolve(text, keyed, full.listings)
        except UnknownModelError:
            withheld = _withheld(full, text, keyed)
            if withheld is None:
                raise
            return withheld
        if found.listed or (found.provider in keyed and not self.withholds(found)):
            return found
        return _withheld(full, text, keyed) or found

    def resolve_all(self, texts: Iterable[str], keyed: Collection[str] = ()) -> dict[str, Model]:
        """What each text resolves to; texts that resolve to nothing are left out."""
        found: dict[str, Model] = {}
        for text in texts:
            try:
                found[text] = self.resolve(text, keyed)
            except UnknownModelError:
                continue
        return found

    def titled(self, text: str) -> Model | None:
        """The model with this name as people read it (`Llama 3.1 70B Instruct`), whatever stands between its words."""
        letters = _letters(text)
        return self._full.by_title.get(letters) if letters else None

    def listing(self, provider: str) -> CachedListing | None:
        """A provider's last list as it came; None when it was never fetched."""
        return self._full.listings.get(provider)

    def is_provider_stale(self, provider: str) -> bool:
        """Whether the provider's newest refresh failed, so that its list is an older one."""
        listing = self.listing(provider)
        return listing is not None and listing.error is not None

    def is_stale(self, days: float = 30) -> bool:
        """Whether nothing is listed, or the oldest list that holds models was fetched more than `days` ago.

        Raises:
            ValueError: the catalog was made without a clock.
        """
        if self._now is None:
            raise ValueError("this catalog was made without a clock")
        listings = self._full.listings.values()
        fetched = [listing.fetched_at for listing in listings if listing.models and listing.fetched_at is not None]
        return not fetched or min(fetched) < self._now() - timedelta(days=days)

    def free(self, provider: str | None = None) -> tuple[Model, ...]:
        """Models that are free by a known price (local ones are not among them), of one provider or all."""
        return tuple(model for model in self.models if model.free and provider in (None, model.provider))

    def local(self) -> tuple[Model, ...]:
        """Models that run on this machine."""
        return tuple(model for model in self.models if model.local)

    def affordable(self, max_cost_per_token: Decimal | float) -> tuple[Model, ...]:
        """Models whose listed input and output prices are both known and at most this many USD per token."""
        limit = Decimal(str(max_cost_per_token))
        return tuple(
            model
            for model in self.models
            if model.local or (model.pricing is not None and max(model.pricing.input, model.pricing.output) <= limit)
        )

    def search(self, query: str, models: tuple[Model, ...] | None = None) -> list[Model]:
        """Models that fit a query, the best first when they are few; see `engine.filter.search`."""
        return search(query, self.models if models is None else models)

    def _show(self) -> None:
        full = self._full
        if self._free_only:
            free = tuple(model for model in full.models if model.costs_nothing)
            self._shown = Snapshot(free, full.listings, full.withheld)
        else:
            self._shown = full


def _withheld(snapshot: Snapshot, text: str, keyed: Collection[str]) -> Model | None:
    if not snapshot.withheld:
        return None
    try:
        found = snapshot.withheld_names.resolve(text, keyed)
    except UnknownModelError:
        return None
    return found if found.listed else None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
