"""Dropped models with their reasons, which are put together only when somebody asks."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

from modeldeck.domain.model import Model
from modeldeck.domain.selection import Rejection, RejectionGroup

Told = tuple[RejectionGroup, str]
"""Group and sentence of a rejection."""


class Drop(NamedTuple):
    """A step that kept some rows of those before it, and what it says about each of the others.

    `group`: that of all it says, where there is only one, so that it is known without a sentence.
    """

    before: Sequence[int]
    kept: Sequence[int]
    tell: Callable[[int], Told]
    group: RejectionGroup | None = None

    def rows(self) -> list[int]:
        """The dropped rows, in their order."""
        if len(self.before) == len(self.kept):
            return []
        kept = set(self.kept)
        return [row for row in self.before if row not in kept]


Untold = tuple[int, Drop]
"""A dropped row and the step that can say why."""


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
    def untold(self) -> Mapping[str, Untold]:
        """The dropped models by id, in their order."""
        models = self._models
        found = {id: (0, _always(rejection.group, rejection.reason)) for id, rejection in self._named.items()}
        dropped = [pair for drop in self._drops for pair in zip(drop.rows(), repeat(drop))]
        if self._by_row:
            dropped.sort(key=itemgetter(0))
        found.update(zip([models[row].id for row, _ in dropped], dropped, strict=True))
        return found

    def __getitem__(self, model: str) -> Rejection:
        row, drop = self.untold[model]
        return Rejection(model, *drop.tell(row))

    def __iter__(self) -> Iterator[str]:
        return iter(self.untold)

    def __len__(self) -> int:
        return len(self.untold)


class DroppedModels:
    """Implements `domain.selection.Dropped` over several refusals.

    Args:
        refusals: each model counts once, with what the last of these says of it.
        besides: ids of models that are left out.
    """

    def __init__(self, refusals: Iterable[Refusals], besides: Collection[str]) -> None:
        untold: dict[str, Untold] = {}
        for each in refusals:
            untold.update(each.untold)
        for model in besides:
            untold.pop(model, None)
        self._untold = list(untold.items())

    def counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        return Counter([drop.group or drop.tell(row)[0] for _, (row, drop) in self._untold])

    def __len__(self) -> int:
        return len(self._untold)

    def __getitem__(self, places: slice) -> Sequence[Rejection]:
        return [Rejection(model, *drop.tell(row)) for model, (row, drop) in self._untold[places]]


def _always(group: RejectionGroup, reason: str) -> Drop:
    """A step that says the same of everything."""
    return Drop((), (), lambda row: (group, reason), group)
