"""Strategies: the person's weights, and functions of a script."""

import logging
from collections.abc import Mapping
from dataclasses import astuple
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import World, free_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Model
from modeldeck.domain.selection import Selection
from modeldeck.domain.settings import FallbackSettings, SelectionSettings, Settings, StrategyWeights
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import Strategy
from modeldeck.engine.deck import Deck, DeckParts
from modeldeck.engine.selection.selector import select
from modeldeck.engine.selection.strategies import SHIPPED, STRATEGY_WEIGHTS, OwnStrategy, Strategies, Weights

GOOD = make_model("cloud/good", quality=0.9, price=("20", "60"))
MIDDLE = make_model("cloud/middle", quality=0.7, price=("3", "15"))
CHEAP = make_model("cloud/cheap", quality=0.5, price=("0.1", "0.2"))
MODELS = (GOOD, MIDDLE, CHEAP)


def choose(*models: Model, strategies: Strategies = SHIPPED, strategy: str = "mine", **config: Any) -> Selection:
    policy = make_policy(strategy=strategy, free_first=False)
    situation = make_situation(*models, strategies=strategies)
    return select(policy, make_profile(), situation, Settings(**config), Random(0))


def own(given: OwnStrategy) -> Strategies:
    return Strategies(own={"mine": given})


def with_strategies(world: World, **given: OwnStrategy) -> DeckParts:
    from dataclasses import replace

    return replace(world.parts(), strategies=given)


# weights


def test_the_persons_weights_are_laid_over_the_shipped_ones_and_scaled_to_one() -> None:
    found = Strategies({Strategy.BALANCED: StrategyWeights(cost=1.2)}).weighing("balanced")

    assert isinstance(found, Weights)
    assert found.cost == pytest.approx(1.2 / 2.0)
    assert found.quality == pytest.approx(0.45 / 2.0)
    assert sum(astuple(found)) == pytest.approx(1.0)


@given(st.dictionaries(st.sampled_from(["quality", "success", "cost", "speed", "load"]), st.floats(0, 1e6)))
def test_weights_always_sum_to_one(shares: dict[str, float]) -> None:
    found = Strategies({Strategy.COST: StrategyWeights(**shares)}).weighing("cost")
    assert isinstance(found, Weights)
    assert sum(astuple(found)) == pytest.approx(1.0)


def test_weights_that_are_all_zero_leave_the_shipped_ones() -> None:
    nothing = StrategyWeights(quality=0, success=0, cost=0, speed=0, load=0)
    assert Strategies({Strategy.SPEED: nothing}).weighing("speed") == STRATEGY_WEIGHTS[Strategy.SPEED]


def test_the_persons_weights_decide_selections() -> None:
    only_cost = Strategies({Strategy.BALANCED: StrategyWeights(quality=0, success=0, speed=0, load=0)})
    only_quality = Strategies({Strategy.BALANCED: StrategyWeights(success=0, cost=0, speed=0, load=0)})

    assert choose(*MODELS, strategies=only_cost, strategy="balanced").model == CHEAP.id
    assert choose(*MODELS, strategies=only_quality, strategy="balanced").model == GOOD.id


def test_a_script_may_bring_weights_under_a_name_of_its_own() -> None:
    found = choose(*MODELS, strategies=own({"quality": 3, "load": 1}))
    assert found.model == GOOD.id
    assert found.strategy == "mine"


# functions


def test_a_function_scores_by_model_and_factors() -> None:
    seen: list[Mapping[str, float]] = []

    def middle_price(model: Model, factors: Mapping[str, float]) -> float:
        seen.append(factors)
        return 1.0 if model.id == MIDDLE.id else 0.1

    found = choose(*MODELS, strategies=own(middle_price))

    assert found.model == MIDDLE.id
    assert "by the strategy mine" in found.reason
    assert found.candidates[0].score == 1.0
    assert set(seen[0]) == {"quality", "success", "cost", "speed", "load", "favourite"}
    assert all(0 <= value <= 1 for factors in seen[:3] for value in factors.values())
    assert 0 <= found.confidence <= 1


def test_any_finite_score_orders_and_is_shown_within_0_and_1() -> None:
    def price(model: Model, factors: Mapping[str, float]) -> float:
        return 0.0 if model.pricing is None else -float(model.pricing.output) * 1e9

    found = choose(*MODELS, strategies=own(price))

    assert [each.model for each in found.candidates] == [CHEAP.id, MIDDLE.id, GOOD.id]
    assert all(0 <= each.score <= 1 for each in found.candidates)


def test_constraints_and_free_first_hold_for_a_function_too() -> None:
    gratis = free_model("cloud/gratis:free", quality=0.6)
    situation = make_situation(*MODELS, gratis, strategies=own(lambda model, factors: factors["quality"]))
    found = select(make_policy(strategy="mine"), make_profile(), situation, Settings(), Random(0))
    assert found.model == gratis.id


