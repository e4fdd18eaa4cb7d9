"""How good a model probably is, before anything was measured: an estimate from the facts that catalogs state.

The estimate is a sum of evidence on a logit scale, so that no single fact decides, and the result stays inside
0.05..0.95 with 0.5 about the middle of what can be called today:

- price: what the market pays for, the input and output price (3 to 1) on a log scale; a free or local variant of a
  paid model is judged by the paid one's price;
- size: the number of weights on a log scale; it counts half again as much where no price is known;
- age: every year since the release costs as much as newer models gained in it;
- thinking: a model that reasons first is better at mathematics and code, hardly at anything else;
- words in the name: `nano`, and where no price is known `mini`, `flash` ...; `coder` for coding, `math` for math;
  guards and other helpers that do not answer are put last.

These are rules, not measurements, and marked `estimated`; a person's own value goes before them. The ratings that a
person gave to answers move an estimate as further evidence of the same kind: it counts as much as ten ratings (the
method page, section 4: n0 = 10 for an estimate), so that (10 x estimate + sum of ratings) / (10 + their number) is
the quality, marked `own votes`. Ratings for the same specialization count; where there are none, all of the model's
do. Their weights are
rounded from one look at the Arena text ranking of July 2026: price, size and age alone order its models with a rank
correlation of 0.9.
"""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from operator import mul
from typing import NamedTuple

from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Profile, Specialization
from modeldeck.domain.record import record
from modeldeck.engine.catalog.naming import family_of, parameters_of
from modeldeck.ports import Votes

LOWEST, HIGHEST = 0.05, 0.95
USER, ESTIMATED, OWN_VOTES = "user", "estimated", "own votes"
_PRIOR_VOTES = 10.0  # an estimate counts as much as this many ratings

_BASE = 1.1
_PRICE_WEIGHT = 0.28  # per factor e of price
_PRICE_MIDDLE = 1.0  # USD per million tokens
_PRICE_RANGE = (0.02, 40.0)  # beyond it the price says no more about quality
_SIZE_WEIGHT = 0.28  # per factor e of weights
_SIZE_MIDDLE = 50e9
_SIZE_RANGE = (0.3e9, 1_500e9)
_SIZE_ALONE = 1.5  # times its weight where no price is known
_OPEN_UNPRICED = -0.6  # a stated size and no price: an open model, cheaper than the middle
_AGE_WEIGHT = 1.3  # per year
_AGE_LIMIT = 3.0  # years
_AGE_UNKNOWN = 1.0
_ROUTER = -0.6  # whatever it picks, which may be a weak model

_NANO = (re.compile(r"(?<![a-z0-9])(?:nano|tiny|micro|smol\w*)(?![a-z0-9])"), -0.5)
_SMALL = (re.compile(r"(?<![a-z0-9])(?:mini|flash|small|haiku|lite|fast|instant|turbo)(?![a-z0-9])"), -0.3)
_HELPER = (
    re.compile(r"guard|content-safety|moderation|(?<![a-z0-9])(?:embed\w*|rerank\w*|reward|ocr|base)(?![a-z0-9])"),
    -3.0,
)
_CODE = r"code|coder|coding|codex|codestral|devstral|starcoder"
_MATH = r"math|mathstral|prover"
_PLAY = r"roleplay|rp|hermes|magnum|lumimaid|mythomax|storyteller"
_WRITING = (Specialization.CREATIVE, Specialization.ROLEPLAY, Specialization.CHAT, Specialization.TRANSLATION)
_SPECIALIZED = (
    (frozenset({Specialization.CODING}), _CODE, 0.4),
    (frozenset({Specialization.MATH}), _MATH, 0.4),
    (frozenset({Specialization.TRANSLATION}), "translate|tower|aya", 0.3),
    (frozenset({Specialization.ROLEPLAY, Specialization.CREATIVE}), _PLAY, 0.4),
    (frozenset(_WRITING), f"{_CODE}|{_MATH}", -0.6),
)
_THINKING = 0.1
_THINKING_HELPS = {Specialization.MATH: 0.45, Specialization.REASONING: 0.35, Specialization.CODING: 0.15}
_PLAIN_VALUES = 1 + len(_THINKING_HELPS)
_ALL = tuple(Specialization)
_NOT_HELPED = tuple(specialization for specialization in _ALL if specialization not in _THINKING_HELPS)


