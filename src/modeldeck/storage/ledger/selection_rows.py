"""A run's selection as a row of `runs`, and back."""

from typing import Any

from modeldeck.domain.model import Capability
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.run import RunRecord
from modeldeck.domain.selection import Candidate, Rejection, RejectionGroup, Selection, StoredSelection
from modeldeck.domain.task import Mode, Tier
from modeldeck.storage.database import Row
from modeldeck.storage.times import from_text, to_text
from modeldeck.storage.values import decimal_text, decimal_value, dump, load

REJECTIONS_KEPT = 200
"""Rejections stored with their reason; beyond that only the counts per group are kept."""

_SELECTION_COLUMNS = (
    "task, mode, tier, strategy, model, provider, reason, confidence, estimated_cost, baseline, elapsed_ms, profile, "
    "candidates, fallback_chain, rejected_counts, rejected"
)
INSERT_RUN = (
    f"INSERT INTO runs (run, at, day, session, kind, conversation, prompt, {_SELECTION_COLUMNS}, attempts_before) "
    f"VALUES ({', '.join('?' * 23)}, (SELECT ifnull(max(id), 0) FROM attempts))"
)
SELECT_RUN = f"SELECT run, at, prompt, {_SELECTION_COLUMNS} FROM runs"


def run_row(record: RunRecord) -> Row:
    """The parameters of `INSERT_RUN`."""
    return (
        record.run,
        to_text(record.at),
        record.day,
        record.session,
        record.kind.value,
        record.conversation,
        record.prompt,
        *_selection_columns(record.selection),
    )


def stored_selection(row: Row) -> StoredSelection:
    """What a row of `SELECT_RUN` says."""
    run, at, prompt, *columns = row
    selection, counts = _selection(columns)
    return StoredSelection(run=run, at=from_text(at), selection=selection, rejected_counts=counts, prompt=prompt)


def _selection_columns(selection: Selection) -> Row:
    counts = {group.value: count for group, count in selection.rejected_counts().items()}
    return (
        selection.task,
        selection.mode.value,
        selection.tier.value,
        selection.strategy,
        selection.model,
        selection.provider,
        selection.reason,
        selection.confidence,
        decimal_text(selection.estimated_cost),
        selection.baseline,
        selection.elapsed_ms,
        dump(_profile_data(selection.profile)),
        dump([_candidate_data(candidate) for candidate in selection.candidates]),
        dump(selection.fallback_chain),
        dump(counts),
        dump(selection.rejected[:REJECTIONS_KEPT]),
    )


def _selection(columns: list[Any]) -> tuple[Selection, dict[str, int]]:
    (
        task,
        mode,
        tier,
        strategy,
        model,
        provider,
        reason,
        confidence,
        estimated_cost,
        baseline,
        elapsed_ms,
        profile,
        candidates,
        fallback_chain,
        counts,
        rejected,
    ) = columns
    selection = Selection(
        model=model,
        provider=provider,
        mode=Mode(mode),
        task=task,
        tier=Tier(tier),
        strategy=strategy,
        profile=_profile(load(profile)),
        reason=reason,
        confidence=confidence,
        estimated_cost=decimal_value(estimated_cost),
        fallback_chain=tuple(load(fallback_chain)),
        candidates=tuple(_candidate(data) for data in load(candidates)),
        rejected=tuple(Rejection(model, RejectionGroup(group), reason) for model, group, reason in load(rejected)),
        baseline=baseline,
        elapsed_ms=elapsed_ms,
    )
    return selection, load(counts)


def _profile_data(profile: Profile) -> dict[str, Any]:
    return {
        "specialization": profile.specialization,
        "probabilities": dict(profile.probabilities),
        "complexity": profile.complexity,
        "difficulty": profile.difficulty,
        "confidence": profile.confidence,
        "input_tokens": profile.input_tokens,
        "output_tokens": profile.output_tokens,
        "needs": sorted(profile.needs),
        "language": profile.language,
    }


def _profile(data: dict[str, Any]) -> Profile:
    return Profile(
        specialization=Specialization(data["specialization"]),
        probabilities={Specialization(name): value for name, value in data["probabilities"].items()},
        complexity=Complexity(data["complexity"]),
        difficulty=data["difficulty"],
        confidence=data["confidence"],
        input_tokens=data["input_tokens"],
        output_tokens=data["output_tokens"],
        needs=frozenset(Capability(name) for name in data["needs"]),
        language=data["language"],
    )


def _candidate_data(candidate: Candidate) -> dict[str, Any]:
    return {
        "model": candidate.model,
        "score": candidate.score,
        "factors": dict(candidate.factors),
        "costs_nothing": candidate.costs_nothing,
        "estimated_cost": decimal_text(candidate.estimated_cost),
    }


def _candidate(data: dict[str, Any]) -> Candidate:
    return Candidate(
        model=data["model"],
        score=data["score"],
        factors=data["factors"],
        costs_nothing=data["costs_nothing"],
        estimated_cost=decimal_value(data["estimated_cost"]),
    )