def _raises(model: Model, factors: Mapping[str, float]) -> float:
    raise ZeroDivisionError("no luck")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        pytest.param(_raises, "ZeroDivisionError: no luck", id="raises"),
        pytest.param(lambda model, factors: float("nan"), "gave nan", id="not a number"),
        pytest.param(lambda model, factors: None, "gave None", id="nothing"),
        pytest.param(lambda model, factors: "best", "gave 'best'", id="text"),
        pytest.param(lambda model, factors: True, "gave True", id="truth"),
    ],
)
def test_a_function_that_fails_is_replaced_by_balanced_and_the_reason_says_so(
    broken: OwnStrategy, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "modeldeck"):
        found = choose(*MODELS, strategies=own(broken))

    balanced = choose(*MODELS, strategy="balanced")
    assert (found.model, found.strategy) == (balanced.model, "balanced")
    assert found.reason.startswith(balanced.reason.removesuffix("."))
    assert told in found.reason
    assert found.reason.endswith("so balanced.")
    assert told in caplog.text


def test_a_function_that_fails_only_sometimes_still_gives_a_selection() -> None:
    def moody(model: Model, factors: Mapping[str, float]) -> float:
        return 1 / 0 if model.id == CHEAP.id else 0.5

    assert "cloud/cheap" in choose(*MODELS, strategies=own(moody)).reason


def test_a_broken_function_under_the_name_balanced_does_not_stop_its_own_replacement() -> None:
    found = choose(*MODELS, strategies=Strategies(own={"balanced": _raises}), strategy="balanced")
    assert "so balanced" in found.reason


@pytest.mark.parametrize(
    "given",
    [{"price": 1.0}, {"quality": -1.0}, {"quality": 0.0}, {}, {"quality": "much"}, {"quality": True}, "mine", 3],
)
def test_what_is_neither_a_function_nor_weights_is_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="mine"):
        Strategies(own={"mine": given})


# the chain behind


def test_the_chain_behind_the_chosen_model_is_ordered_by_the_fallback_strategy() -> None:
    chain = choose(*MODELS, strategy="quality").fallback_chain
    by_cost = choose(*MODELS, strategy="quality", fallback=FallbackSettings(strategy=Strategy.COST))

    assert chain == (MIDDLE.id, CHEAP.id)
    assert by_cost.model == GOOD.id
    assert by_cost.fallback_chain == (CHEAP.id, MIDDLE.id)
    assert [each.model for each in by_cost.candidates] == [GOOD.id, MIDDLE.id, CHEAP.id]


# through the deck


@pytest.fixture
def shop(world: World) -> World:
    world.add("cloud", *MODELS)
    return world


def by_quality(model: Model, factors: Mapping[str, float]) -> float:
    return factors["quality"]


def test_a_scripts_strategy_works_in_select_ask_and_tasks(shop: World) -> None:
    with Deck(with_strategies(shop, mine=by_quality)) as deck:
        assert deck.select("Hello", strategy="mine").model == GOOD.id
        assert deck.ask("Hello", strategy="mine").model == GOOD.id
        deck.tasks.assign("chat", "auto", strategy="mine")
        found = deck.select("Hello", task="chat")
        assert (found.model, found.strategy) == (GOOD.id, "mine")
        stored = deck.history.why(deck.ask("Hello", task="chat").run)
        assert stored is not None
        assert stored.selection.strategy == "mine"


def test_an_unknown_strategy_names_what_is_allowed_those_of_the_script_included(shop: World) -> None:
    with Deck(with_strategies(shop, mine=by_quality)) as deck:
        for ask in (
            lambda: deck.select("Hello", strategy="luck"),
            lambda: deck.tasks.assign("chat", None, strategy="luck"),
        ):
            with pytest.raises(UsageError, match=r"luck.*balanced.*mine.*cost_based"):
                ask()


def test_a_task_whose_strategy_nobody_brought_along_goes_on_with_the_usual_one_and_says_so(shop: World) -> None:
    shop.state_file.state = DeckState(assignments={"chat": Assignment(strategy="mine")})
    with Deck(shop.parts()) as deck:
        found = deck.select("Hello", task="chat")
    assert found.strategy == Strategy.BALANCED
    assert "the strategy mine of task chat is not known here, so balanced" in found.reason


def test_the_persons_weights_reach_the_deck(shop: World) -> None:
    weights = {Strategy.BALANCED: StrategyWeights(quality=0, success=0, speed=0, load=0)}
    shop.settings = Settings(selection=SelectionSettings(weights=weights))
    with Deck(shop.parts()) as deck:
        assert deck.select("Hello").model == CHEAP.id


def test_an_own_strategy_is_checked_before_it_is_asked(shop: World) -> None:
    with Deck(with_strategies(shop, mine={"luck": 1.0})) as deck, pytest.raises(UsageError, match="luck"):
        deck.select("Hello")


def test_prices_of_a_script_stay_exact() -> None:
    found = choose(*MODELS, strategies=own(by_quality))
    assert found.estimated_cost == Decimal(100) * Decimal("0.00002") + Decimal(200) * Decimal("0.00006")
