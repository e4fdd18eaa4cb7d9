from dataclasses import astuple
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import START, free_model, local_model, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.task import Strategy
from modeldeck.engine.selection.scoring import (
    Scored,
    Scorer,
    cost_score,
    probability_best,
    speed_score,
    success_rate,
)
from modeldeck.engine.selection.strategies import STRATEGY_WEIGHTS
from modeldeck.ports import Experience

COUNTS = st.integers(0, 10_000)


def scored(model: Model, *, strategy: Strategy = Strategy.BALANCED, free_first: bool = True, **world: Any) -> Scored:
    policy = make_policy(strategy=strategy, free_first=free_first)
    return Scorer(policy, make_profile(), make_situation(model, **world), favourite_bonus=0.02).score(model)


@pytest.mark.parametrize("strategy", Strategy)
def test_the_weights_of_a_strategy_sum_to_one(strategy: Strategy) -> None:
    assert sum(astuple(STRATEGY_WEIGHTS[strategy])) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("cost", "score"), [("0", 1.0), ("0.0001", 0.925), ("0.01", 0.5), ("1", 0.0), ("500", 0.0), (None, 0.0)]
)
def test_the_cost_term(cost: str | None, score: float) -> None:
    assert cost_score(None if cost is None else Decimal(cost)) == pytest.approx(score, abs=0.01)


@given(st.decimals(0, 1000), st.decimals(0, 1000))
def test_dearer_calls_never_score_better(one: Decimal, other: Decimal) -> None:
    cheap, dear = sorted((one, other))

    assert 0.0 <= cost_score(dear) <= cost_score(cheap) <= 1.0


def test_nothing_known_is_eighteen_good_in_twenty() -> None:
    mean, spread = success_rate(None, None, START)

    assert mean == pytest.approx(0.9)
    assert 0.05 < spread < 0.08


def experience(calls: int, successes: int, days_ago: float = 0.0, **fields: Any) -> Experience:
    last = START - timedelta(days=days_ago)
    return Experience("cloud/paid", None, calls=calls, successes=successes, last_used=last, **fields)


def test_failures_lower_and_successes_raise_the_rate() -> None:
    bad, good = (success_rate(experience(50, count), None, START)[0] for count in (5, 50))

    assert bad < 0.4 < 0.95 < good


def test_attempts_for_this_task_count_twice() -> None:
    once = success_rate(experience(10, 0), None, START)[0]
    twice = success_rate(experience(10, 0), experience(10, 0), START)[0]

    assert twice < once


def test_old_failures_fade() -> None:
    fresh, month_old = (success_rate(experience(20, 0, days), None, START)[0] for days in (0, 28))

    assert fresh < month_old < 0.9


@given(COUNTS, COUNTS, st.floats(-10, 1_000))
def test_a_rate_stays_a_probability(calls: int, successes: int, days: float) -> None:
    mean, spread = success_rate(experience(max(calls, successes), successes, days), None, START)

    assert 0.0 < mean < 1.0
    assert 0.0 < spread < 0.5


def test_measured_speed_goes_before_declared_before_prior() -> None:
    plain, declared = make_model(), make_model(latency_ms=100.0, tokens_per_second=500.0)
    own = experience(5, 5, ttft_ms=9_000.0, tokens_per_second=5.0)

    assert speed_score(plain, own, 200) < speed_score(plain, None, 200) < speed_score(declared, None, 200)
    assert speed_score(declared, own, 200) == speed_score(plain, own, 200)


def test_by_prior_fast_models_are_faster_and_thinking_ones_slower() -> None:
    plain = make_model()
    fast = plain._replace(capabilities=frozenset({Capability.FAST}))
    thinking = plain._replace(capabilities=frozenset({Capability.REASONING}))

    assert speed_score(thinking, None, 200) < speed_score(plain, None, 200) < speed_score(fast, None, 200)


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_longer_answers_take_longer(one: int, other: int) -> None:
    short, long = sorted((one, other))

    assert 0.0 < speed_score(make_model(), None, long) <= speed_score(make_model(), None, short) < 1.0


def test_attempts_in_flight_lower_the_load_term() -> None:
    model = make_model()

    assert scored(model).load == 1.0
    assert scored(model, in_flight={model.id: 3}).load == 0.25


def test_a_favourite_gains_exactly_the_bonus() -> None:
    model = make_model()

    gain = scored(model, favourites={model.id}).score - scored(model).score

    assert gain == pytest.approx(0.02)
    assert scored(model, favourites={model.id}).factors["favourite"] == 0.02


@pytest.mark.parametrize(
    ("model", "free_first", "part"),
    [
        (free_model(), True, 0),
        (local_model(), True, 0),
        (make_model(), True, 1),
        (make_model(), False, 0),
        (make_model(price=None), True, 2),
        (make_model(price=None), False, 2),
        (make_model(price=None, router=True), False, 3),
        (free_model(router=True), True, 0),
    ],
)
def test_the_part_of_the_order(model: Model, free_first: bool, part: int) -> None:
    assert scored(model, free_first=free_first).part == part


def test_the_plain_candidate_holds_every_term() -> None:
    candidate = scored(make_model()).candidate()

    assert set(candidate.factors) == {"quality", "success", "cost", "speed", "load", "favourite"}
    assert candidate.estimated_cost == Decimal("0.0007")
    assert not candidate.costs_nothing


@given(st.sampled_from(Strategy), st.floats(0, 1), st.none() | st.decimals(0, 10_000, places=3))
def test_scores_and_terms_stay_between_zero_and_one(strategy: Strategy, quality: float, price: Decimal | None) -> None:
    model = make_model(price=None if price is None else (str(price), str(price)), quality=quality)

    found = scored(model, strategy=strategy, favourites={model.id})

    assert 0.0 <= found.score <= 1.0
    assert all(0.0 <= term <= 1.0 for term in found.factors.values())


def test_the_only_one_is_surely_the_best() -> None:
    assert probability_best([(0.5, 0.1)]) == pytest.approx(1.0)


def test_two_equals_are_a_coin_toss() -> None:
    assert probability_best([(0.5, 0.1), (0.5, 0.1)]) == pytest.approx(0.5, abs=0.01)


def test_the_probabilities_of_all_sum_to_one() -> None:
    scores = [(0.6, 0.1), (0.5, 0.05), (0.7, 0.2)]

    total = sum(probability_best([scores[place], *scores[:place], *scores[place + 1 :]]) for place in range(3))

    assert total == pytest.approx(1.0, abs=0.02)


spread_scores = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.3)), min_size=1, max_size=10)


@given(spread_scores, st.floats(0, 1))
def test_a_rival_never_raises_the_confidence(scores: list[tuple[float, float]], rival: float) -> None:
    with_rival = probability_best([*scores, (rival, 0.1)])

    assert 0.0 <= with_rival <= probability_best(scores) + 1e-9 <= 1.0 + 1e-6
