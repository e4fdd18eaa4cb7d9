"""Dropped models are counted without a word about them; sentences are made for those that are looked at."""

from fakes import START, make_model
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.engine.selection.columns import Columns
from modeldeck.engine.selection.quality import QualityTable
from modeldeck.engine.selection.refusals import Drop, DroppedModels, Refusals, Told

MODELS = tuple(make_model(f"openrouter/m{row}") for row in range(6))
COLUMNS = Columns(MODELS, QualityTable(MODELS, START.date()))
QUALITY, CONTEXT, TIER = RejectionGroup.QUALITY, RejectionGroup.CONTEXT, RejectionGroup.TIER


def below(row: int) -> Told:
    return QUALITY, f"quality of {row}"


def test_a_step_of_one_group_is_counted_without_making_sentences() -> None:
    told: list[int] = []

    def tell(row: int) -> Told:
        told.append(row)
        return below(row)

    dropped = DroppedModels(COLUMNS, [Refusals(COLUMNS, [Drop(range(6), [1], tell, QUALITY)])], besides=())

    assert dropped.counts() == {QUALITY: 5}
    assert told == []
    assert [each.reason for each in dropped[:2]] == ["quality of 0", "quality of 2"]
    assert told == [0, 2]


def test_a_step_of_several_groups_is_counted_by_what_it_says() -> None:
    def tell(row: int) -> Told:
        return (CONTEXT, "context 8k < 12k") if row % 2 else below(row)

    dropped = DroppedModels(COLUMNS, [Refusals(COLUMNS, [Drop(range(6), [], tell)])], besides=())

    assert dropped.counts() == {QUALITY: 3, CONTEXT: 3}


def test_each_model_counts_once_and_those_of_the_chain_do_not() -> None:
    checks = Refusals(COLUMNS, [Drop(range(6), range(2, 6), below, QUALITY)], by_row=True)
    named = {
        MODELS[0].id: Rejection(MODELS[0].id, TIER, "in your free list, but not free now"),
        "gone/model": Rejection("gone/model", RejectionGroup.STALE, "nobody lists it"),
    }
    stage = Refusals(COLUMNS, [Drop(range(2, 6), [5], below, QUALITY)], named)

    dropped = DroppedModels(COLUMNS, [checks, stage], besides={MODELS[3].id, MODELS[5].id})

    assert [each.model for each in dropped[:]] == [MODELS[0].id, "gone/model", MODELS[1].id, MODELS[2].id, MODELS[4].id]
    assert [each.reason for each in dropped[:3]] == [*(each.reason for each in named.values()), "quality of 1"]
    assert dropped.counts() == {TIER: 1, QUALITY: 3, RejectionGroup.STALE: 1}
    assert len(dropped) == 5
