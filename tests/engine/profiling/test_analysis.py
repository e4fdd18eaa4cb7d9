import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeldeck.domain.model import Capability
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.request import Image, Message, Params, make_request
from modeldeck.engine.profiling.analysis import analyze
from modeldeck.engine.profiling.prompt_shape import HEAD, TAIL, read_shape

PROOF = (
    "Prove rigorously that the algorithm terminates, derive its asymptotic time complexity, and include the proof of "
    "the theorem for distributed, concurrent schedulers. The solution must be exactly optimal and must avoid deadlock."
)


def profile_of(prompt: str, **fields: Any) -> Profile:
    return analyze(make_request(prompt, **fields))


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Write a Python function that merges two sorted lists", Specialization.CODING),
        ("```js\nconst a = 1;\nreturn a\n```\nwarum geht das nicht", Specialization.CODING),
        ("Schreibe ein Gedicht über den Herbst", Specialization.CREATIVE),
        ("写一首关于秋天的诗", Specialization.CREATIVE),
        ("Solve 3x + 5 = 20 and calculate x", Specialization.MATH),
        ("Combien font 17 * 23 ? Calcule le résultat.", Specialization.MATH),
        ("Summarize the following article in three sentences", Specialization.SUMMARIZATION),
        ("Fasse diesen Text zusammen, die Kernaussagen genügen", Specialization.SUMMARIZATION),
        ("请总结这篇文章", Specialization.SUMMARIZATION),
        ("Extract all named entities as JSON", Specialization.EXTRACTION),
        ("Classify this review: positive or negative", Specialization.CLASSIFICATION),
        ("Traduce esta frase al inglés", Specialization.TRANSLATION),
        ("Переведи на английский: доброе утро", Specialization.TRANSLATION),
        ("Rewrite this paragraph to be more formal", Specialization.REWRITING),
        ("Brainstorm ideas for a birthday party", Specialization.BRAINSTORMING),
        ("Pretend you are a pirate and stay in character", Specialization.ROLEPLAY),
        ("Who was the first person on the moon?", Specialization.QA),
        ("A logic puzzle: knights and knaves. Deduce who is lying, step by step.", Specialization.REASONING),
        ("hello there", Specialization.CHAT),
        ("谢谢", Specialization.CHAT),
    ],
)
def test_the_kind_of_work(prompt: str, kind: Specialization) -> None:
    assert profile_of(prompt).specialization is kind


@pytest.mark.parametrize("task", [kind.value for kind in Specialization])
def test_a_task_named_like_a_specialization_settles_it(task: str) -> None:
    profile = profile_of("Please look at this.", task=task)

    assert profile.specialization == task
    assert profile.probabilities[profile.specialization] > 0.5


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("extract_values", Specialization.EXTRACTION),
        ("diarization", Specialization.EXTRACTION),
        ("therapeutic_narrative", Specialization.CREATIVE),
        ("translate-titles", Specialization.TRANSLATION),
    ],
)
def test_words_in_a_tasks_name_are_evidence(task: str, kind: Specialization) -> None:
    assert profile_of("Please look at this.", task=task).specialization is kind


def test_a_description_is_evidence() -> None:
    assert profile_of("Look at this.", description="translate the titles").specialization is Specialization.TRANSLATION


def test_a_request_without_prompt_is_read_from_description_and_inputs() -> None:
    profile = profile_of("", description="Summarize the article", inputs={"text": "a" * 4_000})

    assert profile.specialization is Specialization.SUMMARIZATION
    assert profile.input_tokens > 300


@pytest.mark.parametrize(
    ("prompt", "complexity"),
    [
        ("hi", Complexity.TRIVIAL),
        ("Thanks!", Complexity.TRIVIAL),
        ("¡Hola!", Complexity.TRIVIAL),
        ("你好", Complexity.TRIVIAL),
        ("Translate: good morning", Complexity.SIMPLE),
        (PROOF, Complexity.EXPERT),
        ("", Complexity.MODERATE),
    ],
)
def test_the_complexity(prompt: str, complexity: Complexity) -> None:
    assert profile_of(prompt).complexity is complexity


@pytest.mark.parametrize(
    "prompt",
    [
        "Zxq vrel onta mipul. " * 10,
        "Der Vertrag regelt die Lieferung der Ware zwischen den Beteiligten im nächsten Jahr, wie besprochen wurde.",
    ],
)
def test_no_signal_is_moderate_with_low_confidence(prompt: str) -> None:
    profile = profile_of(prompt)

    assert profile.complexity is Complexity.MODERATE
    assert profile.confidence < 0.5


