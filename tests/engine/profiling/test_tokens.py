import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.request import Image, Message
from modeldeck.engine.profiling.tokens import PER_IMAGE, conversation_tokens, estimate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a", 1),
        ("word " * 80, 100),
        ("é" * 400, 100),
        ("д" * 300, 100),
        ("漢" * 160, 100),
        ("한" * 160, 100),
        ("漢" * 80 + "a" * 200, 100),
    ],
)
def test_characters_per_token_depend_on_the_script(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_a_long_text_is_sampled_with_little_loss() -> None:
    mixed = ("word " * 40 + "漢字" * 20) * 200

    exact = sum(estimate_tokens(mixed[start : start + 240]) for start in range(0, len(mixed), 240))

    assert abs(estimate_tokens(mixed) - exact) < exact * 0.1


def test_the_whole_conversation_counts_with_images_and_a_margin() -> None:
    messages = (
        Message("system", "a" * 400),
        Message("user", "a" * 400, (Image(b"x", "image/png"),)),
        Message("assistant", "a" * 400),
    )

    assert conversation_tokens(messages) == round((300 + 3 * 4 + PER_IMAGE) * 1.1)


@given(st.text(max_size=500))
def test_no_text_has_more_tokens_than_characters(text: str) -> None:
    assert estimate_tokens(text) <= max(1, len(text))
    assert (estimate_tokens(text) == 0) is (not text)
