"""Dropped models with their reasons, which are put together only when somebody asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from modeldeck.domain.model import Model
from modeldeck.domain.selection import Rejection, RejectionGroup

Told = tuple[RejectionGroup, str]
"""Group and sentence of a rejection."""


class Drop(NamedTuple):
    """A step that kept some rows of those before it, and what it says about each of the others."""

    before: Sequence[int]
    kept: Sequence[int]
    tell: Callable[[int], Told]

    def rows(self) -> list[int]:
        """The dropped rows, in their order."""
        if len(self.before) == len(self.kept):
            return []
        kept = set(self.kept)
        return [row for row in self.before if row not in kept]


class Refusals(Mapping[str, Rejection]):
    """Rejections by model id.

    Args:
        models: the catalog whose rows the drops speak of.
        drops: the steps, whose rows do not overlap.
        named: rejections besides, which come first; their ids are not among the dropped rows.
        by_row: the order is that of the catalog, otherwise that of the steps.
    """

    def __init__(
        self,
        models: Sequence[Model],
        drops: Sequence[Drop] = (),
        named: Mapping[str, Rejection] | None = None,
        *,
        by_row: bool = False,
    ) -> None:
        self._models = models
        self._drops = drops
        self._named = named or {}
        self._by_row = by_row

    @cached_property
    def told(self) -> Mapping[str, Told]:
        """Group and sentence by model id."""
        found = {id: (rejection.group, rejection.reason) for id, rejection in self._named.items()}
        models = self._models
        told = [(row, drop.tell(row)) for drop in self._drops for row in drop.rows()]
        if self._by_row:
            told.sort(key=itemgetter(0))
        found.update([(models[row].id, each) for row, each in told])
        return found

    def __getitem__(self, model: str) -> Rejection:
        return Rejection(model, *self.told[model])

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


def tell_all(refusals: Iterable[Refusals], besides: set[str]) -> list[tuple[str, RejectionGroup, str]]:
    """Model, group and sentence of several refusals, each model once, those of `besides` left out."""
    told: dict[str, Told] = {}
    for each in refusals:
        told.update(each.told)
    return [(model, group, reason) for model, (group, reason) in told.items() if model not in besides]
