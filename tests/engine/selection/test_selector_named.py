"""What is chosen where a person named a model, a list of models or a last resort."""

from decimal import Decimal
from typing import Any

import pytest

from fake_selecting import ALL, CHEAP, FREE, LOCAL, PAID, choose
from fakes import make_model
from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Capability
from modeldeck.domain.profile import Complexity
from modeldeck.domain.settings import FallbackSettings, SelectionSettings, Settings, TierSettings
from modeldeck.domain.task import Criteria, Mode, Tier


def test_a_pinned_model_is_used_below_the_floor_and_before_free_ones() -> None:
    weak = PAID._replace(quality=0.05)

    found = choose(weak, FREE, mode=Mode.MANUAL, pinned=weak, profile={"complexity": Complexity.EXPERT})

    assert (found.model, found.fallback_chain, found.rejected) == (weak.id, (), ())
    assert found.confidence == pytest.approx(1.0)
    assert found.reason == "manual: cloud/paid was named."


@pytest.mark.parametrize(
    ("world", "criteria", "text"),
    [
        ({"usable": {"cloud": False}}, Criteria(), "no key"),
        ({"excluded": {"cloud": "no credit left"}}, Criteria(), "no credit left"),
        ({"limit_left": Decimal(0)}, Criteria(), "over budget"),
        ({}, Criteria(context_needed=500_000), "context 128k < 500k"),
        ({}, Criteria(free_only=True), "not free"),
    ],
)
def test_a_pinned_model_that_cannot_be_used_is_an_error_with_its_reason(
    world: dict[str, Any], criteria: Criteria, text: str
) -> None:
    with pytest.raises(NothingSelectableError, match=text):
        choose(*ALL, world=world, criteria=criteria, mode=Mode.MANUAL, pinned=PAID)


def test_an_unlisted_pinned_model_can_be_used() -> None:
    unlisted = make_model("cloud/next", price=None, context=None, listed=False)

    found = choose(PAID, mode=Mode.MANUAL, pinned=unlisted)

    assert found.model == "cloud/next"
    assert found.estimated_cost is None


def test_manual_without_a_model_is_an_error() -> None:
    with pytest.raises(NothingSelectableError):
        choose(PAID, mode=Mode.MANUAL)


def test_hybrid_uses_the_preferred_model_whatever_floor_and_price() -> None:
    weak = PAID._replace(quality=0.05)

    found = choose(weak, FREE, LOCAL, mode=Mode.HYBRID, preferred=weak, profile={"complexity": Complexity.EXPERT})

    assert found.model == weak.id
    assert found.mode is Mode.HYBRID
    assert found.fallback_chain[:2] == (FREE.id, LOCAL.id)
    assert found.candidates[0].model == weak.id


def test_hybrid_goes_on_with_auto_when_the_preferred_model_is_out() -> None:
    found = choose(*ALL, mode=Mode.HYBRID, preferred=PAID, world={"excluded": {PAID.id: "cooldown 43 s"}})

    assert found.model == FREE.id
    assert found.reason.startswith("hybrid: the preferred cloud/paid is out (cooldown 43 s), so auto: ")
    assert PAID.id not in found.fallback_chain


def test_hybrid_without_fallback_ends_there() -> None:
    assert choose(*ALL, mode=Mode.HYBRID, preferred=PAID, fallback_mode="none").fallback_chain == ()
    with pytest.raises(NothingSelectableError, match="no key"):
        choose(
            *ALL,
            mode=Mode.HYBRID,
            preferred=PAID,
            fallback_mode="none",
            world={"usable": {"cloud": False, "home": True}},
        )


def test_hybrid_without_any_preferred_model_is_auto() -> None:
    assert choose(*ALL, mode=Mode.HYBRID).model == FREE.id


def test_fallback_switched_off_leaves_no_chain() -> None:
    assert choose(*ALL, config=Settings(fallback=FallbackSettings(enabled=False))).fallback_chain == ()


OWN_LIST = Settings(tiers={Tier.BUDGET: TierSettings(free=(FREE.id,), paid=(CHEAP.id,))})


def test_an_explicit_tier_is_followed_in_its_order() -> None:
    found = choose(*ALL, tier=Tier.BUDGET, config=OWN_LIST)

    assert (found.model, found.fallback_chain[0]) == (FREE.id, CHEAP.id)
    assert "first usable model of your budget list" in found.reason


def test_an_exhausted_list_falls_to_the_derived_tier_and_then_to_everything() -> None:
    broken = {FREE.id: "cooldown 9 s", CHEAP.id: "cooldown 9 s"}

    found = choose(*ALL, tier=Tier.BUDGET, config=OWN_LIST, world={"excluded": broken})

    assert found.model == LOCAL.id
    assert "no model of your budget list can be used, nothing in tier budget is left, so fallback" in found.reason


def test_the_last_resort_ends_the_chain_and_no_cooldown_stops_it() -> None:
    config = Settings(selection=SelectionSettings(last_resort=LOCAL.id))
    resting = {LOCAL.id: "cooldown 43 s"}

    assert choose(*ALL, config=config, world={"excluded": resting}).fallback_chain[-1] == LOCAL.id
    alone = choose(LOCAL, config=config, world={"excluded": resting})
    assert alone.model == LOCAL.id
    assert "last resort" in alone.reason


@pytest.mark.parametrize(
    "criteria", [Criteria(context_needed=10**7), Criteria(required_capabilities=frozenset({Capability.AUDIO}))]
)
def test_the_last_resort_obeys_every_other_constraint(criteria: Criteria) -> None:
    config = Settings(selection=SelectionSettings(last_resort=LOCAL.id))

    with pytest.raises(NothingSelectableError):
        choose(LOCAL, config=config, criteria=criteria)
