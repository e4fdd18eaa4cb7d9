import pytest

from modeldeck.domain.selection import Rejection, RejectionGroup, Rejections

TOLD = [("a/one", RejectionGroup.NO_KEY, "no key"), ("b/two", RejectionGroup.CONTEXT, "context 8k < 12k")]


def test_rejections_are_told_once_and_only_when_asked_for() -> None:
    asked: list[int] = []

    def tell() -> list[tuple[str, RejectionGroup, str]]:
        asked.append(1)
        return TOLD

    rejections = Rejections(tell)
    assert asked == []

    assert len(rejections) == 2
    assert rejections.counts() == {RejectionGroup.NO_KEY: 1, RejectionGroup.CONTEXT: 1}
    assert [rejection.model for rejection in rejections] == ["a/one", "b/two"]
    assert asked == [1]


def test_rejections_equal_a_sequence_of_the_same() -> None:
    rejections = Rejections(lambda: TOLD)

    assert rejections == tuple(Rejection(*told) for told in TOLD)
    assert rejections[1:] == (Rejection(*TOLD[1]),)
    assert rejections != ()
    assert Rejections(list) == ()
    assert "no key" in repr(rejections)
    with pytest.raises(IndexError):
        rejections[2]