class Quality(NamedTuple):
    """How good a model is expected to be, 0..1, and whether that is `user`, `estimated` or `own votes`."""

    value: float
    origin: str


def estimate(
    model: Model,
    specialization: Specialization | None,
    today: date,
    paid_price: float | None = None,
) -> Quality:
    """The quality of a model for a specialization (None: in general) by the rules in the module's docstring.

    Args:
        model: what the catalog knows; the person's own `quality` goes before every rule.
        specialization: the kind of work.
        today: the day from which ages are counted.
        paid_price: USD per million tokens of the same model where it is paid, for free and local variants.
    """
    own = model.quality if specialization is None else model.specializations.get(specialization, model.quality)
    if own is not None:
        return Quality(min(1.0, max(0.0, own)), USER)
    general = _general(model, today, paid_price)
    return Quality(_squash(general + _special(model, specialization)), ESTIMATED)


@record
class Likely:
    """How probable each specialization is, in the two forms in which a model's qualities are kept.

    `plain` is for models whose name speaks of no specialization: the sum of all that thinking does not help, then
    each that it does. `each` is in the order of Specialization.
    """

    plain: tuple[float, float, float, float]
    each: tuple[float, ...]

    def mean(self, values: tuple[float, ...]) -> float:
        """The mean quality of a model over specializations, from what `QualityTable.values` gives."""
        if len(values) > _PLAIN_VALUES:
            return float(sum(map(mul, values, self.each)))
        first, second, third, fourth = self.plain
        return values[0] * first + values[1] * second + values[2] * third + values[3] * fourth


class Qualities:
    """What `QualityTable.values` gives for every model of a list, so that all means come in one go."""

    def __init__(self, values: Sequence[tuple[float, ...]]) -> None:
        self._plain = [each[:_PLAIN_VALUES] for each in values]
        self._named = [(row, each) for row, each in enumerate(values) if len(each) > _PLAIN_VALUES]

    def means(self, likely: Likely) -> list[float]:
        """`Likely.mean` of every model."""
        first, second, third, fourth = likely.plain
        found = [one * first + two * second + three * third + four * fourth for one, two, three, four in self._plain]
        for row, values in self._named:
            found[row] = likely.mean(values)
        return found


def quality_weights(profile: Profile) -> Likely:
    """A profile's probabilities as `QualityTable.expected` takes them."""
    probable = profile.probabilities.get
    each = tuple([probable(specialization, 0.0) for specialization in _ALL])
    rest = sum([probable(specialization, 0.0) for specialization in _NOT_HELPED])
    math_, reasoning, coding = (probable(specialization, 0.0) for specialization in _THINKING_HELPS)
    return Likely((rest, math_, reasoning, coding), each)


def blended_price(model: Model) -> float | None:
    """USD per million tokens at three input tokens per output token; None when unknown or zero."""
    if model.local or model.pricing is None or model.pricing.zero:
        return None
    return (float(model.pricing.input) * 3 + float(model.pricing.output)) / 4 * 1e6


class QualityTable:
    """The estimates of one catalog on one day, each computed once when it is first asked for.

    A free or local variant is judged by the highest price of the same model among `models`. `votes` are the person's
    own ratings.
    """

    def __init__(self, models: Iterable[Model], today: date, votes: Iterable[Votes] = ()) -> None:
        self._today = today
        self._voted = _by_model(votes)
        self._known: dict[tuple[str, Specialization | None], Quality] = {}
        self._values: dict[str, tuple[float, ...]] = {}
        self._paid: dict[str, float] = {}
        for model in models:
            price = blended_price(model)
            if price is not None:
                family = family_of(model)
                if price > self._paid.get(family, 0.0):
                    self._paid[family] = price

    def expected(self, model: Model, likely: Likely) -> float:
        """The mean quality over specializations; `likely` comes from `quality_weights`."""
        return likely.mean(self.values(model))

    def values(self, model: Model) -> tuple[float, ...]:
        """The qualities of a model for every specialization, as `Likely` takes them.

        Four when neither its name nor a person speaks of any: the one for all that thinking does not help, then one
        for each that it does. Otherwise one for each specialization.
        """
        values = self._values.get(model.id)
        if values is None:
            if model.id in self._voted or model.specializations:
                values = tuple(self.of(model, specialization).value for specialization in Specialization)
            else:
                values = _values(model, self._today, self._paid.get(family_of(model)))
            self._values[model.id] = values
        return values

    def of(self, model: Model, specialization: Specialization | None = None) -> Quality:
        """The quality of a model of this catalog (or of an unlisted one) for a specialization."""
        key = (model.id, specialization)
        known = self._known.get(key)
        if known is None:
            prior = estimate(model, specialization, self._today, self._paid.get(family_of(model)))
            known = self._known[key] = _moved(prior, self.votes(model.id, specialization))
        return known

    def votes(self, model: str, specialization: Specialization | None) -> Votes | None:
        """The ratings of a model for a specialization: its own, else all of the model's; None without any."""
        voted = self._voted.get(model)
        if voted is None:
            return None
        return voted.get("" if specialization is None else specialization.value, voted[""])


