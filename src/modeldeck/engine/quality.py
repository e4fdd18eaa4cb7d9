"""How good a model probably is, before anything was measured: an estimate from the facts that catalogs state.

The estimate is a sum of evidence on a logit scale, so that no single fact decides and the result stays inside
0.05..0.95:

- price: what the market pays for; the input and output price (3 to 1) on a log scale. A free variant of a paid model
  is judged by the paid one's price;
- size: the number of weights on a log scale, for open models without a price and beside it;
- age: every year since the release costs as much as newer models gained in it;
- thinking: a model that reasons before it answers;
- family words: `pro`, `opus`, `mini`, `lite` ... as the vendors use them within a family;
- specialization words: `coder` for coding, `math` for math, thinking for math, reasoning and coding.

These are rules, not measurements: the origin is `estimated`, and a person's own value goes before them.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Profile, Specialization
from modeldeck.engine.naming import family_of, parameters_of

LOWEST, HIGHEST = 0.05, 0.95
USER, ESTIMATED = "user", "estimated"

_BASE = -0.25
_PRICE_WEIGHT = 0.55  # per factor e of price
_PRICE_MIDDLE = 1.0  # USD per million tokens that says nothing either way
_PRICE_RANGE = (0.02, 40.0)  # beyond it the price says no more about quality
_SIZE_WEIGHT = 0.40  # per factor e of weights
_SIZE_MIDDLE = 50e9
_SIZE_RANGE = (0.3e9, 1_500e9)
_NO_EVIDENCE = -0.35  # neither price nor size known
_AGE_WEIGHT = 0.65  # per year
_AGE_LIMIT = 4.0  # years
_AGE_UNKNOWN = 1.0
_THINKING = 0.35

_WORDS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])"), weight)
    for words, weight in (
        ("opus|ultra|max|pro|large|sonnet|heavy", 0.30),
        ("mini|flash|small|haiku|lite|fast|instant|turbo", -0.20),
        ("nano|tiny|micro|smol", -0.50),
        ("base|uncensored|abliterated|distill|roleplay|rp", -0.30),
    )
)
_SPECIALIZED: tuple[tuple[frozenset[Specialization], re.Pattern[str], float], ...] = tuple(
    (frozenset(kinds), re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z])"), weight)
    for kinds, words, weight in (
        ((Specialization.CODING,), "code|coder|coding|codex|codestral|devstral|starcoder", 0.40),
        ((Specialization.MATH,), "math|mathstral|prover", 0.40),
        ((Specialization.TRANSLATION,), "translate|tower|aya", 0.30),
        ((Specialization.ROLEPLAY, Specialization.CREATIVE), "roleplay|rp|hermes|magnum|lumimaid|storyteller", 0.40),
        (
            (Specialization.CREATIVE, Specialization.ROLEPLAY, Specialization.CHAT, Specialization.TRANSLATION),
            "code|coder|coding|codex|codestral|devstral|starcoder|math|mathstral|prover",
            -0.60,
        ),
    )
)
_THINKING_HELPS = {Specialization.MATH: 0.35, Specialization.REASONING: 0.35, Specialization.CODING: 0.15}


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a model is expected to be, 0..1, and whether that is `user` or `estimated`."""

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
    if model.quality is not None:
        return Quality(min(1.0, max(0.0, model.quality)), USER)
    general = _general(model, today, paid_price)
    return Quality(_squash(general + _special(model, specialization)), ESTIMATED)


def quality_weights(profile: Profile) -> tuple[float, ...]:
    """A profile's probabilities in the order of Specialization, as `QualityTable.expected` takes them."""
    return tuple(profile.probabilities.get(specialization, 0.0) for specialization in Specialization)


def blended_price(model: Model) -> float | None:
    """USD per million tokens at three input tokens per output token; None when unknown or zero."""
    if model.local or model.pricing is None or model.pricing.zero:
        return None
    return float(model.pricing.input * 3 + model.pricing.output) / 4 * 1e6


class QualityTable:
    """The estimates of one catalog on one day, each computed once when it is first asked for.

    A free or local variant is judged by the highest price of the same model among `models`.
    """

    def __init__(self, models: Iterable[Model], today: date) -> None:
        self._today = today
        self._known: dict[tuple[str, Specialization | None], Quality] = {}
        self._vectors: dict[str, tuple[float, ...]] = {}
        self._paid: dict[str, float] = {}
        for model in models:
            price = blended_price(model)
            if price is not None:
                family = family_of(model)
                self._paid[family] = max(price, self._paid.get(family, 0.0))

    def expected(self, model: Model, weights: Sequence[float]) -> float:
        """The mean quality over specializations; `weights` come from `quality_weights`."""
        values = self._vectors.get(model.id)
        if values is None:
            values = tuple(self.of(model, specialization).value for specialization in Specialization)
            self._vectors[model.id] = values
        return sum(value * weight for value, weight in zip(values, weights, strict=True))

    def of(self, model: Model, specialization: Specialization | None = None) -> Quality:
        """The quality of a model of this catalog (or of an unlisted one) for a specialization."""
        key = (model.id, specialization)
        known = self._known.get(key)
        if known is None:
            known = estimate(model, specialization, self._today, self._paid.get(family_of(model)))
            self._known[key] = known
        return known


def _general(model: Model, today: date, paid_price: float | None) -> float:
    price = blended_price(model) or paid_price
    size = parameters_of(model)
    evidence = _BASE + _age(model, today) + _words(f"{model.native_id} {model.name}")
    if price is not None:
        evidence += _PRICE_WEIGHT * _log_ratio(price, _PRICE_MIDDLE, _PRICE_RANGE)
    if size is not None:
        # A price already reflects the size, so that the size counts half beside it.
        evidence += _SIZE_WEIGHT * (0.5 if price else 1.0) * _log_ratio(float(size), _SIZE_MIDDLE, _SIZE_RANGE)
    if price is None and size is None:
        evidence += _NO_EVIDENCE
    return evidence + _THINKING * (Capability.REASONING in model.capabilities)


def _special(model: Model, specialization: Specialization | None) -> float:
    if specialization is None:
        return 0.0
    evidence = _special_words(model.native_id, specialization)
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
def _words(name: str) -> float:
    lowered = name.lower()
    return sum(weight for pattern, weight in _WORDS if pattern.search(lowered))


@lru_cache(maxsize=65_536)
def _special_words(name: str, specialization: Specialization) -> float:
    lowered = name.lower()
    return sum(weight for kinds, words, weight in _SPECIALIZED if specialization in kinds and words.search(lowered))


def _squash(logit: float) -> float:
    return LOWEST + (HIGHEST - LOWEST) / (1.0 + math.exp(-logit))
