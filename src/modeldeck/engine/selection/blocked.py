"""The model that would have been chosen, were it not out for a while: worth a word in the reason."""

from collections.abc import Iterable
from typing import NamedTuple

from modeldeck.domain.model import Model
from modeldeck.domain.selection import RejectionGroup
from modeldeck.domain.task import Tier
from modeldeck.engine.selection.columns import Facts
from modeldeck.engine.selection.ranking import Ranking
from modeldeck.engine.selection.scoring import Scored
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.selection.tiers import Market, Stage

_PASSING_TROUBLE = (RejectionGroup.COOLDOWN, RejectionGroup.QUOTA, RejectionGroup.BUDGET)


class Blocked(NamedTuple):
    """A model that is out, and why."""

    model: Model
    reason: str


def better_but_out(winner: Scored, stage: Stage, market: Market, situation: Situation) -> Blocked | None:
    """The best model that would have come before the winner of a derived stage; None when there is none."""
    reasons = _out(market, situation)
    if not reasons or not isinstance(stage.order, Ranking):
        return None
    rows = list(_belonging(sorted(reasons), stage, stage.order, market))
    price, parts = market.board.columns.price.column, market.board.parts
    ranked = ((parts[price[row]], -score, row) for row, score in zip(rows, market.board.scores(rows), strict=True))
    best = min(ranked, default=None)
    if best is None or best[:2] >= (winner.part, -winner.score):
        return None
    return Blocked(market.board.columns.models[best[2]], reasons[best[2]])


def _out(market: Market, situation: Situation) -> dict[int, str]:
    """The rows that only a cooldown, a quota or the budget stops, as far as was looked, with the reasons."""
    facts = [Facts.STANDING] if situation.excluded else []
    facts += [Facts.PRICE] if situation.limit_left is not None else []
    return {row: reason for row, (group, reason) in market.sieve.dropped(facts) if group in _PASSING_TROUBLE}


def _belonging(rows: Iterable[int], stage: Stage, members: Ranking, market: Market) -> Iterable[int]:
    """Those that would stand in the stage, judged by those who stand there."""
    quality, board = market.board.quality, market.board
    least = min(quality[row] for row in members.rows) if stage.cut is Tier.PREMIUM else stage.floor
    good = [row for row in rows if quality[row] >= max(least, stage.floor)]
    if stage.cut is not Tier.BUDGET:
        return good
    column, costs = board.columns.price.column, board.costs
    dearest = max(cost for row in members.rows if (cost := costs[column[row]]) is not None)
    return board.fast([row for row in good if (cost := costs[column[row]]) is not None and cost <= dearest])
