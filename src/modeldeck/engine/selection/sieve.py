"""The hard constraints over a whole catalog: each check is asked once per class of models alike to it.

What passes and what is said about the rest is what `Constraints.check` says of each model by itself.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from modeldeck.domain.model import Capability
from modeldeck.domain.selection import RejectionGroup
from modeldeck.engine.selection.board import Board
from modeldeck.engine.selection.checks import Check, first_found
from modeldeck.engine.selection.columns import Facts
from modeldeck.engine.selection.constraints import Constraints, below_floor
from modeldeck.engine.selection.refusals import Drop, Refusals, Told
from modeldeck.engine.selection.situation import Situation


class Sieve:
    """The rows that pass every constraint, and the steps that dropped the others."""

    def __init__(self, constraints: Constraints, board: Board, situation: Situation) -> None:
        self._constraints = constraints
        self._board = board
        self._situation = situation
        self.passing: Sequence[int] = range(len(board.columns.models))
        self._drops: list[tuple[Facts, Drop]] = []
        for facts, group in groupby(constraints.wanted, itemgetter(0)):
            drop = self._step(facts, [check for _, check in group])
            self._drops.append((facts, drop))
            self.passing = drop.kept

    @cached_property
    def refusals(self) -> Refusals:
        """Every model that does not pass, in the order of the catalog."""
        return Refusals(self._board.columns, [drop for _, drop in self._drops], by_row=True)

    def dropped(self, facts: Collection[Facts]) -> Iterable[tuple[int, Told]]:
        """The rows that a check of these facts dropped, with what it says."""
        for kind, drop in self._drops:
            if kind in facts:
                for row in drop.rows():
                    yield row, drop.tell(row)

    def _step(self, facts: Facts, checks: Sequence[Check]) -> Drop:
        if facts is Facts.QUALITY:
            return self._quality_step()
        column, samples = self._board.columns.facet(facts)
        models = self._board.columns.models
        bad = {number for number in self._doubtful(facts) if first_found(samples[number], checks) is not None}
        own = {row: first_found(models[row], checks) for row in self._singular(facts)}
        told: dict[int, Told] = {}

        def tell(row: int) -> Told:
            """What the checks say, once per class."""
            if row in own:
                return _surely(own[row])
            number = column[row]
            if number not in told:
                told[number] = _surely(first_found(samples[number], checks))
            return told[number]

        before = self.passing
        if own:
            kept: Sequence[int] = [
                row for row in before if (own[row] is None if row in own else column[row] not in bad)
            ]
        elif bad:
            kept = [row for row in before if column[row] not in bad]
        else:
            kept = before
        return Drop(before, kept, tell)

    def _quality_step(self) -> Drop:
        return good_enough(self.passing, self._board.quality, self._constraints.least_quality)

    def _doubtful(self, facts: Facts) -> Iterable[int]:
        """The classes that a check might refuse: of prices only those beyond the lowest limit, by exact numbers."""
        columns = self._board.columns
        if facts is not Facts.PRICE:
            return range(len(columns.facet(facts).samples))
        limits = self._constraints.prices.spending_limit, self._constraints.prices.token_limit
        roof, ceiling = (float("inf") if limit is None else int(limit * columns.scale) for limit in limits)
        return [
            number
            for number, (cost, dearest) in enumerate(zip(self._board.costs, columns.dearest, strict=True))
            if cost is None or cost > roof or dearest > ceiling
        ]

    def _singular(self, facts: Facts) -> Sequence[int]:
        """The rows for which a check knows more than what their class shares."""
        columns, situation = self._board.columns, self._situation
        if facts is Facts.STANDING:
            row_of = columns.row_of
            return [row_of[id] for id in {*situation.hidden, *situation.excluded} if id in row_of]
        if facts is Facts.MEMORY:
            return columns.local
        if facts is Facts.LATENCY or (facts is Facts.NATURE and Capability.FAST in self._constraints.capabilities):
            return self._board.tried
        return ()


def good_enough(rows: Sequence[int], quality: Sequence[float], floor: float) -> Drop:
    """The step that keeps the rows whose quality (by row) reaches the floor."""
    kept = [row for row in rows if quality[row] >= floor]
    tell = below_floor(floor)
    return Drop(rows, kept, lambda row: tell(quality[row]), RejectionGroup.QUALITY)


def _surely(found: Told | None) -> Told:
    if found is None:
        raise AssertionError("a check that dropped a model does not say why")
    return found
