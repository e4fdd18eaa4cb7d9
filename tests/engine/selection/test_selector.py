"""What the engine chooses by itself, in which order, and what it says about that."""

from dataclasses import replace

import pytest

from fake_selecting import ALL, CHEAP, FREE, LOCAL, PAID, choose
from fakes import START, free_model, make_model
from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.profile import Complexity
from modeldeck.domain.settings import SavingsSettings, Settings
from modeldeck.domain.task import Criteria, Strategy, Tier
from modeldeck.ports import Experience


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


def test_what_only_price_tables_know_is_no_candidate() -> None:
    retired = make_model("cloud/retired", listed=False, quality=0.9)

    with pytest.raises(NothingSelectableError, match="1 x nobody lists it"):
        choose(retired)
    found = choose(retired, CHEAP)
    assert found.model == CHEAP.id
    assert "cloud/retired" not in found.fallback_chain
