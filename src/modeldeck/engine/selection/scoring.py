"""The score of a candidate: six named terms, each 0..1, weighted by the strategy.

| term | from |
| --- | --- |
| quality | the prior for the prompt's specializations, weighted by their probability |
| success | Beta posterior of the own attempts, prior 18 good in 20, old attempts fading with a half-life of 14 days |
| cost | the prompt's expected cost on a log scale: 1 at nothing, 0.5 at one cent, 0 at one dollar or an unknown price |
| speed | 1 / (1 + T / 10 s), T = time to first token + output / tokens per second: own, declared, prior |
| load | 1 / (1 + attempts in flight) |
| favourite | the configured bonus, added to the weighted sum |

Every term also has a spread (a standard deviation), from which the confidence of a selection is computed.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import NamedTuple

from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Candidate
from modeldeck.domain.task import Policy, Strategy
from modeldeck.engine.selection.forecast import expected_cost
from modeldeck.engine.selection.quality import quality_weights
from modeldeck.engine.selection.situation import Situation, measured
from modeldeck.engine.selection.strategies import STRATEGY_WEIGHTS, OwnScore
from modeldeck.ports import Experience

_PRIOR_SUCCESSES, _PRIOR_FAILURES = 18.0, 2.0
_HALF_LIFE_DAYS = 14.0
_CHEAP_USD, _DEAR_USD = 1e-4, 1.0
_COST_SPAN = math.log1p(_DEAR_USD / _CHEAP_USD)
_PATIENCE_S = 10.0
# Before anything was measured: seconds to the first token and tokens per second.
_PRIOR_FAST = (0.7, 110.0)
_PRIOR_USUAL = (1.5, 50.0)
_PRIOR_LOCAL = (1.0, 25.0)
_THINKING_S = 4.0  # a reasoning model's first answer token comes this much later
# Standard deviations of the terms: an estimated quality is off by this much on the Arena ranking it was compared with.
_SPREAD_ESTIMATED, _SPREAD_USER = 0.12, 0.03
_LEAST_SPREAD = 1e-6  # of a script's score, which need not depend on any term
_SPREAD_COST, _SPREAD_MEASURED_SPEED, _SPREAD_PRIOR_SPEED = 0.05, 0.05, 0.15


_PLACES = [step / 4 for step in range(-12, 13)]
_MASS = sum(math.exp(-0.5 * place**2) for place in _PLACES)
# The normal distribution cut at three standard deviations: places in standard deviations with their share of the mass.
_NORMAL = [(place, math.exp(-0.5 * place**2) / _MASS) for place in _PLACES]


class Scored(NamedTuple):
    """A candidate with everything that ranking and explaining need; a tuple, because many are made per selection.

    `part` orders before the score: what costs nothing (while free first is on), priced models, models of unknown
    price, routers of unknown price. `cost` is USD or None. The terms are those of the module's docstring;
    `success_spread` is the standard deviation of `success`, `measured` says whether `speed` is an own measurement.
    """

    model: Model
    score: float
    part: int
    cost: Decimal | None
    quality: float
    success: float
    cost_term: float
    speed: float
    load: float
    favourite: float
    success_spread: float
    measured: bool

    @property
    def costs_nothing(self) -> bool:
        """Free or local, and this very prompt costs nothing (a long one may, by a price override)."""
        return self.model.costs_nothing and not self.cost

    @property
    def paid(self) -> bool:
        """Costs money, and it is known how much."""
        return self.cost is not None and not self.costs_nothing

    @property
    def factors(self) -> dict[str, float]:
        """Every term by name, 0..1."""
        return {
            "quality": self.quality,
            "success": self.success,
            "cost": self.cost_term,
            "speed": self.speed,
            "load": self.load,
            "favourite": self.favourite,
        }

    def candidate(self) -> Candidate:
        """The same as the selection's plain data; a script's own score is cut to 0..1."""
        score = min(1.0, max(0.0, self.score))
        return Candidate(self.model.id, score, self.factors, self.costs_nothing, self.cost)


class Scorer:
    """Scores models for one request.

    Attributes:
        own: the function that scores instead of weights; None for a strategy of weights.
        weights: those of the strategy; with a function the balanced ones, which then weigh nothing.
        likely: how probable each specialization is.
    """

    def __init__(self, policy: Policy, profile: Profile, situation: Situation, favourite_bonus: float) -> None:
        weighing = situation.strategies.weighing(policy.strategy)
        self.own = weighing if isinstance(weighing, OwnScore) else None
        self.weights = STRATEGY_WEIGHTS[Strategy.BALANCED] if isinstance(weighing, OwnScore) else weighing
        self.likely = quality_weights(profile)
        self._profile = profile
        self._situation = situation
        self._bonus = favourite_bonus
        self._free_first = policy.free_first
        self._untried = success_rate(None, None, situation.now)

    @property
    def untried_terms(self) -> tuple[float, float]:
        """The weighted terms of success and load of a model that was never tried and is not in use."""
        return self.weights.success * self._untried[0], self.weights.load * 1.0

    def score(self, model: Model) -> Scored:
        """The model's score with its terms and the part of the order it belongs to.

        Raises:
            StrategyError: the strategy is a script's function, and it failed.
        """
        situation, weights = self._situation, self.weights
        tried = situation.experience.get(model.id)
        own = None if tried is None else measured(tried)
        success, success_spread = self._success(model.id, tried)
        cost = expected_cost(model, self._profile, situation.now)
        cost_term = cost_score(cost)
        quality = situation.quality.expected(model, self.likely)
        speed = speed_score(model, own, self._profile.output_tokens)
        load = 1.0 / (1 + situation.in_flight.get(model.id, 0))
        favourite = self._bonus if model.id in situation.favourites else 0.0
        others = weights.success * success + weights.cost * cost_term + weights.speed * speed + weights.load * load
        score = weights.quality * quality + others + favourite
        scored = Scored(
            model,
            min(1.0, max(0.0, score)),
            part_of(cost, model.costs_nothing, model.router, self._free_first),
            cost,
            quality,
            success,
            cost_term,
            speed,
            load,
            favourite,
            success_spread,
            own is not None,
        )
        return scored if self.own is None else scored._replace(score=self.own(model, scored.factors))

    def drawn(self, scored: Scored, random: Random) -> float:
        """The score with quality and success as they may truly be: one draw from each of their Beta distributions."""
        quality = _draw(scored.quality, self._quality_spread(scored), random)
        success = _draw(scored.success, scored.success_spread, random)
        if self.own is not None:
            return self.own(scored.model, {**scored.factors, "quality": quality, "success": success})
        weights = self.weights
        more = weights.quality * (quality - scored.quality) + weights.success * (success - scored.success)
        return scored.score + more

    def confidence(self, chain: Sequence[Scored]) -> float:
        """The probability that the first of these is truly the best of them; see `probability_best`."""
        return probability_best([(scored.score, self._spread(scored)) for scored in chain])

    def _success(self, model: str, tried: Experience | None) -> tuple[float, float]:
        if tried is None:
            return self._untried
        return success_rate(tried, self._situation.task_experience.get(model), self._situation.now)

    def _spread(self, scored: Scored) -> float:
        """The standard deviation of a score, from those of its terms."""
        quality = self._quality_spread(scored)
        speed = _SPREAD_MEASURED_SPEED if scored.measured else _SPREAD_PRIOR_SPEED
        weights = self.weights
        if self.own is None:
            return math.hypot(
                weights.quality * quality,
                weights.success * scored.success_spread,
                weights.cost * _SPREAD_COST,
                weights.speed * speed,
            )
        spreads = {"quality": quality, "success": scored.success_spread, "cost": _SPREAD_COST, "speed": speed}
        own, factors = self.own, scored.factors
        moved = (own(scored.model, {**factors, term: factors[term] - spread}) for term, spread in spreads.items())
        return max(_LEAST_SPREAD, math.hypot(*(score - scored.score for score in moved)))

    def _quality_spread(self, scored: Scored) -> float:
        return _SPREAD_ESTIMATED if scored.model.quality is None else _SPREAD_USER


def part_of(cost: Decimal | int | None, costs_nothing: bool, router: bool, free_first: bool) -> int:
    """The part of the order that a model of this expected cost (in any unit) belongs to; see `Scored`."""
    if cost is None:
        return 3 if router else 2
    return 0 if not free_first or (not cost and costs_nothing) else 1


def success_rate(all_tasks: Experience | None, this_task: Experience | None, now: datetime) -> tuple[float, float]:
    """Mean and standard deviation of the probability that an attempt succeeds.

    Attempts for this very task count twice, being among those of all tasks as well.
    """
    good, bad = _PRIOR_SUCCESSES, _PRIOR_FAILURES
    for experience in (all_tasks, this_task):
        if experience is not None:
            weight = _faded(experience, now)
            good += weight * experience.successes
            bad += weight * (experience.calls - experience.successes)
    total = good + bad
    return good / total, math.sqrt(good * bad / (total * total * (total + 1)))


def cost_score(cost: Decimal | None) -> float:
    """1 for nothing, falling with the logarithm of USD to 0 at a dollar; 0 when the cost is unknown."""
    return cost_scores([None if cost is None else float(cost)])[0]


def cost_scores(costs: Sequence[float | None]) -> list[float]:
    """`cost_score` of many costs in USD."""
    return [
        0.0 if cost is None else max(0.0, 1.0 - math.log1p(cost / _CHEAP_USD) / _COST_SPAN) if cost > 0 else 1.0
        for cost in costs
    ]


def speed_score(model: Model, own: Experience | None, output_tokens: int) -> float:
    """How soon an answer of `output_tokens` is complete, 1 at once, 0.5 after ten seconds."""
    capabilities = model.capabilities
    first_s, rate = _prior_speed(model.local, Capability.FAST in capabilities, Capability.REASONING in capabilities)
    if model.latency_ms is not None:
        first_s = model.latency_ms / 1000
    if model.tokens_per_second:
        rate = model.tokens_per_second
    if own is not None and own.ttft_ms is not None:
        first_s = own.ttft_ms / 1000
    if own is not None and own.tokens_per_second:
        rate = own.tokens_per_second
    return 1.0 / (1.0 + (first_s + output_tokens / rate) / _PATIENCE_S)


def probability_best(scores: Sequence[tuple[float, float]]) -> float:
    """The probability that the first of these (mean, standard deviation) is truly the highest.

    Integrates, over the first one's normal distribution cut at three standard deviations, the probability that all
    others lie below; the distributions are taken as independent.
    """
    mean, spread = scores[0]
    others = [(other, other_spread * math.sqrt(2)) for other, other_spread in scores[1:]]
    total = 0.0
    for place, density in _NORMAL:
        value = mean + place * spread
        total += density * math.prod([0.5 + 0.5 * math.erf((value - other) / width) for other, width in others])
    return total


@cache
def _prior_speed(local: bool, fast: bool, thinking: bool) -> tuple[float, float]:
    """Seconds to the first answer token and tokens per second of a model that was never tried."""
    first_s, rate = _PRIOR_LOCAL if local else _PRIOR_FAST if fast else _PRIOR_USUAL
    return first_s + _THINKING_S * thinking, rate


def _draw(mean: float, spread: float, random: Random) -> float:
    """A draw from the Beta distribution of this mean and standard deviation; the mean where there is no such one."""
    certainty = mean * (1.0 - mean) / (spread * spread) - 1.0 if spread else 0.0
    if certainty <= 0.0 or not 0.0 < mean < 1.0:
        return mean
    return random.betavariate(mean * certainty, (1.0 - mean) * certainty)


def _faded(experience: Experience, now: datetime) -> float:
    if experience.last_used is None:
        return 1.0
    days = (now - experience.last_used).total_seconds() / 86_400
    return float(0.5 ** (max(0.0, days) / _HALF_LIFE_DAYS))
