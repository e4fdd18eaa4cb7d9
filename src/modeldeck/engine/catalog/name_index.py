"""Which model a person means by a text."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest

from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.model import Model, Origin, model_id
from modeldeck.engine.catalog.naming import PROVIDER_ORDER, provider_rank, split_date

MAX_NAME = 200
"""Longest text, in characters, that is compared with the catalog."""
_POOL = 200  # names that difflib compares; more would be felt at 50,000 models
_NEAREST = 3


@dataclass(frozen=True)
class NameIndex:
    """Every name by which the models of one catalog snapshot can be called."""

    models: tuple[Model, ...]
    by_id: Mapping[str, Model] = field(repr=False)

    def resolve(self, text: str, keyed: Collection[str], providers: Collection[str] = ()) -> Model:
        """The model that a person means by `text`.

        The first rule with a hit decides: the exact id; `openrouter/<text>`; a native id or alias, dated or undated,
        at any provider; the last part of a native id; an id with a provider's prefix that no list holds. Several
        hits of one rule: a provider in `keyed` (one that can be used) first, then PROVIDER_ORDER, then the newest.

        Args:
            text: what the person wrote.
            keyed: names of providers that can be used.
            providers: further provider names that may stand in front of an unlisted id.

        Raises:
            UnknownModelError: nothing fits; it holds the nearest names.
        """
        wanted = text.strip()
        exact = self.by_id.get(wanted) or self.by_id.get(f"openrouter/{wanted}")
        if exact is not None:
            return exact
        lowered = wanted.lower()[:MAX_NAME]
        for table, name in (
            (self._ids, lowered),
            (self._ids, f"openrouter/{lowered}"),
            (self._natives, lowered),
        ):
            if hits := table.get(name):
                return best_hit(hits, keyed)
        known = {*PROVIDER_ORDER, *keyed, *providers, *self._providers}
        if hits := self._versions(lowered, known) or self._tails.get(lowered, []):
            return best_hit(hits, keyed)
        unlisted = _unlisted(wanted, known)
        if unlisted is not None:
            return unlisted
        raise UnknownModelError(text, self.nearest(lowered))

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three ids that look like `text`; the work is bounded whatever the catalog's size."""
        from difflib import get_close_matches  # only a wrong name pays for loading it

        wanted = text.lower()[:MAX_NAME]
        grams = {wanted[start : start + 3] for start in range(len(wanted) - 2)}
        shared = ((sum(gram in key for gram in grams), -len(key), key) for key in self._ids)
        likely = [key for count, _, key in nlargest(_POOL, shared) if count]
        pool: dict[str, str] = {}
        for key in likely:
            pool.setdefault(key, key)
            pool.setdefault(key.rpartition("/")[2], key)
        close = get_close_matches(wanted, pool, n=2 * _NEAREST, cutoff=0.5)
        found = dict.fromkeys(pool[name] for name in close)
        return tuple(self._ids[key][0].id for key in list(found)[:_NEAREST])

    def _versions(self, lowered: str, providers: Collection[str]) -> list[Model]:
        """Models whose name differs by a date alone; a provider named in front must be theirs."""
        undated, date = split_date(lowered)
        prefix = lowered.partition("/")[0]
        return [
            model
            for model in self._undated.get(undated, [])
            if (date is None or split_date(model.native_id.lower())[1] in (None, date))
            and (prefix == model.provider or "/" not in lowered or prefix not in providers)
        ]

    @cached_property
    def _providers(self) -> frozenset[str]:
        return frozenset(model.provider for model in self.models)

    @cached_property
    def _ids(self) -> Mapping[str, list[Model]]:
        return _table(
            (name, model)
            for model in self.models
            for name in (model.id.lower(), *(f"{model.provider}/{alias.lower()}" for alias in model.aliases))
        )

    @cached_property
    def _natives(self) -> Mapping[str, list[Model]]:
        return _table((name, model) for model in self.models for name in _native_names(model))

    @cached_property
    def _tails(self) -> Mapping[str, list[Model]]:
        return _table((model.native_id.lower().rpartition("/")[2], model) for model in self.models)

    @cached_property
    def _undated(self) -> Mapping[str, list[Model]]:
        return _table(
            (split_date(name)[0], model) for model in self.models for name in (*_native_names(model), model.id.lower())
        )


def best_hit(hits: Sequence[Model], keyed: Collection[str]) -> Model:
    """Of several models with one name: a usable provider first, then the provider order, undated, newest."""

    def rank(model: Model) -> tuple[bool, tuple[int, str], bool, int, str]:
        date = split_date(model.native_id.lower())[1]
        return model.provider not in keyed, provider_rank(model.provider), date is not None, -int(date or 0), model.id

    return min(hits, key=rank)


def index_models(models: Iterable[Model]) -> NameIndex:
    """The index of a list of models."""
    listed = tuple(models)
    return NameIndex(listed, {model.id: model for model in listed})


def _native_names(model: Model) -> set[str]:
    native = model.native_id.lower()
    names = {native, native.removesuffix(":latest"), *map(str.lower, model.aliases)}
    if model.alias:
        names.add(model.alias.lower())
    return names


def _table(entries: Iterable[tuple[str, Model]]) -> Mapping[str, list[Model]]:
    table: defaultdict[str, list[Model]] = defaultdict(list)
    for name, model in entries:
        table[name].append(model)
    return dict(table)


def _unlisted(text: str, providers: Collection[str]) -> Model | None:
    provider, _, native = text.partition("/")
    if not native or provider not in providers or any(character.isspace() for character in native):
        return None
    return Model(
        id=model_id(provider, native),
        provider=provider,
        native_id=native,
        name=native,
        origin=Origin("unlisted"),
        listed=False,
    )
