from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import START, free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Complexity, Specialization
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import FallbackSettings, SavingsSettings, SelectionSettings, Settings, TierSettings
from modeldeck.domain.task import Criteria, Mode, Strategy, Tier
from modeldeck.engine.selection.forecast import expected_cost
from modeldeck.engine.selection.selector import select
from modeldeck.ports import Experience

FREE = free_model("router/gratis:free", quality=0.6)
LOCAL = local_model("home/llama:8b", quality=0.5)
PAID = make_model("cloud/paid", quality=0.8)
CHEAP = make_model("cloud/cheap", quality=0.7, price=("0.1", "0.2"))
ALL = (FREE, LOCAL, PAID, CHEAP)


def choose(
    *models: Model,
    profile: Mapping[str, Any] | None = None,
    world: Mapping[str, Any] | None = None,
    config: Settings | None = None,
    pinned: Model | None = None,
    preferred: Model | None = None,
    seed: int = 0,
    **policy: Any,
) -> Selection:
    return select(
        make_policy(**policy),
        make_profile(**(profile or {})),
        make_situation(*models, **(world or {})),
        config or Settings(),
        Random(seed),
        pinned,
        preferred,
    )


def test_free_first_takes_the_best_that_costs_nothing() -> None:
    found = choose(*ALL)

    assert found.model == FREE.id
    assert found.fallback_chain == (LOCAL.id, PAID.id, CHEAP.id)
    assert "free first" in found.reason
    assert found.estimated_cost == 0


def test_free_and_local_are_ranked_together() -> None:
    assert choose(FREE, LOCAL._replace(quality=0.9), PAID).model == LOCAL.id


def test_without_free_first_the_score_alone_decides() -> None:
    found = choose(*ALL, free_first=False, strategy=Strategy.QUALITY)

    assert found.model == PAID.id
    assert "free first" not in found.reason


def test_a_free_model_under_the_floor_gives_way_to_a_paid_one() -> None:
    weak = FREE._replace(quality=0.3)

    found = choose(weak, PAID, profile={"complexity": Complexity.COMPLEX})

    assert found.model == PAID.id
    assert "at least 0.55" in found.reason
    assert [(rejected.model, rejected.reason) for rejected in found.rejected] == []
    assert weak.id in found.fallback_chain


def test_models_outside_chain_and_tier_are_rejected_with_a_reason() -> None:
    models = [make_model(f"cloud/{number}")._replace(quality=0.6 + number / 100) for number in range(5)]
    weak = make_model("cloud/weak", quality=0.1)

    found = choose(*models, weak, profile={"complexity": Complexity.COMPLEX})

    assert {rejected.model: rejected.reason for rejected in found.rejected} == {weak.id: "quality 0.10 < 0.55"}


def test_when_nothing_reaches_the_floor_the_best_is_used_and_said_so() -> None:
    found = choose(LOCAL._replace(quality=0.2), profile={"complexity": Complexity.EXPERT})

    assert found.model == LOCAL.id
    assert "no model left reaches quality 0.65" in found.reason


def test_an_explicit_least_quality_is_never_relaxed() -> None:
    with pytest.raises(NothingSelectableError) as caught:
        choose(LOCAL._replace(quality=0.2), criteria=Criteria(min_quality=0.6))

    assert "quality 0.20 < 0.60" in caught.value.message
    assert caught.value.rejections == {"quality": 1}


@pytest.mark.parametrize(
    ("strategy", "winner"),
    [
        (Strategy.QUALITY, "cloud/best"),
        (Strategy.COST, "cloud/cheap"),
        (Strategy.SPEED, "cloud/quick"),
        (Strategy.AVAILABILITY, "cloud/steady"),
    ],
)
def test_the_strategy_decides_what_wins(strategy: Strategy, winner: str) -> None:
    def model(name: str, price: str, quality: float, speed: float) -> Model:
        return make_model(f"cloud/{name}", price=(price, price), quality=quality, tokens_per_second=speed)

    models = (
        model("best", "60", 0.95, 30.0),
        model("cheap", "0.05", 0.5, 30.0),
        model("quick", "20", 0.5, 800.0),
        model("steady", "20", 0.5, 30.0),
    )
    tried = {entry.id: Experience(entry.id, None, calls=30, successes=18, last_used=START) for entry in models}
    tried["cloud/steady"] = replace(tried["cloud/steady"], successes=30)

    assert choose(*models, strategy=strategy, world={"experience": tried}).model == winner


def test_a_favourite_wins_among_equals() -> None:
    twins = (make_model("cloud/a"), make_model("cloud/b"))

    assert choose(*twins).model == "cloud/a"
    found = choose(*twins, world={"favourites": {"cloud/b"}})
    assert found.model == "cloud/b"
    assert "being a favourite" in found.reason


def test_the_reason_names_what_won_over_whom_by_what() -> None:
    found = choose(PAID, CHEAP._replace(quality=0.45), strategy=Strategy.QUALITY)

    assert found.reason == (
        "chat, moderate: cloud/paid is the best of 2 usable models, ahead of cloud/cheap by quality; "
        "quality is at least 0.40, as such a prompt asks for."
    )


def test_the_reason_names_a_better_model_that_is_out() -> None:
    found = choose(*ALL, world={"excluded": {"router:free": "quota 0/50 until 00:00 UTC"}})

    assert found.model == LOCAL.id
    assert f"{FREE.id} would come first but is out (quota 0/50 until 00:00 UTC)" in found.reason


def test_a_worse_model_that_is_out_is_not_worth_a_word() -> None:
    found = choose(*ALL, world={"excluded": {CHEAP.id: "cooldown 43 s"}})

    assert CHEAP.id not in found.reason


