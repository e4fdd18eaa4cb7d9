import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.call import ReasoningChunk
from modeldeck.providers.wire.think_tags import ThinkTags


def split(*pieces: str) -> tuple[str, str]:
    tags = ThinkTags()
    chunks = [chunk for piece in pieces for chunk in tags.feed(piece)] + tags.close()
    thinking = "".join(chunk.text for chunk in chunks if isinstance(chunk, ReasoningChunk))
    return thinking, "".join(chunk.text for chunk in chunks if not isinstance(chunk, ReasoningChunk))


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        ("<think>hm</think>\n\nyes", "hm", "yes"),
        ("\n <think>\nhm < 3\n</think>yes", "\nhm < 3\n", "yes"),
        ("no tags", "", "no tags"),
        ("say <think> and </think>", "", "say <think> and </think>"),
        ("<thinking>", "", "<thinking>"),
        ("<think>never closed", "never closed", ""),
        ("<thi", "", "<thi"),
        ("<think></think>x", "", "x"),
        ("<think>a</think>b</think>", "a", "b</think>"),
        ("", "", ""),
    ],
)
def test_thinking_and_answer(text: str, thinking: str, answer: str) -> None:
    assert split(text) == (thinking, answer)
    assert split(*text) == (thinking, answer)


@given(st.lists(st.sampled_from(["<think>", "</think>", "<", "/", "think", ">", "a", " ", "\n"]), max_size=12))
def test_no_split_changes_the_parts(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert split(*text) == split(*pieces) == split(text)


def test_thinking_is_given_out_before_it_ends() -> None:
    tags = ThinkTags()
    assert tags.feed("<think>first ") == [ReasoningChunk("first ")]
    assert tags.feed("second</thi") == [ReasoningChunk("second")]
