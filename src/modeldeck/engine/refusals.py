"""Dropped models with their reasons, which are put together only when somebody asks."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.engine.columns import Columns

Told = tuple[RejectionGroup, str]
"""Group and sentence of a rejection."""

NO_ROW = -1
"""The row of a model that is not in the catalog."""


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


class Refusals(Mapping[str, Rejection]):
    """Rejections by model id.

    Args:
        columns: the catalog whose rows the drops speak of.
        drops: the steps, whose rows do not overlap.
        named: rejections besides, which come first; their ids are not among the dropped rows.
        by_row: the order is that of the catalog, otherwise that of the steps.
    """

    def __init__(
        self,
        columns: Columns,
        drops: Sequence[Drop] = (),
        named: Mapping[str, Rejection] | None = None,
        *,
        by_row: bool = False,
    ) -> None:
        self._columns = columns
        self._drops = drops
        self._named = named or {}
        self._by_row = by_row

    @cached_property
    def untold(self) -> Mapping[str, Drop]:
        """The dropped models by id, in their order, each with the step that can say why."""
        models = self._columns.models
        dropped: dict[int, Drop] = {}
        for drop in self._drops:
            dropped.update(dict.fromkeys(drop.rows(), drop))
        rows = sorted(dropped) if self._by_row else dropped
        found = {id: _always(rejection) for id, rejection in self._named.items()}
        found.update({models[row].id: dropped[row] for row in rows})
        return found

    def __getitem__(self, model: str) -> Rejection:
        return _told(self._columns, model, self.untold[model])

    def __iter__(self) -> Iterator[str]:
        return iter(self.untold)

    def __len__(self) -> int:
        return len(self.untold)


class DroppedModels:
    """Implements `domain.selection.Dropped` over several refusals.

    Args:
        columns: the catalog that they speak of.
        refusals: each model counts once, with what the last of these says of it.
        besides: ids of models that are left out.
    """

    def __init__(self, columns: Columns, refusals: Iterable[Refusals], besides: Collection[str]) -> None:
        self._columns = columns
        self._untold: dict[str, Drop] = {}
        for each in refusals:
            self._untold.update(each.untold)
        for model in besides:
            self._untold.pop(model, None)

    def counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        columns = self._columns
        return Counter([drop.group or _told(columns, model, drop).group for model, drop in self._untold.items()])

    def __len__(self) -> int:
        return len(self._untold)

    def __getitem__(self, places: slice) -> Sequence[Rejection]:
        row_of, untold = self._columns.row_of, self._untold
        return [Rejection(model, *untold[model].tell(row_of.get(model, NO_ROW))) for model in list(untold)[places]]


def _told(columns: Columns, model: str, drop: Drop) -> Rejection:
    return Rejection(model, *drop.tell(columns.row_of.get(model, NO_ROW)))


def _always(rejection: Rejection) -> Drop:
    """A step that says the same of everything, also of what is not in the catalog."""
    told = rejection.group, rejection.reason
    return Drop((), (), lambda row: told, rejection.group)
