"""Where a virtual table has its rows from."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from modeldeck.tui.widgets.table_columns import Cell, Column


class RowSource(Protocol):
    """What a table shows; asked row by row, so an implementation may work lazily."""

    @property
    def columns(self) -> Sequence[Column]: ...
    def __len__(self) -> int: ...
    def key(self, row: int) -> str:
        """A name of the row that survives sorting and filtering."""
        ...

    def cells(self, row: int) -> Sequence[Cell]:
        """One cell for every column of the source."""
        ...

    def find(self, key: str) -> int | None:
        """The row with this key; None when it is not among the rows."""
        ...

    def fitted(self, widths: Mapping[str, int]) -> None:
        """Told the keys of the columns that fit with their cells, before cells are asked for."""
        ...


class NoRows:
    """A source without rows or columns."""

    columns: Sequence[Column] = ()

    def __len__(self) -> int:
        return 0

    def key(self, row: int) -> str:
        raise IndexError(row)

    def cells(self, row: int) -> Sequence[Cell]:
        raise IndexError(row)

    def find(self, key: str) -> int | None:
        return None

    def fitted(self, widths: Mapping[str, int]) -> None:
        """There are no cells to adapt."""
