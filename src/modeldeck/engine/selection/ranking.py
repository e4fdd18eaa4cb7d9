"""The models of one part of the market, the best first; only what is asked for is put in order."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from typing import NamedTuple, overload

from modeldeck.domain.model import Model
from modeldeck.engine.catalog.naming import family_of
from modeldeck.engine.selection.board import Board
from modeldeck.engine.selection.scoring import Scored

POOL = 16
"""Best models of each part that a chain is made of. It needs at most eight of them: five links, the chosen model, and
two links of an earlier stage; twice as many, so that only one provider can leave fewer than eight of others."""


class Entry(NamedTuple):
    """One model in its place: where it stands, and which model it is."""

    part: int
    loss: float
    id: str
    row: int
    model: Model


class Ranking(Sequence[Scored]):
    """Rows of a board in the order of part, score and id. As a sequence it orders and scores every one of them."""

    def __init__(self, board: Board, rows: Sequence[int]) -> None:
        self.rows = rows
        self._board = board
        self._scores: dict[int, Sequence[float]] = {}
        self._tops: dict[int, list[Entry]] = {}

    def best(self, count: int) -> list[Scored]:
        """The first models of the whole order; `count` is at most POOL."""
        found: list[Entry] = []
        for part in self._parts:
            if len(found) < count:
                found += self._top(part)
        return [self._board.scored(entry.row) for entry in found[:count]]

    def near(self, best: Scored, within: float) -> list[Scored]:
        """The models of the same part that score at most so much less, in order."""
        rows, scores = self._parts[best.part], self._scores_of(best.part)
        found = [row for row, score in zip(rows, scores, strict=True) if score >= best.score - within]
        return [self._board.scored(entry.row) for entry in self._entries(best.part, found)]

    def size(self, part: int) -> int:
        """How many models a part has."""
        return len(self._parts.get(part, ()))

    def best_paid(self) -> str | None:
        """The id of the best model that costs money, and it is known how much; the last by id of equals."""
        models = self._board.columns.models
        found: list[tuple[float, str]] = []
        for part in self._parts:
            rows, scores = self._paid_of(part)
            most = max(scores, default=0.0)
            found += [(most, models[row].id) for row, score in zip(rows, scores, strict=True) if score == most]
        return max(found)[1] if found else None

    def pool(self, winner: Model) -> list[Entry]:
        """Every model, in order, that a chain behind `winner` may take."""
        found: list[Entry] = []
        for part in self._parts:
            top = self._top(part)
            pool = {entry.row: entry for entry in (*top, *self._elsewhere(part, top), *self._twins(part, winner))}
            found += sorted(pool.values())
        return found

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Scored: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Scored]: ...
    def __getitem__(self, place: int | slice) -> Scored | Sequence[Scored]:
        if isinstance(place, slice):
            return [self._board.scored(row) for row in self._order[place]]
        return self._board.scored(self._order[place])

    def __iter__(self) -> Iterator[Scored]:
        return map(self._board.scored, self._order)

    @cached_property
    def _order(self) -> Sequence[int]:
        return [entry.row for part, rows in self._parts.items() for entry in self._entries(part, rows)]

    @cached_property
    def _parts(self) -> Mapping[int, list[int]]:
        return self._board.by_part(self.rows)

    def _scores_of(self, part: int) -> Sequence[float]:
        if part not in self._scores:
            self._scores[part] = self._board.scores(self._parts[part])
        return self._scores[part]

    def _paid_of(self, part: int) -> tuple[Sequence[int], Sequence[float]]:
        """The rows of a part that cost a known price, with their scores; mostly all of a part or none."""
        rows, scores = self._parts[part], self._scores_of(part)
        price, paid, parts = self._board.columns.price.column, self._board.paid, self._board.parts
        kinds = {costs for costs, its_part in zip(paid, parts, strict=True) if its_part == part}
        if kinds == {True}:
            return rows, scores
        if kinds == {False}:
            return (), ()
        places = [place for place, row in enumerate(rows) if paid[price[row]]]
        return [rows[place] for place in places], [scores[place] for place in places]

    def _top(self, part: int) -> list[Entry]:
        if part not in self._tops:
            self._tops[part] = self._best_of(part, self._parts[part], self._scores_of(part))
        return self._tops[part]

    def _best_of(self, part: int, rows: Sequence[int], scores: Sequence[float]) -> list[Entry]:
        if len(rows) > POOL:
            least = nlargest(POOL, scores)[-1]
            rows = [row for row, score in zip(rows, scores, strict=True) if score >= least]
        return self._entries(part, rows)[:POOL]

    def _entries(self, part: int, rows: Sequence[int]) -> list[Entry]:
        models = self._board.columns.models
        return sorted(
            Entry(part, -score, models[row].id, row, models[row])
            for row, score in zip(rows, self._board.scores(rows), strict=True)
        )

    def _elsewhere(self, part: int, top: Sequence[Entry]) -> list[Entry]:
        """The best of other providers, when one provider leaves too few of them among the best."""
        provider = self._board.columns.provider
        if len(self._board.columns.providers) < 2:
            return []
        names = [entry.model.provider for entry in top]
        leader = max(set(names), key=names.count)
        if len(self._parts[part]) <= len(top) or len(names) - names.count(leader) >= POOL // 2:
            return []
        others = [row for row in self._parts[part] if provider[row] != leader]
        return self._best_of(part, others, self._board.scores(others)) if others else []

    def _twins(self, part: int, winner: Model) -> list[Entry]:
        """The same model at several providers."""
        rows = self._parts[part]
        family = self._board.columns.families.get(family_of(winner), ())
        return self._entries(part, [row for row in family if _holds(rows, row)])


def _holds(rows: Sequence[int], row: int) -> bool:
    place = bisect_left(rows, row)
    return place < len(rows) and rows[place] == row
