"""What a strategy makes of the terms of the score: the shipped weights, the person's own, and functions of a script."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields
from typing import TypeAlias

from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.domain.settings import StrategyWeights
from modeldeck.domain.task import STRATEGY_ALIASES, Strategy
from modeldeck.engine.wording import error_words


@record
class Weights:
    """What a strategy makes of the terms; they sum to 1."""

    quality: float
    success: float
    cost: float
    speed: float
    load: float


TERMS: tuple[str, ...] = tuple(each.name for each in fields(Weights))
"""The terms that a strategy weighs; each is 0..1, and higher is better."""

STRATEGY_WEIGHTS: Mapping[str, Weights] = {
    Strategy.BALANCED: Weights(quality=0.45, success=0.15, cost=0.20, speed=0.15, load=0.05),
    Strategy.QUALITY: Weights(quality=0.75, success=0.10, cost=0.05, speed=0.05, load=0.05),
    Strategy.COST: Weights(quality=0.20, success=0.10, cost=0.60, speed=0.05, load=0.05),
    Strategy.SPEED: Weights(quality=0.20, success=0.10, cost=0.10, speed=0.55, load=0.05),
    Strategy.AVAILABILITY: Weights(quality=0.15, success=0.60, cost=0.05, speed=0.10, load=0.10),
}

ScoreFunction: TypeAlias = Callable[[Model, Mapping[str, float]], float]
"""A strategy of a script: a model and its factors (`TERMS`, 0..1 each, 1 is best) to a score; the highest wins.

Scores are meant to be 0..1; any other finite number orders just as well and is shown as 0 or 1.
"""
OwnStrategy: TypeAlias = ScoreFunction | Mapping[str, float]
"""What `Deck.open(strategies=...)` takes for a name: a function, or weights by term, which are scaled to a sum of 1."""


class StrategyError(Exception):
    """A strategy of a script raised, or returned no finite number; the message says which and what."""


@record
class OwnScore:
    """A script's function under its name."""

    name: str
    function: ScoreFunction

    def __call__(self, model: Model, factors: Mapping[str, float]) -> float:
        """The score of a model. Raises StrategyError."""
        try:
            score = self.function(model, factors)
        except Exception as error:
            raise StrategyError(f"strategy {self.name} failed on {model.id} ({error_words(error)})") from error
        if not _is_number(score):
            raise StrategyError(f"strategy {self.name} gave {score!r} for {model.id}, which is no score")
        return float(score)


Weighing: TypeAlias = Weights | OwnScore


class Strategies:
    """Every strategy by name.

    Args:
        configured: `[selection.weights.STRATEGY]`, laid over the shipped weights.
        own: those that a script brought along; they go before shipped ones of the same name.

    Raises:
        UsageError: a script's strategy is neither a function nor weights of known terms.
    """

    def __init__(
        self,
        configured: Mapping[Strategy, StrategyWeights] | None = None,
        own: Mapping[str, OwnStrategy] | None = None,
    ) -> None:
        self._configured = configured
        changed: dict[str, Weighing] = {
            name: _adjusted(STRATEGY_WEIGHTS[name], weights) for name, weights in (configured or {}).items()
        }
        scripted: dict[str, Weighing] = {name: _own(name, given) for name, given in (own or {}).items()}
        known: dict[str, Weighing] = dict(STRATEGY_WEIGHTS)
        self._known: Mapping[str, Weighing] = {**known, **changed, **scripted}

    @property
    def names(self) -> Collection[str]:
        """Every name that `weighing` knows, aliases left out."""
        return self._known.keys()

    def without_scripts(self) -> "Strategies":
        """The same without what a script brought along."""
        return Strategies(self._configured)

    def named(self, text: str) -> str | None:
        """The name behind a name or an alias; None when there is no such strategy."""
        return text if text in self._known else STRATEGY_ALIASES.get(text)

    def require(self, text: str) -> str:
        """The name behind a name or an alias. Raises UsageError, which names what is allowed."""
        name = self.named(text)
        if name is None:
            allowed = ", ".join([*self._known, *STRATEGY_ALIASES])
            raise UsageError(f"Unknown strategy {text!r}; allowed: {allowed}.")
        return name

    def weighing(self, name: str) -> Weighing:
        """The weights or the function of a strategy; the name comes from `named`."""
        return self._known[name]


SHIPPED = Strategies()


def _adjusted(shipped: Weights, own: StrategyWeights) -> Weights:
    """The shipped shares with the person's in their places, scaled; without any weight left, as shipped."""
    given = {term: share for term in TERMS if (share := getattr(own, term)) is not None}
    return _scaled({**asdict(shipped), **given}) or shipped


def _own(name: str, given: OwnStrategy) -> Weighing:
    if callable(given):
        return OwnScore(name, given)
    if not isinstance(given, Mapping):
        raise UsageError(f"The strategy {name!r} is {given!r}.", "It is a function of model and factors, or weights.")
    if unknown := [term for term in given if term not in TERMS]:
        raise UsageError(f"The strategy {name!r} weighs {unknown[0]!r}.", f"Terms: {', '.join(TERMS)}.")
    weights = _scaled({term: given.get(term, 0.0) for term in TERMS})
    if weights is None:
        raise UsageError(f"The weights of strategy {name!r} are {dict(given)!r}.", "Numbers from 0 up, one above 0.")
    return weights


def _scaled(shares: Mapping[str, float]) -> Weights | None:
    """Shares scaled to a sum of 1; None when they are no shares."""
    if not all(map(_is_number, shares.values())):
        return None
    total = sum(shares.values())
    if min(shares.values()) < 0 or not 0 < total < math.inf:
        return None
    return Weights(**{term: share / total for term, share in shares.items()})


def _is_number(given: object) -> bool:
    """Whether a script gave a finite number; its annotations promise that, but nobody checks them."""
    return isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
