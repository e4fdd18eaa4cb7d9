"""Helpers for scripts that want one call and no object: they share a deck that opens with the first of them."""

import atexit
from collections.abc import Mapping
from decimal import Decimal
from threading import Lock
from typing import Any, TypedDict, Unpack

from modeldeck.domain.advice import ModelAdvice
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.quality import NamedQuality
from modeldeck.domain.request import RequestFields, make_request
from modeldeck.domain.task import DEFAULT_TASK, TASK_ALIASES, Tier
from modeldeck.domain.usage import PeriodName
from modeldeck.engine.deck import Deck, Prompt
from modeldeck.engine.looking_back.advice import advice_of
from modeldeck.engine.money.comparison import split_tokens
from modeldeck.engine.profiling.analysis import analyze as analyze_request
from modeldeck.engine.selection.appraisal import appraise

_lock = Lock()
_shared: Deck | None = None


class PeriodSummary(TypedDict):
    """Totals of one period; money in USD, `free_share` 0..1 or None without requests."""

    requests: int
    succeeded: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    unpriced_requests: int
    saved_usd: Decimal
    free_share: float | None


class UsageSummary(TypedDict):
    """What was used today and this month, and how many models the catalog holds."""

    today: PeriodSummary
    this_month: PeriodSummary
    total_models: int


def select_model(
    task_or_prompt: str | None = None,
    inputs: Mapping[str, Any] | None = None,
    *,
    tier: str | Tier | None = None,
    require_quality: bool = False,
    require_fast: bool = False,
) -> str:
    """The id of the model to use.

    Args:
        task_or_prompt: a task's name when `inputs` are given or a task has that name, else the prompt itself.
        inputs: the task's named inputs; their text tells how hard the work is.
        tier: `premium`, `budget` or `fallback`; None: as the task says.
        require_quality: the best rather than the cheapest.
        require_fast: only fast models.

    Raises:
        NothingSelectableError: no model passes.
        UsageError: there is no such tier.
    """
    deck = _deck()
    named = task_or_prompt is not None and (inputs is not None or _is_task(deck, task_or_prompt))
    request = make_request(
        task_or_prompt if task_or_prompt is not None and not named else [],
        task=task_or_prompt if named else None,
        inputs=dict(inputs or {}),
        tier=_tier(tier),
        require_quality=require_quality,
        require_fast=require_fast,
    )
    return deck.select(request).model


def record_model_usage(
    model: str,
    tokens_used: int | None = None,
    success: bool = True,
    *,
    task: str = DEFAULT_TASK,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
    latency_ms: float | None = None,
    cost: Decimal | float | None = None,
) -> None:
    """Write down a call that the script made itself, so that totals and experience know of it.

    Args:
        model: any name that resolves; an unknown one is kept as it is.
        tokens_used: input and output together, when they are not known apart; the cost is then an estimate.
        success: whether the call gave an answer.
        task: the task it was made for.
        input_tokens: tokens sent.
        output_tokens: tokens received.
        latency_ms: how long the call took.
        cost: USD, when the script knows it.

    Raises:
        UsageError: a negative count.
    """
    counted = input_tokens is not None or output_tokens is not None
    sent, received = input_tokens or 0, output_tokens or 0
    if not counted and tokens_used is not None:
        sent, received = split_tokens(tokens_used)
    if sent < 0 or received < 0:
        raise UsageError("Token counts cannot be negative.")
    _deck().record(
        task=task,
        model=model,
        success=success,
        latency_ms=latency_ms,
        cost=cost,
        input_tokens=sent,
        output_tokens=received,
        counted=counted,
    )


def get_usage_summary() -> UsageSummary:
    """Totals of today and of this month, and the size of the catalog."""
    deck = _deck()
    return {
        "today": _summary(deck, "today"),
        "this_month": _summary(deck, "month"),
        "total_models": len(deck.catalog.models),
    }


def analyze(prompt: Prompt, **fields: Unpack[RequestFields]) -> Profile:
    """What a prompt needs, by the built-in estimator; opens no deck. `fields` are those of Request."""
    return analyze_request(make_request(prompt, **fields))


def quality(name: str, specialization: Specialization | str | None = None) -> NamedQuality:
    """How good a model is expected to be, 0..1, for a specialization (None: in general), with the value's origin.

    Args:
        name: an id, or any name that the model goes by; one that nobody lists is judged by what the name tells.
        specialization: the kind of work.

    Raises:
        UsageError: there is no such specialization, or the name is empty.
    """
    deck = _deck()
    return appraise(name, specialization, deck.catalog, deck.standing)


def recommend(prompt: Prompt, **fields: Unpack[RequestFields]) -> ModelAdvice:
    """The same choice as `Deck.select` makes, as a recommendation; `fields` are those of Request.

    Raises what `Deck.select` raises.
    """
    return advice_of(_deck().select(prompt, **fields))


def get_model_for_complexity(complexity: Complexity | str) -> str:
    """The id of the model to use for prompts of a complexity, from `trivial` to `expert`.

    Raises:
        NothingSelectableError: no model passes.
        UsageError: there is no such complexity.
    """
    return _deck().select([], complexity=complexity).model


def _deck() -> Deck:
    """The shared deck, opened once per process and closed at its end."""
    global _shared
    with _lock:
        if _shared is None:
            from modeldeck.main import Deck as OpenableDeck  # the composition root knows everyone

            _shared = OpenableDeck.open()
            atexit.register(_close)
        return _shared


def _close() -> None:
    global _shared
    with _lock:
        deck, _shared = _shared, None
    if deck is not None:
        deck.close()


def _is_task(deck: Deck, text: str) -> bool:
    return text in TASK_ALIASES or any(task.name == text for task in deck.tasks.all())


def _tier(tier: str | Tier | None) -> Tier | None:
    if tier is None:
        return None
    try:
        return Tier(tier)
    except ValueError:
        raise UsageError(f"There is no tier {str(tier)!r}.", f"Tiers are {', '.join(Tier)}.") from None


def _summary(deck: Deck, period: PeriodName) -> PeriodSummary:
    totals = deck.money.usage(period).totals
    return {
        "requests": totals.requests,
        "succeeded": totals.succeeded,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "cost_usd": totals.cost_usd,
        "unpriced_requests": totals.unpriced_requests,
        "saved_usd": totals.saved_usd,
        "free_share": totals.free_share,
    }
