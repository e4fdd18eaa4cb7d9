"""What holds for one request: call arguments over the task, the task over the settings."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Profile
from modeldeck.domain.request import Request
from modeldeck.domain.settings import Settings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Criteria, Mode, Policy, Strategy, Task
from modeldeck.engine.selection.strategies import SHIPPED, Strategies

_Value = TypeVar("_Value")

LIKELY = 0.5
"""Least probability of a specialization that names the task of a request that names none."""


def task_name_for(profile: Profile) -> str:
    """The task of a request that names none: its specialization when that is likely, else `chat`.

    Specializations without a default task of their own (`math`, `roleplay` ...) name a task all the same: it gets the
    default policy and its own experience.
    """
    likely = profile.probabilities.get(profile.specialization, 0.0) >= LIKELY
    return profile.specialization.value if likely else "chat"


def resolve_policy(
    request: Request, task: Task, settings: Settings, state: DeckState, strategies: Strategies = SHIPPED
) -> Policy:
    """Lay the request over the task over the settings.

    A named `model` makes the mode manual, a named `preferred` hybrid, unless the request states its mode. A request
    that lets its task be inferred (the playground's) takes the mode and model chosen in the program, when it states
    none of its own. Criteria of request and task hold both: the stricter one of each.

    Raises:
        UsageError: an unknown strategy, a score out of range, or manual mode without a model.
    """
    mode, model = _mode_and_model(request, task, settings, state)
    general = Criteria(deny_training=settings.privacy.deny_training, min_safety=settings.safety.min_safety)
    criteria = stricter(stricter(request.criteria, task.criteria), general)
    return Policy(
        task=task.name,
        mode=mode,
        model=model,
        fallback_mode=request.fallback_mode or settings.selection.fallback_mode,
        tier=request.tier or task.tier,
        strategy=_strategy(request, task, settings, strategies),
        criteria=criteria,
        require_fast=request.require_fast or task.require_fast,
        require_quality=request.require_quality or task.require_quality,
        free_first=settings.selection.free_first,
    )


def stricter(one: Criteria, other: Criteria) -> Criteria:
    """Both criteria at once: every capability, the lower maximum, the higher minimum.

    Raises:
        UsageError: a least score outside 0..1 (or 0..10, which is divided by 10).
    """
    return Criteria(
        required_capabilities=one.required_capabilities | other.required_capabilities,
        max_cost_per_1k_tokens=_least((one.max_cost_per_1k_tokens, other.max_cost_per_1k_tokens)),
        max_cost_per_token=_least((one.max_cost_per_token, other.max_cost_per_token)),
        max_cost_usd=_least((one.max_cost_usd, other.max_cost_usd)),
        max_latency_ms=min(_known((one.max_latency_ms, other.max_latency_ms)), default=None),
        min_quality=max(_known((as_score(one.min_quality), as_score(other.min_quality))), default=None),
        min_safety=max(_known((as_score(one.min_safety), as_score(other.min_safety))), default=None),
        context_needed=max(_known((one.context_needed, other.context_needed)), default=None),
        free_only=one.free_only or other.free_only,
        local_only=one.local_only or other.local_only,
        deny_training=one.deny_training or other.deny_training,
        fits_hardware=one.fits_hardware or other.fits_hardware,
    )


def as_score(value: float | None) -> float | None:
    """A threshold on the scale 0..1; above 1 and up to 10 it is taken as a mark out of ten.

    Raises:
        UsageError: below 0, above 10, or not a number.
    """
    if value is None or 0 <= value <= 1:
        return value
    if 1 < value <= 10:
        return value / 10
    raise UsageError(f"A score of {value!r} is out of range.", "Scores go from 0 to 1.")


def _mode_and_model(request: Request, task: Task, settings: Settings, state: DeckState) -> tuple[Mode, str | None]:
    mode, model = _stated(request, task)
    if mode is None and request.infer_task and state.mode in (Mode.MANUAL, Mode.HYBRID) and state.preferred:
        mode, model = state.mode, state.preferred
    if mode is None:
        mode, model = task.mode, task.model
        if task.source == "default" and settings.selection.default_model and not _chose_auto(request, state):
            mode = Mode.HYBRID  # nobody said anything about this task, so what was said about all of them holds
    if mode is Mode.AUTO:
        return mode, None
    if mode is Mode.MANUAL and model is None:
        raise UsageError("Manual mode needs a model.", "Name one, or use mode auto.")
    return mode, model or settings.selection.default_model


def _chose_auto(request: Request, state: DeckState) -> bool:
    """Whether a person at the playground let the engine choose."""
    return request.infer_task and state.mode is Mode.AUTO


def _stated(request: Request, task: Task) -> tuple[Mode | None, str | None]:
    """The mode that the request itself asks for, None when it leaves that to others, and the model to go with it."""
    mode = request.mode
    if mode is None and request.model is not None:
        mode = Mode.MANUAL
    if mode is None and request.preferred is not None:
        mode = Mode.HYBRID
    named = request.model or request.preferred if mode is Mode.MANUAL else request.preferred or request.model
    return mode, named or task.model


def _strategy(request: Request, task: Task, settings: Settings, strategies: Strategies) -> str:
    """The request's strategy; wanting quality comes next; then the task's and the settings' strategy.

    A task may have been given a strategy by a script that brought it along; without that script it has none.
    """
    if request.strategy is not None:
        return strategies.require(request.strategy)
    if request.require_quality:
        return Strategy.QUALITY
    known = None if task.strategy is None else strategies.named(task.strategy)
    if known is not None:
        return known
    return Strategy.QUALITY if task.require_quality else settings.selection.strategy


def _known(values: "Iterable[_Value | None]") -> "list[_Value]":
    return [value for value in values if value is not None]


def _least(values: Iterable[Decimal | None]) -> Decimal | None:
    return min(_known(values), default=None)
