"""How a model did for a task, and which did best."""

from collections.abc import Iterator

import pytest

from fakes import World, make_model
from modeldeck.engine.deck import Deck

FAST, SLOW = make_model("cloud/fast"), make_model("cloud/slow")


@pytest.fixture
def deck(world: World) -> Iterator[Deck]:
    world.add("cloud", FAST, SLOW)
    with Deck(world.parts()) as opened:
        yield opened


def record(deck: Deck, model: str, *outcomes: bool, task: str = "coding", latency_ms: float = 100) -> None:
    for success in outcomes:
        deck.record(task=task, model=model, success=success, latency_ms=latency_ms)


def test_before_the_first_call_nothing_is_known(deck: Deck) -> None:
    found = deck.experience.performance("fast", "coding")
    assert (found.model, found.task, found.total_calls, found.success_rate) == (FAST.id, "coding", 0, None)
    assert (found.avg_latency_ms, found.score) == (None, 0.9)
    assert deck.experience.best_model("coding", min_calls=1) is None
    assert deck.experience.ranking("coding", min_calls=1) == []


def test_names_of_models_and_tasks_resolve_as_everywhere(deck: Deck) -> None:
    record(deck, "fast", True, task="narrative")
    assert deck.experience.performance("FAST", "therapeutic_narrative").total_calls == 1
    assert deck.experience.performance(FAST.id, "narrative").total_calls == 1
    record(deck, "what nobody lists", True)
    assert deck.experience.performance("what nobody lists", "coding").total_calls == 1


def test_one_task_or_all_of_them(deck: Deck) -> None:
    record(deck, "fast", True, False)
    record(deck, "fast", True, task="chat")
    assert deck.experience.performance("fast", "coding").success_rate == 0.5
    assert deck.experience.performance("fast").total_calls == 3


def test_more_successes_rank_first_and_few_calls_prove_little(deck: Deck) -> None:
    record(deck, "fast", True, True, True)
    record(deck, "slow", *[True] * 40, False)
    assert [found.model for found in deck.experience.ranking("coding", min_calls=3)] == [SLOW.id, FAST.id]
    assert deck.experience.best_model("coding", min_calls=3) == SLOW.id


def test_between_equals_the_faster_comes_first(deck: Deck) -> None:
    record(deck, "slow", True, True, True, latency_ms=900)
    record(deck, "fast", True, True, True, latency_ms=100)
    assert [found.model for found in deck.experience.ranking("coding")] == [FAST.id, SLOW.id]


def test_too_few_calls_do_not_rank(deck: Deck) -> None:
    record(deck, "fast", True, True)
    assert deck.experience.ranking("coding", min_calls=3) == []
    assert deck.experience.best_model("coding") is None
