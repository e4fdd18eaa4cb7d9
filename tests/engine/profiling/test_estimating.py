"""A script's own reading of a prompt."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fakes import World, make_model, make_profile
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Request, make_request
from modeldeck.engine.deck import Deck
from modeldeck.engine.profiling.analysis import analyze
from modeldeck.engine.profiling.estimating import Estimator, Profiler

REQUEST = make_request("Write a poem.", task="creative", inputs={"tone": "warm"}, description="verse")


def test_without_a_function_the_built_in_analysis_answers() -> None:
    assert Profiler().profile(REQUEST) == (analyze(REQUEST), None)


def test_a_complexity_replaces_that_of_the_built_in_analysis_and_its_difficulty() -> None:
    profile, note = Profiler(lambda request: Complexity.EXPERT).profile(REQUEST)

    assert note is None
    assert profile == analyze(replace(REQUEST, complexity=Complexity.EXPERT))
    assert profile.complexity is Complexity.EXPERT


def test_a_plain_word_is_a_complexity_too() -> None:
    word: Any = lambda request: "trivial"  # noqa: E731
    assert Profiler(word).profile(REQUEST)[0].complexity is Complexity.TRIVIAL


def test_a_profile_is_taken_as_it_is() -> None:
    mine = make_profile(Specialization.MATH, Complexity.COMPLEX)
    assert Profiler(lambda request: mine).profile(REQUEST) == (mine, None)


def test_the_function_sees_text_task_description_inputs_and_messages() -> None:
    seen: list[Request] = []

    def look(request: Request) -> Complexity:
        seen.append(request)
        return Complexity.SIMPLE

    Profiler(look).profile(REQUEST)

    (request,) = seen
    assert (request.text, request.task, request.description) == ("Write a poem.", "creative", "verse")
    assert request.inputs == {"tone": "warm"}
    assert request.messages[0].text == "Write a poem."


def test_a_function_of_two_arguments_gets_the_inputs_besides() -> None:
    def by_inputs(spec: Request, inputs: Mapping[str, Any]) -> Complexity:
        return Complexity.COMPLEX if spec.task == "creative" and inputs["tone"] == "warm" else Complexity.TRIVIAL

    assert Profiler(by_inputs).profile(REQUEST)[0].complexity is Complexity.COMPLEX


async def _later(request: Request) -> Complexity:
    return Complexity.SIMPLE


def _raises(request: Request) -> Complexity:
    raise KeyError("tone")


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        pytest.param(_raises, "KeyError: 'tone'", id="raises"),
        pytest.param(lambda request: 3, "returned 3", id="a number"),
        pytest.param(lambda request: "devilish", "devilish", id="an unknown word"),
        pytest.param(lambda request: make_profile(difficulty=7), "impossible", id="an impossible profile"),
        pytest.param(_later, "coroutine", id="an async function"),
    ],
)
def test_a_function_that_fails_leaves_the_built_in_analysis_and_is_noted_once(
    broken: Any, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    profiler = Profiler(broken)
    with caplog.at_level(logging.WARNING, "modeldeck"):
        results = [profiler.profile(REQUEST) for _ in range(3)]

    for profile, note in results:
        assert profile == analyze(REQUEST)
        assert note is not None
        assert told in note
    assert len(caplog.records) == 1


@pytest.mark.parametrize("given", [3, "analyze", lambda: Complexity.SIMPLE, lambda one, two, three: Complexity.SIMPLE])
def test_what_cannot_be_asked_is_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="estimator"):
        Profiler(given)


def test_a_stated_complexity_is_not_asked_for() -> None:
    stated = make_request("Hello", complexity="expert")
    assert Profiler(lambda request: Complexity.TRIVIAL).profile(stated)[0].complexity is Complexity.EXPERT


def deck_with(world: World, estimator: Estimator) -> Deck:
    world.add(
        "cloud", make_model("cloud/weak", quality=0.3, price=("0.1", "0.1")), make_model("cloud/good", quality=0.9)
    )
    return Deck(replace(world.parts(), complexity_estimator=estimator))


def test_a_deck_asks_the_function_and_the_floor_follows(world: World) -> None:
    def hard(request: Request) -> Profile | Complexity:
        return Complexity.EXPERT

    with deck_with(world, hard) as deck:
        found = deck.select("Hello", strategy="cost")
    assert found.model == "cloud/good"
    assert found.profile.complexity is Complexity.EXPERT


def test_the_reason_tells_that_the_function_failed(world: World) -> None:
    with deck_with(world, _raises) as deck:
        found = deck.select("Hello")
    assert found.reason.endswith(
        "your complexity estimator failed (KeyError: 'tone'), so the built-in analysis was used."
    )
