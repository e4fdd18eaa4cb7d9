"""Exploration: trying what may be the best one after all, so that experience grows where it is thin."""

from random import Random

from modeldeck.engine.selection.ranking import POOL, Ranking
from modeldeck.engine.selection.scoring import Scored, Scorer


def explored(order: Ranking, best: Scored, scorer: Scorer, random: Random) -> Scored | None:
    """The best of the same part as it may truly be: one draw for each of its leading models (Thompson sampling).

    None when the draw comes to `best` itself. What costs nothing still comes first; constraints and floor hold.
    """
    rivals = [scored for scored in order.best(POOL) if scored.part == best.part]
    drawn = max(rivals, key=lambda scored: scorer.drawn(scored, random))
    return None if drawn is best else drawn
