import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.providers.demo.answers import SimulatedAnswer, compose, count_tokens, split_tokens
from modeldeck.providers.demo.models import BY_ID

PLAIN = BY_ID["aurora/lantern-70b"]
REASONING = BY_ID["lumen/haven"]
MANDATORY = BY_ID["marble/oracle"]


def answer(prompt: str, model: str = PLAIN.id, seed: str = "0", effort: str | None = None) -> SimulatedAnswer:
    return compose(BY_ID[model], prompt, seed, effort=effort, schema=None)


def text_of(found: SimulatedAnswer) -> str:
    return "".join(found.text)


def test_the_first_line_says_that_it_is_simulated() -> None:
    first = text_of(answer("Explain tides")).splitlines()[0]
    assert "Simulated answer" in first
    assert PLAIN.id in first


def test_the_same_question_gets_the_same_answer() -> None:
    assert answer("Explain tides") == answer("Explain tides")


@pytest.mark.parametrize("changed", [{"prompt": "Explain winds"}, {"model": "lumen/haven"}, {"seed": "1"}])
def test_prompt_model_and_seed_change_the_answer(changed: dict[str, str]) -> None:
    assert answer(**{"prompt": "Explain tides", **changed}) != answer("Explain tides")


@pytest.mark.parametrize(
    ("prompt", "sign"),
    [
        ("Write a python function", "```python"),
        ("How many handshakes is that?", "Step by step"),
        ("Compare both in a table", "| --- |"),
        ("Summarize this text", "In short"),
        ("Translate it", "日本語"),
        ("Tell me a story", "At length"),
    ],
)
def test_the_subject_of_the_prompt_shows(prompt: str, sign: str) -> None:
    found = {text_of(answer(prompt, seed=str(seed))).find(sign) >= 0 for seed in range(8)}
    assert True in found


def test_small_talk_is_answered_shortly_and_length_can_be_asked_for() -> None:
    assert len(answer("Hi!").text) < 80
    assert len(answer("Tell me everything").text) > 1000


def test_only_reasoning_models_think() -> None:
    assert answer("Explain tides").thinking == ()
    assert answer("Explain tides", REASONING.id).thinking


def test_effort_decides_how_long_it_thinks() -> None:
    lengths = [len(answer("Explain", REASONING.id, effort=effort).thinking) for effort in ("none", "low", "high")]
    assert lengths[0] == 0
    assert lengths[1] < lengths[2]
    assert answer("Explain", MANDATORY.id, effort="none").thinking


def test_the_empty_model_says_nothing() -> None:
    assert answer("Explain tides", "willow/hush-9b-empty").text == ()


def test_a_schema_is_followed() -> None:
    schema = {
        "type": "object",
        "properties": {
            "mood": {"enum": ["calm", "wild"]},
            "score": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
    }
    found = compose(PLAIN, "Rate this", "0", effort=None, schema=schema)
    assert json.loads(text_of(found)) == {"mood": "calm", "score": 0.5, "tags": ["simulated"]}


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema: dict[str, object] = {"type": "array"}
    schema["items"] = schema
    assert text_of(compose(PLAIN, "x", "0", effort=None, schema=schema))


@given(st.text(), st.integers(1, 50))
def test_cutting_keeps_the_beginning(prompt: str, limit: int) -> None:
    whole = compose(REASONING, prompt, "0", effort=None, schema=None)
    cut = whole.cut(limit)
    assert cut.tokens == min(limit, whole.tokens)
    assert (whole.thinking + whole.text)[: cut.tokens] == cut.thinking + cut.text


@given(st.text())
def test_tokens_join_to_the_text_again(words: str) -> None:
    tokens = split_tokens(words)
    assert "".join(tokens) == words
    assert all(1 <= len(token) <= 4 for token in tokens)


@given(st.text())
def test_counting_needs_no_cutting(words: str) -> None:
    changes = sum((a >= "\u2e80") != (b >= "\u2e80") for a, b in pairwise(words))
    assert abs(count_tokens(words) - len(split_tokens(words))) <= changes + 1
