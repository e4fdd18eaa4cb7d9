"""The Python API as its documentation shows it: each line of the snippets, on simulated models."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from modeldeck import (
    Capability,
    Complexity,
    Criteria,
    Deck,
    Finished,
    Message,
    Mode,
    Model,
    NothingSelectableError,
    Profile,
    Request,
    Specialization,
    Strategy,
    TextDelta,
    Tier,
    UnknownModelError,
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
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deck]:
    monkeypatch.setenv("MODELDECK_DEMO_SPEED", "0")
    monkeypatch.setenv("MODELDECK_DEMO_SEED", "7")
    with Deck.open(config_dir=tmp_path / "config", data_dir=tmp_path / "data", demo=True) as opened:
        opened.lists.ensure()
        yield opened


@pytest.fixture
def shared(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """The deck that the helpers without an object share."""
    monkeypatch.setattr(api, "_shared", deck)
    return deck


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
    assert system.errors == {"overloaded": 1}
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


# running


def test_asking(deck: Deck) -> None:
    answer = deck.ask("Hello", task="chat")
    assert answer.text
    assert deck.catalog.get(answer.model)
    assert answer.usage.output_tokens > 0
    assert answer.cost.usd == 0


async def test_the_events_of_a_run(deck: Deck) -> None:
    text = ""
    async for event in deck.run("Hello", mode="hybrid", preferred="demo/lumen/haven"):
        if isinstance(event, TextDelta):
            text += event.text
    assert isinstance(event, Finished)
    assert event.answer.text == text
    assert event.answer.model == "demo/lumen/haven"
    await deck.disconnect()


async def test_a_preferred_model_that_cannot_be_used_gives_way(deck: Deck) -> None:
    events = [event async for event in deck.run("Hello", mode="hybrid", preferred="ollama/llama3.1:8b")]
    assert isinstance(events[-1], Finished)
    assert events[-1].answer.model.startswith("demo/")
    await deck.disconnect()


async def test_everything_that_blocks_works_inside_a_running_loop(deck: Deck) -> None:
    assert deck.ask("Hello").text
    assert deck.select("Hello").model
    assert deck.discover().failed == {}
    assert len(deck.run_steps(["Hello", "Again"])) == 2


def test_everything_works_from_twenty_threads(deck: Deck) -> None:
    def work(number: int) -> str:
        answer = deck.ask(f"Prompt {number}", task="chat")
        deck.record(task="chat", model=answer.model, success=True, latency_ms=1)
        assert deck.performance(answer.model).requests > 0
        return answer.run

    with ThreadPoolExecutor(20) as pool:
        runs = list(pool.map(work, range(20)))
    assert len(set(runs)) == 20
    assert deck.money.usage("today").totals.requests == 40


def test_loops_one_after_the_other(deck: Deck) -> None:
    async def once() -> int:
        count = sum([1 async for _ in deck.run("Hello")])
        await deck.disconnect()
        return count

    assert asyncio.run(once()) > 2
    assert asyncio.run(once()) > 2


def test_steps_are_runs_of_their_own(deck: Deck) -> None:
    first, second, third = deck.run_steps(
        [
            "List three rivers.",
            {"prompt": "Write a function that sorts them.", "task": "coding"},
            lambda before: f"Shorten this: {before[-1].text}",
        ],
        task="chat",
    )
    assert [answer.selection.task for answer in (first, second, third)] == ["chat", "coding", "chat"]
    assert third.selection.profile.input_tokens > 10 * first.selection.profile.input_tokens
    assert [run.run for run in deck.history.runs()] == [third.run, second.run, first.run]


def test_a_conversation_goes_on(deck: Deck) -> None:
    deck.ask("Tell me about rain.", conversation="weather")
    answer = deck.ask("and now shorter", conversation="weather")
    said = deck.history.conversation("weather")
    assert [message.text for message in said if message.role == "user"] == ["Tell me about rain.", "and now shorter"]
    assert said[-1] == Message("assistant", answer.text)
    assert deck.history.last_conversation() == "weather"


def test_a_rating_moves_the_quality(deck: Deck) -> None:
    answer = deck.ask("Hello")
    before = quality_of(deck, answer.model)
    assert deck.history.rate(answer.run, "bad").rating == 0
    assert quality_of(deck, answer.model) < before
    assert deck.history.rate(None, 1).run == answer.run
    assert quality_of(deck, answer.model) > before


def quality_of(deck: Deck, model: str) -> float:
    found = deck.catalog.get(model)
    assert found is not None
    return deck.standing.quality(found).value


# errors


def test_errors_say_what_to_do(deck: Deck) -> None:
    with pytest.raises(UnknownModelError, match="No model is called 'nonsense'"):
        deck.ask("Hello", model="nonsense")
    with pytest.raises(NothingSelectableError, match="No model passes"):
        deck.select("Hello", criteria=Criteria(context_needed=10**9))


# packaging


def test_a_plain_script_opens_asks_and_ends(tmp_path: Path) -> None:
    script = f"""
