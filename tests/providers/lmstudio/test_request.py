import pytest

from fake_wire import make_call
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Params
from modeldeck.providers.lmstudio.request import native_body


def test_only_what_was_set_is_sent() -> None:
    assert native_body(make_call("m", "hi"), ["off", "on"]) == {
        "model": "m",
        "input": "hi",
        "stream": True,
        "store": False,
    }


@pytest.mark.parametrize(
    ("level", "options", "word"),
    [
        ("none", ("off", "on"), "off"),
        ("none", ("low", "medium", "high"), "low"),
        ("minimal", ("low", "medium", "high"), "low"),
        ("medium", ("off", "on"), "on"),
        ("max", ("low", "medium", "high"), "high"),
        ("high", (), None),
        ("none", ("on",), None),
    ],
)
def test_thinking_is_asked_for_in_a_word_that_the_model_takes(
    level: ReasoningLevel, options: tuple[str, ...], word: str | None
) -> None:
    assert native_body(make_call(params=Params(reasoning=level)), options).get("reasoning") == word
