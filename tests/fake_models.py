"""Models, profiles, policies and situations with usual facts."""

from datetime import date
from decimal import Decimal
from typing import Any

from fake_clock import START
from modeldeck.domain.model import Capability, Model, Origin, model_id
from modeldeck.domain.pricing import LOCAL_PRICING, Pricing
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.task import DEFAULT_TASK, Criteria, Mode, Policy, Strategy, Tier
from modeldeck.engine.selection.quality import QualityTable
from modeldeck.engine.selection.situation import Situation


def make_model(
    id: str = "cloud/paid",
    *,
    price: tuple[str, str] | None = ("1", "3"),
    local: bool = False,
    context: int | None = 128_000,
    **fields: Any,
) -> Model:
    """A model; `price` is USD per million tokens (input, output), None an unknown price."""
    provider, _, native = id.partition("/")
    pricing = None if price is None else Pricing(Decimal(price[0]) / 10**6, Decimal(price[1]) / 10**6)
    facts: dict[str, Any] = {
        "name": native,
        "origin": Origin("provider", START),
        "pricing": LOCAL_PRICING if local else pricing,
        "capabilities": frozenset({Capability.CHAT, Capability.STREAMING}),
        "created": date(2026, 1, 1),
    }
    return Model(
        id=model_id(provider, native),
        provider=provider,
        native_id=native,
        local=local,
        context=context,
        **(facts | fields),
    )


def free_model(id: str = "cloud/gratis:free", **fields: Any) -> Model:
    """A model that is declared free."""
    return make_model(id, price=("0", "0"), **fields)


def local_model(id: str = "home/llama:8b", **fields: Any) -> Model:
    """A model on this machine."""
    return make_model(id, local=True, **fields)


def make_profile(
    specialization: Specialization = Specialization.CHAT,
    complexity: Complexity = Complexity.MODERATE,
    **fields: Any,
) -> Profile:
    """A profile that is sure of its specialization: 100 tokens in, 200 out."""
    facts: dict[str, Any] = {
        "probabilities": {specialization: 1.0},
        "difficulty": 0.5,
        "confidence": 1.0,
        "input_tokens": 100,
        "output_tokens": 200,
    }
    return Profile(specialization=specialization, complexity=complexity, **(facts | fields))


def make_policy(**fields: Any) -> Policy:
    """The default policy: auto, tier fallback, balanced, free first."""
    facts: dict[str, Any] = {
        "task": DEFAULT_TASK,
        "mode": Mode.AUTO,
        "model": None,
        "fallback_mode": "auto",
        "tier": Tier.FALLBACK,
        "strategy": Strategy.BALANCED,
        "criteria": Criteria(),
        "require_fast": False,
        "require_quality": False,
        "free_first": True,
    }
    return Policy(**(facts | fields))


def make_situation(*models: Model, **fields: Any) -> Situation:
    """These models, every provider of theirs usable, nothing tried yet."""
    facts: dict[str, Any] = {
        "quality": QualityTable(models, START.date()),
        "now": START,
        "usable": {model.provider: True for model in models},
    }
    return Situation(models=models, **(facts | fields))
