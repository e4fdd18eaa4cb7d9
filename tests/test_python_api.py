"""The Python API as its documentation shows it: each line of the snippets, on simulated models."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck import (
    Capability,
    Complexity,
    Criteria,
    Deck,
    Message,
    Mode,
    Model,
    Profile,
    Request,
    Specialization,
    Strategy,
    Tier,
    analyze,
    api,
    get_model_for_complexity,
    get_usage_summary,
    quality,
    recommend,
    record_model_usage,
    select_model,
)


@pytest.fixture
def deck(simulated: Deck) -> Deck:
    """The documentation calls it so."""
    return simulated


@pytest.fixture
def shared(simulated: Deck, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """The deck that the helpers without an object share."""
    monkeypatch.setattr(api, "_shared", simulated)
    return simulated


# helpers without an object


def test_a_model_by_tier_and_wishes(shared: Deck) -> None:
    assert shared.catalog.get(select_model(tier="premium", require_quality=True))
    assert shared.catalog.get(select_model(tier=Tier.BUDGET, require_fast=True))


def test_a_model_by_task_and_inputs(shared: Deck) -> None:
    shared.tasks.assign("extract_values", "demo/lumen/haven")
    assert select_model("extract_values", {"text": "Anna, 34, lives in Graz."}) == "demo/lumen/haven"


def test_usage_is_recorded_and_summed_up(shared: Deck) -> None:
    record_model_usage("deepseek/deepseek-r1:free", tokens_used=150, success=True)
    summary = get_usage_summary()
    assert summary.keys() == {"today", "this_month", "total_models"}
    assert summary["today"]["requests"] == summary["this_month"]["requests"] == 1
    assert summary["today"]["input_tokens"] + summary["today"]["output_tokens"] == 150
    assert summary["total_models"] == len(shared.catalog.models)


def test_a_prompt_is_analyzed_without_a_deck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_deck", None)
    profile = analyze("Write a Python function that parses dates.", task="coding")
    assert isinstance(profile, Profile)
    assert profile.specialization is Specialization.CODING
    assert profile.complexity in Complexity


def test_quality_by_any_name(shared: Deck) -> None:
    listed = quality("demo/lumen/haven", "coding")
    assert (listed.name, listed.specialization) == ("demo/lumen/haven", Specialization.CODING)
    assert listed.model == "demo/lumen/haven"
    assert (listed.sources, listed.newest) == ((), None)
    unheard_of = quality("Some Published Model 7B (Oct 2024)")
    assert (unheard_of.model, unheard_of.specialization, unheard_of.origin) == (None, None, "estimated")
    assert 0 < unheard_of.quality < listed.quality < 1


def test_a_recommendation_is_the_selection_in_other_words(shared: Deck) -> None:
    advice, selection = recommend("Prove that 2 is prime.", task="reasoning"), shared.select("Prove that 2 is prime.")
    assert advice.recommended_model == selection.model
    assert 0 <= advice.confidence <= 1
    assert advice.recommended_model not in dict(advice.alternatives)
    assert advice.recommended_model in advice.reasoning


def test_a_model_for_each_complexity(shared: Deck) -> None:
    found = {level: quality(get_model_for_complexity(level)).quality for level in Complexity}
    assert found[Complexity.EXPERT] >= 0.65
    assert quality(get_model_for_complexity("expert")).quality == found[Complexity.EXPERT]


# choosing


def test_selecting_with_criteria(deck: Deck) -> None:
    criteria = Criteria(
        required_capabilities=["tools"], max_cost_per_1k_tokens=0.01, max_latency_ms=2000, min_quality=0.7
    )
    s = deck.select("Write a Python function", task="coding", criteria=criteria)
    chosen = deck.catalog.get(s.model)
    assert chosen is not None
    assert Capability.TOOLS in chosen.capabilities
    assert s.model in s.reason
    assert 0 <= s.confidence <= 1
    assert s.model not in s.fallback_chain
    assert s.estimated_cost == 0
    assert s.factors.keys() >= {"quality", "success", "cost", "speed", "load"}
    assert "no tools" in {rejection.reason for rejection in s.rejected}


def test_thresholds_out_of_ten_are_thresholds_out_of_one(deck: Deck) -> None:
    out_of_ten = deck.select("Hello", criteria=Criteria(min_quality=7))
    assert len(out_of_ten.rejected) == len(deck.select("Hello", criteria=Criteria(min_quality=0.7)).rejected)


def test_a_prompt_may_be_text_messages_or_a_request(deck: Deck) -> None:
    messages = [Message("user", "Hello"), Message("assistant", "Hi."), Message("user", "How are you?")]
    assert deck.select("Hello").task == deck.select(messages).task == "default"
    assert deck.select(Request(messages=tuple(messages), task="chat")).task == "chat"
    assert deck.select(Request(messages=tuple(messages), task="chat"), task="coding").task == "coding"


def test_the_fallback_chain(deck: Deck) -> None:
    s = deck.select("Write a haiku")
    chain = deck.fallback_chain("Write a haiku", max_length=3)
    assert chain == (s.model, *s.fallback_chain)[:3]
    assert len(chain) == 3


def test_modes_strategies_and_tiers_are_words_or_names(deck: Deck) -> None:
    by_word = deck.select("Hello", mode="auto", strategy="cost", tier="budget")
    by_name = deck.select("Hello", mode=Mode.AUTO, strategy=Strategy.COST, tier=Tier.BUDGET)
    assert (by_word.model, by_word.mode, by_word.strategy) == (by_name.model, Mode.AUTO, Strategy.COST)


def test_a_function_of_ones_own_says_how_hard_a_prompt_is(tmp_path: Path) -> None:
    asked: list[str] = []

    def my_function(request: Request) -> Complexity:
        asked.append(request.text)
        return Complexity.EXPERT

    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, demo=True, complexity_estimator=my_function) as deck:
        assert deck.select("Hello").profile.complexity is Complexity.EXPERT
        assert deck.select("Hello", complexity="trivial").profile.complexity is Complexity.TRIVIAL
    assert asked == ["Hello"]


def test_a_strategy_of_ones_own_scores_models(tmp_path: Path) -> None:
    def my_score(model: Model, factors: Mapping[str, float]) -> float:
        return factors["speed"]

    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, demo=True, strategies={"mine": my_score}) as deck:
        mine, usual = deck.select("Hello", strategy="mine"), deck.select("Hello", strategy="quality")
        assert (mine.strategy, usual.strategy) == ("mine", "quality")
        assert mine.factors["speed"] > usual.factors["speed"]


# experience and money


def test_what_a_script_did_itself_is_recorded_and_learned_from(deck: Deck) -> None:
    model, task = "demo/lumen/haven", "extract_values"
    for success in (True, True, True, True, False):
        deck.record(task=task, model=model, success=success, latency_ms=500, cost=0.001)
    performance = deck.experience.performance(model, task)
    assert (performance.success_rate, performance.total_calls, performance.avg_latency_ms) == (0.8, 5, 500)
    assert deck.experience.best_model(task, min_calls=5) == model
    assert deck.experience.best_model(task, min_calls=6) is None
    assert [found.model for found in deck.experience.ranking(task, min_calls=3)] == [model]


def test_performance_of_one_model_and_of_the_whole_system(deck: Deck) -> None:
    answer = deck.ask("Hello", task="chat")
    deck.record(task="chat", model="demo/lumen/haven", success=False)
    one, system = deck.performance(answer.model, hours=24), deck.performance(hours=24)
    assert (one.requests, one.success_rate) == (1, 1.0)
    assert (system.requests, system.success_rate) == (2, 0.5)
    assert system.errors == {"told": 1}
    assert one.avg_latency_ms is not None


def test_rate_limits(deck: Deck) -> None:
    model = deck.catalog.free(provider="demo")[0].id
    assert not deck.is_rate_limited(model, limit=50)
    for _ in range(50):
        deck.record(task="chat", model=model, success=True)
    assert deck.is_rate_limited(model, limit=50)
    assert not deck.is_rate_limited(model, limit=51)


# catalog


def test_free_and_affordable_models(deck: Deck) -> None:
    free = deck.catalog.free(provider="demo")
    assert free
    assert all(model.free and not model.local for model in free)
    assert deck.catalog.free(provider="openrouter") == ()
    affordable = deck.catalog.affordable(max_cost_per_token=0.000001)
    assert len(free) < len(affordable) < len(deck.catalog.models)
    prices = [(model.pricing.input, model.pricing.output) for model in affordable if model.pricing is not None]
    assert len(prices) == len(affordable)
    assert max(max(pair) for pair in prices) <= Decimal("0.000001")


def test_a_filter_for_everybody(deck: Deck) -> None:
    deck.catalog.set_filter(free_only=True)
    assert all(model.costs_nothing for model in deck.catalog.models)
    assert deck.catalog.get(deck.select("Hello").model) in deck.catalog.models
    deck.catalog.set_filter()
    assert not all(model.costs_nothing for model in deck.catalog.models)


def test_fresh_lists_are_not_stale(deck: Deck) -> None:
    assert not deck.catalog.is_stale(days=30)


def test_what_changed_and_what_to_do_about_it(deck: Deck) -> None:
    discovery = deck.discover(force=True)
    assert (discovery.new, discovery.gone, discovery.repriced) == ((), (), ())
    ending = discovery.expiring[0]
    deck.tasks.assign("coding", ending)
    assert [(advice.kind, advice.model) for advice in deck.recommendations()] == [("expiring", ending)]
