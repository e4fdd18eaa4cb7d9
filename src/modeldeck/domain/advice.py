"""Advice to a person: what to look at, and which model to take."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from modeldeck.domain.record import record


class AdviceKind(StrEnum):
    """What a piece of advice is about, from the most to the least urgent."""

    NO_MODEL = "no_model"  # nothing can be called at all
    BUDGET = "budget"  # a budget is used up or nearly so
    GONE = "gone"  # a task's model left its provider's list, or may not be used
    NO_KEY = "no_key"  # a task's model cannot be called without a key
    FAILING = "failing"  # a model failed often in the last day
    EXPIRING = "expiring"  # a task's model ends soon
    REPRICED = "repriced"  # a task's model costs something else than before
    FREE_ALTERNATIVE = "free_alternative"  # a paid model is used where an equally good one costs nothing


@record
class Recommendation:
    """One piece of advice: `text` says what is so, `suggestion` what to do about it; `model` is the one concerned."""

    kind: AdviceKind
    text: str
    suggestion: str
    model: str | None = None
    task: str | None = None


@record
class ModelAdvice:
    """Which model to take for a prompt, and why. `alternatives` are the next best models with their scores, 0..1."""

    recommended_model: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    reasoning: str


@record
class Repricing:
    """A model whose listed prices changed, in USD per token."""

    model: str
    old_input: Decimal
    old_output: Decimal
    new_input: Decimal
    new_output: Decimal


@record(kw_only=True)
class Discovery:
    """What changed in the providers' lists since they were last stored; ids in each.

    A provider whose list was fetched for the first time brings nothing new: there was nothing to compare with.
    `repriced` cost something before and after; `became_free` and `became_paid` are not among them.
    `failed` tells, by provider, why a list could not be fetched. `expiring` are listed models that end soon.
    """

    at: datetime
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    repriced: tuple[Repricing, ...] = ()
    became_free: tuple[str, ...] = ()
    became_paid: tuple[str, ...] = ()
    expiring: tuple[str, ...] = ()
    suggestions: tuple[Recommendation, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