def test_a_greeting_in_front_of_a_hard_prompt_does_not_make_it_trivial() -> None:
    assert profile_of(f"Hello! {PROOF}").complexity in (Complexity.COMPLEX, Complexity.EXPERT)


def test_harder_prompts_have_a_higher_difficulty() -> None:
    easy, usual, hard = (
        profile_of(prompt).difficulty for prompt in ("hi", "Write a function that sorts a list of names.", PROOF)
    )

    assert easy < usual < hard


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("What is the capital of France and how big is it?", "en"),
        ("Wie ist das Wetter und was soll ich mit der Zeit machen?", "de"),
        ("Quelle est la capitale des États pour les enfants que vous aimez ?", "fr"),
        ("¿Cómo está el tiempo en las montañas y por qué?", "es"),
        ("сколько будет дважды два", "ru"),
        ("Скільки буде двічі два, і чому їх четверо?", "uk"),
        ("今日の天気はどうですか", "ja"),
        ("今天天气怎么样", "zh"),
        ("오늘 날씨 어때요", "ko"),
        ("ما هي عاصمة فرنسا", "ar"),
        ("מה שלומך היום", "he"),
        ("xyzzy", None),
        ("", None),
    ],
)
def test_the_language(prompt: str, language: str | None) -> None:
    assert profile_of(prompt).language == language


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"images": [Image(b"x", "image/png")]}, {Capability.VISION}, id="image"),
        pytest.param({"tools": ({"type": "function"},)}, {Capability.TOOLS}, id="tools"),
        pytest.param({"params": Params(json_schema={"type": "object"})}, {Capability.JSON}, id="json schema"),
        pytest.param({"system": "a" * 500_000}, {Capability.LONG_CONTEXT}, id="a long system message"),
    ],
)
def test_what_a_request_needs(fields: Mapping[str, Any], needs: set[Capability]) -> None:
    assert profile_of("Look at this", **fields).needs == needs


def test_an_image_earlier_in_the_conversation_still_needs_vision() -> None:
    turns = [Message("user", "see", (Image(b"x", "image/png"),)), Message("assistant", "ok"), Message("user", "more")]

    assert Capability.VISION in analyze(make_request(turns)).needs


def test_tokens_count_the_whole_conversation() -> None:
    short = analyze(make_request([Message("user", "hi")]))
    long = analyze(
        make_request([Message("user", "a" * 4_000), Message("assistant", "b" * 4_000), Message("user", "hi")])
    )

    assert long.input_tokens > short.input_tokens + 2_000


def test_the_answers_length_follows_the_work_and_the_limit() -> None:
    essay, label = profile_of("Write an essay"), profile_of("Classify the sentiment of this text, label only")

    assert essay.output_tokens > label.output_tokens
    assert profile_of("Write an essay", params=Params(max_tokens=50)).output_tokens == 50


def test_a_translation_answers_as_long_as_its_text() -> None:
    profile = profile_of("Translate into German: " + "lorem ipsum " * 2_000, task="translation")

    assert profile.output_tokens > 4_000


def test_only_the_ends_of_a_prompt_are_read() -> None:
    middle = "Summarize. " + "x " * HEAD + " python function code " + "y " * TAIL

    assert len(read_shape(middle).text) == HEAD + TAIL + 1
    assert profile_of(middle).specialization is Specialization.SUMMARIZATION


@settings(deadline=None)
@given(st.text(), st.none() | st.text(max_size=30))
def test_any_text_gives_a_valid_profile(prompt: str, task: str | None) -> None:
    profile = profile_of(prompt, task=task)

    assert set(profile.probabilities) == set(Specialization)
    assert math.isclose(sum(profile.probabilities.values()), 1.0)
    assert profile.probabilities[profile.specialization] == max(profile.probabilities.values())
    assert 0.0 <= profile.difficulty <= 1.0
    assert 0.0 <= profile.confidence <= 1.0
    assert profile.input_tokens >= 0
    assert profile.output_tokens >= 1


@pytest.mark.parametrize(
    "prompt",
    ["1+" * 2_000, "$" * 2_000, "*a" * 2_000, "a=" * 1_000, "(A) " * 1_000, "<a " * 1_000, "\n" * 2_000, "'" * 2_000],
    ids=["sums", "dollars", "stars", "equations", "choices", "tags", "lines", "quotes"],
)
def test_repeated_shapes_are_read_like_any_text(prompt: str) -> None:
    assert profile_of(prompt).input_tokens > 0