from modeldeck import Deck
deck = Deck.open(config_dir={str(tmp_path)!r}, data_dir={str(tmp_path)!r}, demo=True)
print(bool(deck.ask("Hello", task="chat").text))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "MODELDECK_DEMO_SPEED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


def test_the_package_says_that_it_is_typed() -> None:
    assert files("modeldeck").joinpath("py.typed").is_file()


CONSUMER = """
from modeldeck import (Deck, select_model, record_model_usage, get_usage_summary, Criteria, Complexity, Mode, Strategy,
                       Tier, analyze, quality, recommend, get_model_for_complexity, Message, Request, Finished,
                       TextDelta, RunFailedError, UnknownModelError)

name: str = select_model(tier="premium", require_quality=True)
name = select_model("extract_values", {"text": "..."})
record_model_usage("deepseek/deepseek-r1:free", tokens_used=150, success=True)
requests: int = get_usage_summary()["today"]["requests"]
level: Complexity = analyze("Hello").complexity
value: float = quality(name, "coding").quality
name = recommend("Hello", task="chat").recommended_model
name = get_model_for_complexity(Complexity.EXPERT)

def my_function(request: Request) -> Complexity:
    return Complexity.SIMPLE

Deck.open(complexity_estimator=my_function, strategies={"mine": lambda model, factors: factors["quality"]}).close()

async def main() -> None:
    with Deck.open(config_dir="c", data_dir="d", demo=True) as deck:
        s = deck.select("Write a Python function", task="coding", criteria=Criteria(required_capabilities=["tools"],
                        max_cost_per_1k_tokens=0.01, max_latency_ms=2000, min_quality=0.7))
        print(s.model, s.reason, s.confidence, s.fallback_chain, s.estimated_cost, s.factors, s.rejected)
        print(deck.fallback_chain("...", max_length=3))
        deck.record(task="extract_values", model=s.model, success=True, latency_ms=500, cost=0.001)
        p = deck.experience.performance(s.model, "coding")
        print(p.success_rate, p.total_calls, p.avg_latency_ms)
        best: str | None = deck.experience.best_model("coding", min_calls=5)
        print(best, [each.model for each in deck.experience.ranking("coding", min_calls=3)])
        deck.catalog.free(provider="openrouter"); deck.catalog.affordable(max_cost_per_token=0.001)
        deck.catalog.set_filter(free_only=True)
        print(deck.discover(force=True).new, [r.text for r in deck.recommendations()])
        limited: bool = deck.is_rate_limited(s.model, limit=50)
        answer = deck.ask("Hello", task="chat")
        print(limited, answer.text, answer.model, answer.usage, answer.cost)
        async for event in deck.run("Hello", mode="hybrid", preferred="ollama/llama3.1:8b"):
            if isinstance(event, TextDelta | Finished):
                print(event.run)
        print(deck.performance(s.model, hours=24).success_rate, deck.performance(hours=24).errors)
        stale: bool = deck.catalog.is_stale(days=30)
        deck.run_steps(["one", {"prompt": "two", "task": "chat"}, lambda before: before[-1].text, Request(messages=())])
        deck.ask([Message("user", "Hello")], mode=Mode.AUTO, strategy=Strategy.COST, tier=Tier.BUDGET)
        print(stale)
        try:
            deck.ask("Hello", model="nonsense")
        except (RunFailedError, UnknownModelError) as error:
            print(error.message, error.hint)
"""


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_a_script_that_uses_every_name_passes_a_strict_type_check(tmp_path: Path) -> None:
    script = tmp_path / "consumer.py"
    script.write_text(CONSUMER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300)
    assert done.stdout == "Success: no issues found in 1 source file\n"
