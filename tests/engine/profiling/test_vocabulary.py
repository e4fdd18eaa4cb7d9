import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.engine.profiling.vocabulary import Vocabulary

WORDS = Vocabulary(
    [
        ("code", "python, unit test*, c++, tl;dr"),
        ("summary", "summari*, zusammenfass*, 总结, qu'est-ce"),
        ("both", "python"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write python now", {"code": [6], "both": [6]}),
        ("pythonic", {}),
        ("a unit test", {"code": [2]}),
        ("two unit tests here", {"code": [4]}),
        ("unit of tests", {}),
        ("summarize, then summarise", {"summary": [0, 16]}),
        ("eine zusammenfassung", {"summary": [5]}),
        ("请总结这篇文章", {"summary": [1]}),
        ("tl;dr please", {"code": [0]}),
        ("qu'est-ce que", {"summary": [0]}),
        ("", {}),
    ],
)
def test_words_stems_phrases_and_unparted_scripts(text: str, found: dict[str, list[int]]) -> None:
    assert dict(WORDS.find(text)) == found


@given(st.text())
def test_every_place_lies_in_the_text_in_rising_order(text: str) -> None:
    for places in WORDS.find(text.lower()).values():
        assert places == sorted(places)
        assert all(0 <= place < len(text.lower()) for place in places)
