"""Tasks and the policy words: tier, mode, strategy, criteria."""

import math
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import partial
from typing import Literal

from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Capability, parse_capability
from modeldeck.domain.record import record


class Tier(StrEnum):
    """Which part of the market a task draws from."""

    PREMIUM = "premium"
    BUDGET = "budget"
    FALLBACK = "fallback"


class Mode(StrEnum):
    """Who chooses: exactly this model, the engine, or a preferred model with the engine behind it."""

    MANUAL = "manual"
    AUTO = "auto"
    HYBRID = "hybrid"


class Strategy(StrEnum):
    """The weights of the score."""

    BALANCED = "balanced"
    QUALITY = "quality"
    COST = "cost"
    SPEED = "speed"
    AVAILABILITY = "availability"


STRATEGY_ALIASES = {
    "performance_based": Strategy.QUALITY,
    "cost_based": Strategy.COST,
    "availability_based": Strategy.AVAILABILITY,
}
FallbackMode = Literal["auto", "none"]


def parse_strategy(text: str) -> Strategy:
    """The strategy called `text`, aliases included; ValueError names what is allowed."""
    if text in STRATEGY_ALIASES:
        return STRATEGY_ALIASES[text]
    try:
        return Strategy(text)
    except ValueError:
        allowed = ", ".join([*Strategy, *STRATEGY_ALIASES])
        raise ValueError(f"unknown strategy {text!r}; allowed: {allowed}") from None


@record
class Criteria:
    """Hard constraints of one request; None and False constrain nothing.

    Scores are 0..1. `max_cost_per_1k_tokens`: expected cost of this request per 1,000 tokens, USD.
    `max_cost_per_token`: both listed prices at or below, USD. `max_cost_usd`: this call. `context_needed`: tokens.

    Scripts may give capabilities as a list of names and amounts as plain numbers; the fields hold what they mean.

    Raises:
        UsageError: an unknown capability, or an amount or a score that is no number.
    """

    required_capabilities: frozenset[Capability] = frozenset()
    max_cost_per_1k_tokens: Decimal | None = None
    max_cost_per_token: Decimal | None = None
    max_cost_usd: Decimal | None = None
    max_latency_ms: float | None = None
    min_quality: float | None = None
    min_safety: float | None = None
    context_needed: int | None = None
    free_only: bool = False
    local_only: bool = False
    deny_training: bool = False
    fits_hardware: bool = False

    def __init__(
        self,
        *,
        required_capabilities: Iterable[str] = (),
        max_cost_per_1k_tokens: Decimal | float | str | None = None,
        max_cost_per_token: Decimal | float | str | None = None,
        max_cost_usd: Decimal | float | str | None = None,
        max_latency_ms: float | None = None,
        min_quality: float | None = None,
        min_safety: float | None = None,
        context_needed: int | None = None,
        free_only: bool = False,
        local_only: bool = False,
        deny_training: bool = False,
        fits_hardware: bool = False,
    ) -> None:
        put = partial(object.__setattr__, self)  # the class is frozen for everybody else
        put("required_capabilities", _capabilities(required_capabilities))
        put("max_cost_per_1k_tokens", _amount("max_cost_per_1k_tokens", max_cost_per_1k_tokens))
        put("max_cost_per_token", _amount("max_cost_per_token", max_cost_per_token))
        put("max_cost_usd", _amount("max_cost_usd", max_cost_usd))
        put("max_latency_ms", _number("max_latency_ms", max_latency_ms))
        put("min_quality", _number("min_quality", min_quality))
        put("min_safety", _number("min_safety", min_safety))
        put("context_needed", _number("context_needed", context_needed))
        put("free_only", free_only)
        put("local_only", local_only)
        put("deny_training", deny_training)
        put("fits_hardware", fits_hardware)


def _capabilities(given: Iterable[str]) -> frozenset[Capability]:
    if isinstance(given, str):
        raise UsageError(f"required_capabilities is the text {given!r}.", f"It is a list of names: [{given!r}].")
    try:
        return frozenset(name if isinstance(name, Capability) else parse_capability(name) for name in given)
    except ValueError as error:
        raise UsageError(f"required_capabilities: {error}.") from None


def _number(name: str, given: float | None) -> float | None:
    """What was given, if it is a number at all; whether a score is within its scale is checked when it is used."""
    told: object = given
    if told is None or (isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told)):
        return given
    raise UsageError(f"{name} is {given!r}; allowed: a number.")


def _amount(name: str, given: Decimal | float | str | None) -> Decimal | None:
    if given is None:
        return None
    try:
        amount = given if isinstance(given, Decimal) else Decimal(str(given))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"{name} is {given!r}; allowed: an amount of USD, 0 or more.")
    return amount


@record(kw_only=True)
class Task:
    """A named kind of work with its policy; `source` says which layer set it (default, config.toml, deck.toml, ...).

    `model` is the pinned model in manual mode and the preferred one in hybrid mode; None in auto mode.
    `strategy` is a strategy's name; None: that of the settings.
    """

    name: str
    purpose: str
    mode: Mode = Mode.AUTO
    model: str | None = None
    tier: Tier = Tier.FALLBACK
    strategy: str | None = None
    require_fast: bool = False
    require_quality: bool = False
    criteria: Criteria = Criteria()
    source: str = "default"


@record(kw_only=True)
class Policy:
    """What holds for one request after arguments, task and settings are laid over each other.

    `strategy` is the name of a shipped strategy or of one that a script brought along.
    """

    task: str
    mode: Mode
    model: str | None
    fallback_mode: FallbackMode
    tier: Tier
    strategy: str
    criteria: Criteria
    require_fast: bool
    require_quality: bool
    free_first: bool


DEFAULT_TASK = "default"
TASK_ALIASES = {"narrative": "therapeutic_narrative"}

DEFAULT_TASKS: tuple[Task, ...] = (
    Task(name="chat", purpose="everyday conversation"),
    Task(
        name="classification",
        purpose="put a text into one of several classes",
        tier=Tier.PREMIUM,
        require_quality=True,
    ),
    Task(name="diarization", purpose="tell who speaks in a transcript", tier=Tier.PREMIUM, require_quality=True),
    Task(name="summarization", purpose="shorten a text, keep what matters", tier=Tier.BUDGET, require_fast=True),
    Task(name="extraction", purpose="pull facts and fields out of a text", tier=Tier.BUDGET, require_fast=True),
    Task(name="recommendations", purpose="suggest items that suit a person"),
    Task(name="mood_search", purpose="find items by mood or feeling"),
    Task(name="preference_extraction", purpose="learn a person's likes from what they write"),
    Task(name="coding", purpose="write, explain and mend code"),
    Task(name="creative", purpose="stories, posts, mails, advertising"),
    Task(name="reasoning", purpose="puzzles, logic, decisions in several steps"),
    Task(name="qa", purpose="answer a question, with or without a text"),
    Task(name="translation", purpose="from one language into another"),
    Task(name="therapeutic_narrative", purpose="gentle, supportive personal narrative"),
    Task(name=DEFAULT_TASK, purpose="whatever names no task"),
)
