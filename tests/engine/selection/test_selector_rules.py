"""Rules of choosing that hold for every catalog."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fake_selecting import choose
from fakes import START, make_model, make_profile
from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Complexity, Specialization
from modeldeck.domain.selection import Selection
from modeldeck.domain.task import Criteria, Strategy, Tier
from modeldeck.engine.selection.forecast import expected_cost

capability_sets = st.frozensets(st.sampled_from((Capability.TOOLS, Capability.VISION, Capability.FAST)))
prices = st.one_of(st.none(), st.sampled_from(("0", "0.1", "1", "30")))


@st.composite
def catalogs(draw: st.DrawFn) -> tuple[Model, ...]:
    count = draw(st.integers(1, 12))
    models = []
    for number in range(count):
        price = draw(prices)
        models.append(
            make_model(
                f"{draw(st.sampled_from(('a', 'b', 'c')))}/m{number}",
                price=None if price is None else (price, price),
                local=draw(st.booleans()),
                context=draw(st.sampled_from((None, 4_000, 128_000))),
                capabilities=draw(capability_sets),
                quality=draw(st.sampled_from((None, 0.1, 0.5, 0.9))),
                logs_prompts=draw(st.booleans()),
                router=draw(st.booleans()),
            )
        )
    return tuple(models)


criteria_sets = st.builds(
    Criteria,
    required_capabilities=capability_sets,
    max_cost_usd=st.sampled_from((None, Decimal("0.0005"))),
    max_cost_per_token=st.sampled_from((None, Decimal("0.0000005"))),
    min_quality=st.sampled_from((None, 0.4)),
    context_needed=st.sampled_from((None, 100_000)),
    free_only=st.booleans(),
    local_only=st.booleans(),
    deny_training=st.booleans(),
)
policies = st.fixed_dictionaries(
    {
        "criteria": criteria_sets,
        "strategy": st.sampled_from(Strategy),
        "tier": st.sampled_from(Tier),
        "free_first": st.booleans(),
        "require_fast": st.booleans(),
        "require_quality": st.booleans(),
    }
)
profiles = st.fixed_dictionaries(
    {"complexity": st.sampled_from(Complexity), "specialization": st.sampled_from(Specialization)}
)


def attempt(models: tuple[Model, ...], **fields: Any) -> Selection | None:
    try:
        return choose(*models, **fields)
    except NothingSelectableError:
        return None


def breaks(model: Model, criteria: Criteria) -> bool:
    """Whether a model violates criteria, said independently of the engine."""
    cost = expected_cost(model, make_profile(), START)
    price = None if model.pricing is None else max(model.pricing.input, model.pricing.output)
    return any(
        (
            not criteria.required_capabilities <= model.capabilities,
            criteria.free_only and not model.costs_nothing,
            criteria.local_only and not model.local,
            criteria.deny_training and model.logs_prompts,
            criteria.max_cost_usd is not None and (cost is None or cost > criteria.max_cost_usd),
            criteria.max_cost_per_token is not None
            and not model.local
            and (price is None or price > criteria.max_cost_per_token),
            criteria.context_needed is not None
            and model.context is not None
            and model.context < criteria.context_needed,
            criteria.min_quality is not None and model.quality is not None and model.quality < criteria.min_quality,
        )
    )


@settings(deadline=None)
@given(catalogs(), policies, profiles)
def test_no_selection_violates_a_criterion(
    models: tuple[Model, ...], policy: dict[str, Any], profile: dict[str, Any]
) -> None:
    found = attempt(models, profile=profile, **policy)

    if found is not None:
        by_id = {model.id: model for model in models}
        chain = (found.model, *found.fallback_chain)
        assert [model for model in chain if breaks(by_id[model], policy["criteria"])] == []


@settings(deadline=None)
@given(catalogs(), policies, profiles)
def test_chain_candidates_and_rejected_fit_together(
    models: tuple[Model, ...], policy: dict[str, Any], profile: dict[str, Any]
) -> None:
    found = attempt(models, profile=profile, **policy)

    if found is not None:
        chain = (found.model, *found.fallback_chain)
        assert len(chain) == len(set(chain))
        assert set(chain).isdisjoint(rejected.model for rejected in found.rejected)
        assert found.candidates[0].model == found.model
        assert 0.0 <= found.confidence <= 1.0
        assert found.reason.endswith(".")


@settings(deadline=None)
@given(catalogs(), profiles, st.sampled_from(Strategy))
def test_free_first_holds_above_the_floor(
    models: tuple[Model, ...], profile: dict[str, Any], strategy: Strategy
) -> None:
    found = choose(*models, profile=profile, strategy=strategy)

    by_id = {model.id: model for model in models}
    if not by_id[found.model].costs_nothing and "floor is dropped" not in found.reason:
        free = {model.id for model in models if model.costs_nothing}
        reasons = {rejected.model: rejected.reason for rejected in found.rejected}
        passed_over = free - set(found.fallback_chain)
        assert all("quality" in reasons[model] for model in passed_over)


@settings(deadline=None)
@given(catalogs(), policies, profiles, st.integers(0, 3))
def test_the_same_inputs_give_the_same_selection_in_any_order(
    models: tuple[Model, ...], policy: dict[str, Any], profile: dict[str, Any], seed: int
) -> None:
    shuffled = list(models)
    Random(seed).shuffle(shuffled)

    one = attempt(models, profile=profile, seed=seed, **policy)
    other = attempt(tuple(shuffled), profile=profile, seed=seed, **policy)

    if one is None or other is None:
        assert one is other
    else:
        assert (one.model, one.fallback_chain, one.reason) == (other.model, other.fallback_chain, other.reason)


@settings(deadline=None)
@given(catalogs(), policies, profiles)
def test_a_rejected_stranger_changes_nothing(
    models: tuple[Model, ...], policy: dict[str, Any], profile: dict[str, Any]
) -> None:
    stranger = make_model("nowhere/best", quality=1.0, price=("0", "0"), context=10**7)
    world = {"usable": {"a": True, "b": True, "c": True, "nowhere": False}}

    without = attempt(models, profile=profile, world=world, **policy)
    beside = attempt((*models, stranger), profile=profile, world=world, **policy)

    if without is None or beside is None:
        assert without is beside
    else:
        gone = tuple(rejected for rejected in beside.rejected if rejected.model != stranger.id)
        assert replace(beside, rejected=gone) == without
