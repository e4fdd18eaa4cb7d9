"""Running prompts from Python as its documentation shows it: blocking, streaming, in steps, from threads and loops."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from modeldeck import (
    Criteria,
    Deck,
    Finished,
    Message,
    NothingSelectableError,
    TextDelta,
    UnknownModelError,
)


@pytest.fixture
def deck(simulated: Deck) -> Deck:
    """The documentation calls it so."""
    return simulated


def test_asking(deck: Deck) -> None:
    answer = deck.ask("Hello", task="chat")
    assert answer.text
    assert deck.catalog.get(answer.model)
    assert answer.usage.output_tokens > 0
    assert answer.cost.usd == 0


def test_half_characters_in_texts_and_names_stop_nothing(deck: Deck) -> None:
    half = "caf\udce9 \ud800"
    assert deck.ask(half, task=half, conversation=half, system=half, description=half).text
    deck.record(task=half, model=half, success=True)
    assert deck.history.runs(1)[0].task == "caf? ?"
    assert deck.experience.performance(half, half).task == half
    assert deck.experience.best_model(half) is None
    assert deck.history.why(half) is None
    assert not deck.is_rate_limited(half)
    with pytest.raises(UnknownModelError):
        deck.ask("Hello", model=half)


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
