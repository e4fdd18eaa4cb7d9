from typing import Any

import pytest

from fakes import free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Complexity
from modeldeck.domain.selection import RejectionGroup
from modeldeck.domain.settings import QualityFloors, SavingsSettings, SelectionSettings, Settings, TierSettings
from modeldeck.domain.task import Criteria, Tier
from modeldeck.engine.selection.tiers import Stage, open_market, quality_floor, settings_names, stages

FAST = frozenset({Capability.FAST})


def stages_of(
    *models: Model,
    settings: Settings | None = None,
    complexity: Complexity = Complexity.TRIVIAL,
    world: dict[str, Any] | None = None,
    **policy: Any,
) -> list[Stage]:
    situation = make_situation(*models, **(world or {}))
    made, profile = make_policy(**policy), make_profile(complexity=complexity)
    market = open_market(made, profile, situation, 0.0)
    return list(stages(made, profile, settings or Settings(), situation, market))


def ids(stage: Stage) -> list[str]:
    return [scored.model.id for scored in stage.order]


def quality(id: str, value: float, **fields: Any) -> Model:
    return make_model(id, quality=value, **fields)


def test_fallback_is_everything_that_passes_by_part_and_score() -> None:
    (stage,) = stages_of(quality("a/low", 0.2), quality("a/high", 0.9), free_model("a/free:free", quality=0.1))

    assert ids(stage) == ["a/free:free", "a/high", "a/low"]
    assert stage.note is None


def test_premium_is_the_best_third_by_quality() -> None:
    models = [quality(f"a/{number}", number / 10) for number in range(1, 7)]

    premium, fallback = stages_of(*models, tier=Tier.PREMIUM)

    assert ids(premium) == ["a/6", "a/5"]
    assert premium.dropped["a/4"].reason == "not in the best third by quality"
    assert len(fallback.order) == 6
    assert fallback.note == "nothing in tier premium is left, so fallback"


def test_a_single_model_is_premium() -> None:
    assert ids(stages_of(quality("a/only", 0.1), tier=Tier.PREMIUM)[0]) == ["a/only"]


def test_budget_is_the_cheaper_half_that_is_fast() -> None:
    models = [
        make_model("a/cheap", price=("1", "1"), capabilities=FAST),
        make_model("a/cheap-slow", price=("1", "1")),
        make_model("a/dear", price=("50", "50"), capabilities=FAST),
        make_model("a/dearer", price=("60", "60"), capabilities=FAST),
        make_model("a/unknown", price=None, capabilities=FAST),
        local_model("home/small", capabilities=FAST),
    ]

    budget = stages_of(*models, tier=Tier.BUDGET)[0]

    assert ids(budget) == ["home/small", "a/cheap"]
    assert budget.dropped["a/dear"].group is RejectionGroup.TIER


def test_the_floor_of_the_complexity_drops_weak_models() -> None:
    weak, strong = quality("a/weak", 0.3), quality("a/strong", 0.8)

    floored, relaxed = stages_of(weak, strong, complexity=Complexity.COMPLEX)

    assert ids(floored) == ["a/strong"]
    assert floored.dropped["a/weak"].reason == "quality 0.30 < 0.55"
    assert ids(relaxed) == ["a/strong", "a/weak"]
    assert relaxed.note is not None
    assert "the floor is dropped" in relaxed.note


@pytest.mark.parametrize(
    ("complexity", "require_quality", "min_quality", "floor"),
    [
        (Complexity.TRIVIAL, False, None, 0.0),
        (Complexity.SIMPLE, False, None, 0.25),
        (Complexity.MODERATE, False, None, 0.4),
        (Complexity.COMPLEX, False, None, 0.55),
        (Complexity.EXPERT, False, None, 0.65),
        (Complexity.TRIVIAL, True, None, 0.55),
        (Complexity.EXPERT, True, None, 0.65),
        (Complexity.EXPERT, False, 0.5, 0.5),
        (Complexity.EXPERT, True, 0.3, 0.3),
        (Complexity.SIMPLE, False, 0.9, 0.25),
    ],
)
def test_the_quality_floor(
    complexity: Complexity, require_quality: bool, min_quality: float | None, floor: float
) -> None:
    policy = make_policy(require_quality=require_quality, criteria=Criteria(min_quality=min_quality))

    assert quality_floor(policy, make_profile(complexity=complexity), QualityFloors()) == floor


def test_wanting_a_fast_model_is_dropped_last() -> None:
    slow, fast = quality("a/slow", 0.9), quality("a/fast", 0.1, capabilities=FAST)

    wanted = stages_of(slow, fast, require_fast=True, complexity=Complexity.COMPLEX)

    assert [ids(stage) for stage in wanted] == [[], ["a/fast"], ["a/slow", "a/fast"]]
    assert wanted[0].dropped["a/slow"].reason == "no fast"
    assert wanted[-1].note is not None
    assert wanted[-1].note.endswith("no fast model is left")


LISTS = Settings(tiers={Tier.FALLBACK: TierSettings(free=("a/free:free",), paid=("a/second", "a/first"))})
LISTED = (make_model("a/first"), make_model("a/second"), free_model("a/free:free"), make_model("a/other"))


def test_explicit_lists_keep_their_order_and_are_followed_by_the_derived_tier() -> None:
    own, derived = stages_of(*LISTED, settings=LISTS)

    assert own.explicit
    assert ids(own) == ["a/free:free", "a/second", "a/first"]
    assert own.dropped["a/other"].reason == "not in your fallback list"
    assert derived.note == "no model of your fallback list can be used"


def test_without_free_first_the_paid_list_leads() -> None:
    assert ids(stages_of(*LISTED, settings=LISTS, free_first=False)[0]) == ["a/second", "a/first", "a/free:free"]


def test_a_floor_does_not_touch_an_explicit_list() -> None:
    weak = quality("a/first", 0.05)

    assert "a/first" in ids(stages_of(weak, settings=LISTS, complexity=Complexity.EXPERT)[0])


def test_a_model_of_the_free_list_must_still_be_free() -> None:
    priced = make_model("a/free:free", price=("1", "1"))

    own = stages_of(priced, LISTED[0], settings=LISTS)[0]

    assert ids(own) == ["a/first"]
    assert own.dropped["a/free:free"].reason == "in your free list, but not free now"


def test_hard_constraints_hold_for_explicit_lists() -> None:
    own = stages_of(*LISTED, settings=LISTS, world={"excluded": {"a/free:free": "cooldown 9 s"}})[0]

    assert ids(own) == ["a/second", "a/first"]
    assert own.dropped["a/free:free"].reason == "cooldown 9 s"


def test_names_in_a_list_are_what_they_resolve_to() -> None:
    settings = Settings(tiers={Tier.FALLBACK: TierSettings(paid=("nickname", "nowhere", "a/next"))})
    unlisted = make_model("a/next", price=None, listed=False)

    own = stages_of(LISTED[0], settings=settings, world={"named": {"nickname": LISTED[0], "a/next": unlisted}})[0]

    assert ids(own) == ["a/first", "a/next"]
    assert own.dropped["nowhere"].reason == "nobody lists it"


def test_every_name_in_the_settings_that_a_selection_may_need() -> None:
    settings = Settings(
        tiers=LISTS.tiers,
        selection=SelectionSettings(last_resort="l"),
        savings=SavingsSettings(baseline="b"),
    )

    assert settings_names(settings) == ("a/free:free", "a/second", "a/first", "l", "b")
    assert settings_names(Settings()) == ()
