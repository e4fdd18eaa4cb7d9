"""Dropped models with their reasons, which are put together only when somebody asks."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.engine.selection.columns import Columns

Told = tuple[RejectionGroup, str]
"""Group and sentence of a rejection."""

_NO_ROW = -1  # of a model that is not in the catalog


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
        self._by_row = by_row
        self.named: Mapping[str, Rejection] = named or {}

    @cached_property
    def rows(self) -> Mapping[int, Drop]:
        """The dropped rows in their order, each with the step that can say why."""
        dropped: dict[int, Drop] = {}
        for drop in self._drops:
            dropped.update(dict.fromkeys(drop.rows(), drop))
        return {row: dropped[row] for row in sorted(dropped)} if self._by_row else dropped

    def __getitem__(self, model: str) -> Rejection:
        if model in self.named:
            return self.named[model]
        row = self._columns.row_of[model]
        return Rejection(model, *self.rows[row].tell(row))

    def __iter__(self) -> Iterator[str]:
        yield from self.named
        for row in self.rows:
            yield self._columns.models[row].id

    def __len__(self) -> int:
        return len(self.named) + len(self.rows)


class DroppedModels:
    """Implements `domain.selection.Dropped` over several refusals: first what they name, then rows of the catalog.

    Args:
        columns: the catalog that they speak of.
        refusals: each model counts once; what names it goes before what drops its row.
        besides: ids of models that are left out.
    """

    def __init__(self, columns: Columns, refusals: Iterable[Refusals], besides: Collection[str]) -> None:
        self._models = columns.models
        self._rows: dict[int, Drop] = {}
        named: dict[str, Rejection] = {}
        for each in refusals:
            self._rows.update(each.rows)
            named.update(each.named)
        for model in (*named, *besides):
            self._rows.pop(columns.row_of.get(model, _NO_ROW), None)
        self._named = [rejection for model, rejection in named.items() if model not in besides]

    def counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        found = Counter([rejection.group for rejection in self._named])
        found.update([drop.group or drop.tell(row)[0] for row, drop in self._rows.items()])
        return found

    def __len__(self) -> int:
        return len(self._named) + len(self._rows)

    def __getitem__(self, places: slice) -> Sequence[Rejection]:
        dropped: list[Rejection | int] = [*self._named, *self._rows]
        models, rows = self._models, self._rows
        return [
            each if isinstance(each, Rejection) else Rejection(models[each].id, *rows[each].tell(each))
            for each in dropped[places]
        ]