def test_a_model_outside_the_tier_is_not_said_to_be_missed() -> None:
    fast = frozenset({Capability.FAST})
    slow_free = free_model("router/slow:free", quality=0.9)
    dear_fast = make_model("cloud/dear", quality=0.9, price=("30", "30"), capabilities=fast)
    small = make_model("cloud/small", quality=0.5, price=("1", "1"), capabilities=fast)
    out = {slow_free.id: "cooldown 43 s", dear_fast.id: "cooldown 43 s"}

    found = choose(slow_free, dear_fast, small, tier=Tier.BUDGET, free_first=False, world={"excluded": out})

    assert found.model == small.id
    assert "would come first" not in found.reason


def test_a_weaker_free_model_is_not_missed_in_premium() -> None:
    weak_free = free_model("router/weak:free", quality=0.45)

    found = choose(weak_free, PAID, tier=Tier.PREMIUM, world={"excluded": {weak_free.id: "cooldown 43 s"}})

    assert found.model == PAID.id
    assert "would come first" not in found.reason


def test_the_candidates_are_the_top_five_with_every_factor() -> None:
    models = [make_model(f"cloud/{number}", quality=number / 10) for number in range(1, 9)]

    found = choose(*models, free_first=False, profile={"complexity": Complexity.TRIVIAL})

    assert [candidate.model for candidate in found.candidates] == [f"cloud/{number}" for number in (8, 7, 6, 5, 4)]
    assert found.factors["quality"] == 0.8
    assert found.candidates[0].score > found.candidates[1].score


@pytest.mark.parametrize(
    ("config", "baseline"),
    [
        pytest.param(Settings(), PAID.id, id="the best-scored paid model"),
        pytest.param(Settings(savings=SavingsSettings(baseline="cloud/cheap")), CHEAP.id, id="the configured one"),
        pytest.param(Settings(savings=SavingsSettings(baseline="cloud/none")), None, id="a name nobody lists"),
    ],
)
def test_what_savings_are_counted_against(config: Settings, baseline: str | None) -> None:
    assert choose(*ALL, config=config, strategy=Strategy.QUALITY).baseline == baseline


def test_without_paid_models_there_is_no_baseline() -> None:
    assert choose(FREE, LOCAL).baseline is None


def test_confidence_falls_when_rivals_are_close() -> None:
    clear = choose(
        PAID._replace(quality=0.95), CHEAP._replace(quality=0.1), free_first=False, strategy=Strategy.QUALITY
    )
    close = choose(
        PAID._replace(quality=0.75), CHEAP._replace(quality=0.74), free_first=False, strategy=Strategy.QUALITY
    )

    assert 0.0 < close.confidence < clear.confidence <= 1.0


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


def test_unknown_prices_come_after_known_ones_and_routers_last() -> None:
    unknown = make_model("cloud/unknown", price=None, quality=0.95)
    router = make_model("cloud/auto", price=None, router=True, quality=0.95)

    assert choose(unknown, router, CHEAP).model == CHEAP.id
    assert choose(unknown, router).model == unknown.id
    only = choose(router)
    assert only.model == router.id
    assert "price is unknown" in only.reason


def test_busy_models_share_the_load_with_their_equals() -> None:
    twins = (make_model("cloud/a", quality=0.74), make_model("cloud/b", quality=0.70))

    idle = {choose(*twins, strategy=Strategy.QUALITY, seed=seed).model for seed in range(20)}
    busy = choose(*twins, strategy=Strategy.QUALITY, world={"in_flight": {"cloud/a": 1}})

    assert idle == {"cloud/a"}
    assert busy.candidates[0].score < busy.candidates[1].score
    assert busy.model == "cloud/b"
    assert "taken over cloud/a of nearly the same score because it has less to do" in busy.reason


def test_many_busy_equals_are_all_used() -> None:
    models = [make_model(f"cloud/{name}", quality=0.7) for name in "abcde"]
    load = {model.id: 2 for model in models}

    used = {choose(*models, world={"in_flight": load}, seed=seed).model for seed in range(60)}

    assert used == {"cloud/a", "cloud/b", "cloud/c", "cloud/d"}


def test_a_busy_model_does_not_hand_over_to_a_clearly_worse_one() -> None:
    best, worse = make_model("cloud/a", quality=0.9), make_model("cloud/b", quality=0.6)

    assert choose(best, worse, strategy=Strategy.QUALITY, world={"in_flight": {"cloud/a": 5}}).model == "cloud/a"


def test_the_message_does_not_say_the_same_words_twice() -> None:
    paid = [make_model(f"cloud/{name}", price=("1", "2")) for name in "ab"]
    with pytest.raises(NothingSelectableError) as caught:
        choose(*paid, make_model("cloud/odd", price=None), criteria=Criteria(free_only=True))
    assert caught.value.message == "No model passes: 3 x not free."


def test_the_message_counts_the_commonest_reasons() -> None:
    with pytest.raises(NothingSelectableError) as caught:
        choose(*ALL, world={"usable": {"cloud": False, "router": False}})

    error = caught.value
    assert error.message == "No model passes: 3 x no key, 1 x provider home is not enabled."
    assert error.rejections == {"no key": 3, "disabled": 1}
    assert error.hint is not None
    assert "key" in error.hint


def test_an_empty_catalog_says_so() -> None:
    with pytest.raises(NothingSelectableError, match="the catalog is empty"):
        choose()


# Rules that hold for every catalog -----------------------------------------------------------------------------------

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


def test_what_only_price_tables_know_is_no_candidate() -> None:
    retired = make_model("cloud/retired", listed=False, quality=0.9)

    with pytest.raises(NothingSelectableError, match="1 x nobody lists it"):
        choose(retired)
    found = choose(retired, CHEAP)
    assert found.model == CHEAP.id
    assert "cloud/retired" not in found.fallback_chain
