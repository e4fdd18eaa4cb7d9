"""A person's own ratings, told where they moved a selection."""

from collections.abc import Callable
from dataclasses import replace

from modeldeck.domain.model import Model
from modeldeck.domain.profile import Specialization
from modeldeck.domain.selection import Candidate, Selection
from modeldeck.engine.selection.quality import OWN_VOTES, QualityTable
from modeldeck.ports import Votes


def with_votes(
    selection: Selection, quality: QualityTable, find: Callable[[str], Model | None]
) -> tuple[Selection, str | None]:
    """The selection with the ratings that count in it, and a note when some count for the chosen model.

    A rated candidate has the factor `own votes`, the mean of its ratings (0..1): part of its quality, no term of the
    score by itself.
    """
    kind = selection.profile.specialization
    rated: dict[str, Votes] = {}
    for candidate in selection.candidates:
        votes = _counted(quality, find(candidate.model), kind)
        if votes is not None:
            rated[candidate.model] = votes
    if not rated:
        return selection, None
    candidates = tuple(_rated(each, rated.get(each.model)) for each in selection.candidates)
    return replace(selection, candidates=candidates), _note(rated.get(selection.model))


def _counted(quality: QualityTable, model: Model | None, kind: Specialization) -> Votes | None:
    if model is None or quality.of(model, kind).origin != OWN_VOTES:
        return None
    return quality.votes(model.id, kind)


def _rated(candidate: Candidate, votes: Votes | None) -> Candidate:
    if votes is None:
        return candidate
    return replace(candidate, factors={**candidate.factors, OWN_VOTES: votes.total / votes.number})


def _note(votes: Votes | None) -> str | None:
    if votes is None:
        return None
    counted = "your rating counts" if votes.number == 1 else f"your {votes.number} ratings count"
    return f"{counted} in its quality"
