"""Ordering thousands of models by bare numbers must come to the order of their full scores."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import START, make_model, make_policy, make_profile, make_situation
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.pricing import PriceOverride, Pricing
from modeldeck.domain.profile import Specialization
from modeldeck.domain.task import Policy, Strategy
from modeldeck.engine.selection.chain import ChainRules, build_chain
from modeldeck.engine.selection.ranking import Ranking
from modeldeck.engine.selection.scoring import Scored, Scorer
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.selection.tiers import Market, open_market
from modeldeck.ports import Experience

NAMES = ("llama-70b", "qwen-coder", "plain-nano", "math-8b", "same")
PRICES = (None, ("0", "0"), ("1", "2"), ("2", "1"), ("0.15", "0.6"), ("15", "75"))
PROFILE = make_profile(probabilities={kind: 1 / len(Specialization) for kind in Specialization}, input_tokens=777)


def some_model(rng: Random, number: int, providers: str) -> Model:
    optional = (Capability.FAST, Capability.REASONING)
    pricing: dict[str, Any] = {}
    if rng.random() < 0.1:
        dearer = PriceOverride(min_input_tokens=50, input=Decimal("0.000007"))
        pricing["pricing"] = Pricing(Decimal("0.000001"), Decimal(0), overrides=(dearer,))
    return make_model(
        f"{rng.choice(providers)}/{rng.choice(NAMES)}{f'-{number}' if rng.random() < 0.7 else ''}",
        price=rng.choice(PRICES),
        local=rng.random() < 0.1,
        router=rng.random() < 0.1,
        capabilities=frozenset(one for one in optional if rng.random() < 0.5),
        quality=rng.choice((None, None, 0.5)),
        tokens_per_second=rng.choice((None, None, 90.0)),
        **pricing,
    )


def some_market(seed: int, count: int, providers: str) -> tuple[Policy, Situation, Market]:
    rng = Random(seed)
    made = [some_model(rng, number, providers) for number in range(count)]
    models = list({model.id: model for model in made}.values())
    ids = [model.id for model in rng.sample(models, len(models) // 3)]
    policy = make_policy(strategy=rng.choice(list(Strategy)), free_first=rng.random() < 0.7)
    situation = make_situation(
        *models,
        experience={id: Experience(id, None, 9, rng.randrange(9), tokens_per_second=70.0) for id in ids[::2]},
        in_flight=dict.fromkeys(ids[1::3], 2),
        favourites=frozenset(ids[2::3]),
        now=START,
    )
    return policy, situation, open_market(policy, PROFILE, situation, 0.9)


def in_full(policy: Policy, situation: Situation) -> list[Scored]:
    """Every model by its own full score."""
    scorer = Scorer(policy, PROFILE, situation, 0.9)
    return sorted(map(scorer.score, situation.models), key=lambda each: (each.part, -each.score, each.model.id))


markets = st.builds(
    some_market, st.integers(0, 2**32), st.integers(0, 60), st.sampled_from(("a", "aaaaaaaaaaab", "abc", "abcdefg"))
)


@settings(deadline=None)
@given(markets, st.integers(1, 8))
def test_the_order_is_that_of_the_full_scores(market: tuple[Policy, Situation, Market], count: int) -> None:
    policy, situation, opened = market
    expected = in_full(policy, situation)

    ranking = opened.ranking

    assert list(ranking) == expected
    assert ranking.best(count) == expected[:count]
    assert [ranking.size(part) for part in range(4)] == [sum(one.part == part for one in expected) for part in range(4)]
    paid = [scored for scored in expected if scored.paid]
    best_paid = max(paid, key=lambda scored: (scored.score, scored.model.id)).model.id if paid else None
    assert ranking.best_paid() == best_paid


@settings(deadline=None)
@given(markets, st.booleans(), st.integers(0, 5))
def test_the_pool_leads_to_the_chain_that_all_models_lead_to(
    market: tuple[Policy, Situation, Market], other_provider: bool, place: int
) -> None:
    policy, situation, opened = market
    expected = in_full(policy, situation)
    if not expected:
        return
    winner, rules = expected[min(place, len(expected) - 1)], ChainRules(other_provider)

    links = build_chain(winner, [(opened.ranking.pool(winner.model), False)], rules)

    assert [link.model.id for link in links] == [
        link.model.id for link in build_chain(winner, [(expected, False)], rules)
    ]


def test_near_equals_are_those_of_the_best_part() -> None:
    models = [make_model(f"cloud/{name}", quality=quality) for name, quality in (("a", 0.9), ("b", 0.89), ("c", 0.1))]
    market = open_market(make_policy(), make_profile(), make_situation(*models), 0.0)
    (best,) = market.ranking.best(1)

    assert [scored.model.id for scored in market.ranking.near(best, 0.03)] == ["cloud/a", "cloud/b"]


def test_a_ranking_is_a_sequence() -> None:
    models = [make_model(f"cloud/{number}", quality=number / 10) for number in range(4)]
    ranking = open_market(make_policy(), make_profile(), make_situation(*models), 0.0).ranking

    assert isinstance(ranking, Ranking)
    assert [scored.model.id for scored in ranking[1:3]] == ["cloud/2", "cloud/1"]
    assert ranking[-1].model.id == "cloud/0"
    with pytest.raises(IndexError):
        ranking[4]