def _by_model(votes: Iterable[Votes]) -> dict[str, dict[str, Votes]]:
    """Ratings by model and specialization, with those of all specializations under an empty name."""
    found: dict[str, dict[str, Votes]] = {}
    for vote in votes:
        voted = found.setdefault(vote.model, {"": Votes(vote.model, "", 0.0, 0)})
        voted[vote.specialization] = vote
        every = voted[""]
        voted[""] = Votes(vote.model, "", every.total + vote.total, every.number + vote.number)
    return found


def _moved(prior: Quality, votes: Votes | None) -> Quality:
    if votes is None or prior.origin == USER:
        return prior
    value = (_PRIOR_VOTES * prior.value + votes.total) / (_PRIOR_VOTES + votes.number)
    return Quality(value, OWN_VOTES)


def _values(model: Model, today: date, paid_price: float | None) -> tuple[float, ...]:
    named = _named_for(model.native_id)
    wanted = Specialization if named else (None, *_THINKING_HELPS)
    if model.quality is not None:
        return tuple(estimate(model, None, today).value for _ in wanted)
    general = _general(model, today, paid_price)
    return tuple(_squash(general + _special(model, specialization)) for specialization in wanted)


def _general(model: Model, today: date, paid_price: float | None) -> float:
    price = blended_price(model) or paid_price
    size = parameters_of(model)
    evidence = _BASE + _age(model, today) + _THINKING * (Capability.REASONING in model.capabilities)
    evidence += _words(model.native_id, price is not None) + _ROUTER * model.router
    if price is not None:
        evidence += _PRICE_WEIGHT * _log_ratio(price, _PRICE_MIDDLE, _PRICE_RANGE)
    if size is not None:
        weight = _SIZE_WEIGHT * (1.0 if price is not None else _SIZE_ALONE)
        evidence += weight * _log_ratio(float(size), _SIZE_MIDDLE, _SIZE_RANGE)
        evidence += 0.0 if price is not None else _OPEN_UNPRICED
    return evidence


def _special(model: Model, specialization: Specialization | None) -> float:
    if specialization is None:
        return 0.0
    evidence = sum(weight for kinds, weight in _named_for(model.native_id) if specialization in kinds)
    if Capability.REASONING in model.capabilities:
        evidence += _THINKING_HELPS.get(specialization, 0.0)
    return evidence


def _age(model: Model, today: date) -> float:
    years = _AGE_UNKNOWN if model.created is None else (today - model.created).days / 365.25
    return -_AGE_WEIGHT * min(_AGE_LIMIT, max(0.0, years))


def _log_ratio(value: float, middle: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return math.log(min(high, max(low, value)) / middle)


@lru_cache(maxsize=65_536)
def _words(name: str, priced: bool) -> float:
    lowered = name.lower()
    rules = (_NANO, _HELPER) if priced else (_NANO, _HELPER, _SMALL)
    return sum(weight for pattern, weight in rules if pattern.search(lowered))


@lru_cache(maxsize=65_536)
def _named_for(name: str) -> tuple[tuple[frozenset[Specialization], float], ...]:
    """The kinds of work that a name speaks of, with what that is worth."""
    lowered = name.lower()
    return tuple((kinds, weight) for kinds, words, weight in _specialized() if words.search(lowered))


@cache
def _specialized() -> tuple[tuple[frozenset[Specialization], re.Pattern[str], float], ...]:
    """The rules with compiled words; a plain list asks for no specialization and needs none."""
    return tuple(
        (kinds, re.compile(f"(?<![a-z0-9])(?:{words})(?![a-z])"), weight) for kinds, words, weight in _SPECIALIZED
    )


def _squash(logit: float) -> float:
    return LOWEST + (HIGHEST - LOWEST) / (1.0 + math.exp(-logit))
