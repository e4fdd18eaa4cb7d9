"""Asking each constraint once per class of models must say the same as asking it for every model."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import START, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.hardware import Hardware, Memory
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.pricing import PriceOverride, Pricing
from modeldeck.domain.profile import Profile
from modeldeck.domain.task import Criteria, Policy
from modeldeck.engine.selection.constraints import Constraints
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.selection.tiers import open_market
from modeldeck.ports import Experience

TOOLS, FAST, LONG = Capability.TOOLS, Capability.FAST, Capability.LONG_CONTEXT
PRICES = [None, ("0", "0"), ("1", "2"), ("2", "1"), ("30", "0.1")]
NAMES = ["plain", "qwen-coder", "gratis:free", "big-70b", "math-nano"]


def some_model(rng: Random, number: int) -> Model:
    price = rng.choice(PRICES)
    facts: dict[str, Any] = {
        "local": rng.random() < 0.2,
        "context": rng.choice((None, 4_000, 128_000)),
        "capabilities": frozenset(one for one in (TOOLS, FAST, LONG, Capability.REASONING) if rng.random() < 0.5),
        "quality": rng.choice((None, 0.1, 0.6)),
        "logs_prompts": rng.random() < 0.2,
        "hidden": rng.random() < 0.1,
        "listed": rng.random() < 0.9,
        "text_output": rng.random() < 0.9,
        "expires": rng.choice((None, START.date() - timedelta(days=1), START.date())),
        "latency_ms": rng.choice((None, 500.0, 3_000.0)),
        "size_bytes": rng.choice((None, 10**9, 10**12)),
    }
    if price is not None and rng.random() < 0.2:
        dearer = PriceOverride(min_input_tokens=50, input=Decimal("0.0007"))
        facts["pricing"] = Pricing(Decimal(0), Decimal(0), overrides=(dearer,))
    return make_model(f"{rng.choice('abc')}/{rng.choice(NAMES)}-{number}", price=price, **facts)


def some_world(rng: Random, models: list[Model]) -> Situation:
    ids = [model.id for model in models]
    scopes = ["a", "b:free", "c:free", *ids[:3]]
    some = rng.sample(ids, min(3, len(ids)))
    return make_situation(
        *models,
        usable={"a": True, "b": rng.random() < 0.7, **({"c": True} if rng.random() < 0.8 else {})},
        excluded={scope: rng.choice(("cooldown 9 s", "quota 0/50")) for scope in scopes if rng.random() < 0.2},
        hidden=frozenset(some[:1]),
        stale=frozenset({"a"} if rng.random() < 0.2 else ()),
        experience={
            id: Experience(id, None, calls=rng.choice((1, 9)), successes=1, latency_ms=1_500.0, tokens_per_second=5.0)
            for id in some
        },
        hardware=rng.choice((None, Hardware(START, memory=Memory(total=2**35, available=2**34)))),
        limit_left=rng.choice((None, Decimal("0.0004"), Decimal("-1"), Decimal(5))),
        unknown_price=rng.choice(("allow", "deny")),
        free_only=frozenset({"a"} if rng.random() < 0.2 else ()),
    )


def some_request(rng: Random) -> tuple[Policy, Profile]:
    criteria = Criteria(
        required_capabilities=frozenset(one for one in (TOOLS, FAST, LONG) if rng.random() < 0.15),
        max_cost_usd=rng.choice((None, None, Decimal("0.0005"))),
        max_cost_per_1k_tokens=rng.choice((None, None, Decimal("0.0016666"))),
        max_cost_per_token=rng.choice((None, None, Decimal("0.000002"))),
        max_latency_ms=rng.choice((None, 1_000.0)),
        min_quality=rng.choice((None, 0.4)),
        context_needed=rng.choice((None, 100_000)),
        free_only=rng.random() < 0.1,
        local_only=rng.random() < 0.1,
        deny_training=rng.random() < 0.2,
        fits_hardware=rng.random() < 0.2,
    )
    return make_policy(criteria=criteria), make_profile(input_tokens=rng.choice((10, 100)))


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40))
def test_the_catalog_passes_as_each_model_would_by_itself(seed: int, count: int) -> None:
    rng = Random(seed)
    models = [some_model(rng, number) for number in range(count)]
    situation = some_world(rng, models)
    policy, profile = some_request(rng)

    market = open_market(policy, profile, situation, 0.0)

    alone = {model.id: Constraints(policy, profile, situation).check(model) for model in models}
    assert [models[row].id for row in market.passing] == [id for id, found in alone.items() if found is None]
    refused = [(id, found) for id, found in alone.items() if found is not None]
    assert list(market.sieve.refusals.items()) == refused
