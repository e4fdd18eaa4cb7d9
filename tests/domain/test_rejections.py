from collections import Counter
from collections.abc import Mapping

import pytest

from modeldeck.domain.selection import Rejection, RejectionGroup, Rejections


class Found(list[Rejection]):
    def counts(self) -> Mapping[RejectionGroup, int]:
        return Counter(each.group for each in self)


ONE = Rejection("a/one", RejectionGroup.NO_KEY, "no key")
TWO = Rejection("b/two", RejectionGroup.CONTEXT, "context 8k < 12k")


def test_dropped_models_are_looked_for_once_and_only_when_asked_for() -> None:
    asked: list[int] = []

    def find() -> Found:
        asked.append(1)
        return Found([ONE, TWO])

    rejections = Rejections(find)
    assert asked == []

    assert len(rejections) == 2
    assert rejections.counts() == {RejectionGroup.NO_KEY: 1, RejectionGroup.CONTEXT: 1}
    assert [rejection.model for rejection in rejections] == ["a/one", "b/two"]
    assert asked == [1]


def test_rejections_equal_a_sequence_of_the_same() -> None:
    rejections = Rejections(lambda: Found([ONE, TWO]))

    assert rejections == (ONE, TWO)
    assert rejections[1:] == (TWO,)
    assert (rejections[0], rejections[-1]) == (ONE, TWO)
    assert rejections != ()
    assert Rejections(Found) == ()
    assert "no key" in repr(rejections)
    with pytest.raises(IndexError):
        rejections[2]
