"""Which part of the market a request draws from: the tier's own lists, the derived tier, then everything that passes.

The stages are tried in this order until one holds a candidate:

1. the tier's explicit lists, in their order, hard constraints only;
2. the derived tier: premium is the best third by quality, budget costs at most the median and is fast, fallback is
   all that passes; the quality floor holds;
3. fallback, with the floor;
4. fallback without the floor, when nothing reaches it (an explicit `min_quality` is a constraint and always holds);
5. the same without the wish for a fast model.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from modeldeck.domain.model import Model
from modeldeck.domain.profile import Complexity, Profile
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.settings import QualityFloors, Settings
from modeldeck.domain.task import Policy, Tier
from modeldeck.engine.constraints import Constraints, Situation, below_floor, is_fast
from modeldeck.engine.scoring import Scored, Scorer


@dataclass(frozen=True, slots=True)
class Market:
    """Every model that passes the hard constraints, scored, and every other one with its reason."""

    passing: Sequence[Scored]
    rejected: Mapping[str, Rejection]
    scorer: Scorer
    constraints: Constraints


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the market in the order in which it would be used.

    `explicit`: the person's own list. `cut`: the tier by which the market was cut. `floor` is the quality asked for, 0
    when none. `note` says why an earlier part was left. `dropped` are models that passed the constraints but do not
    belong here.
    """

    order: Sequence[Scored]
    explicit: bool = False
    cut: Tier | None = None
    floor: float = 0.0
    note: str | None = None
    dropped: Mapping[str, Rejection] = field(default_factory=dict)


def settings_names(settings: Settings) -> tuple[str, ...]:
    """Every model name that the settings mention for selections; `Situation.named` holds what they resolve to."""
    lists = [*settings.tiers.values()]
    names = [name for tier in lists for name in (*tier.free, *tier.paid)]
    names += [settings.selection.last_resort or "", settings.savings.baseline or ""]
    return tuple(dict.fromkeys(name for name in names if name))


def open_market(policy: Policy, profile: Profile, situation: Situation, favourite_bonus: float) -> Market:
    """Check and score every model of the catalog."""
    scorer = Scorer(policy, profile, situation, favourite_bonus)
    constraints = Constraints(policy, profile, situation)
    passing: list[Scored] = []
    rejected: dict[str, Rejection] = {}
    for model in situation.models:
        found = constraints.check(model)
        if found is None:
            passing.append(scorer.score(model))
        else:
            rejected[model.id] = found
    return Market(passing, rejected, scorer, constraints)


def quality_floor(policy: Policy, profile: Profile, floors: QualityFloors) -> float:
    """The quality that the prompt's complexity asks for, never above an explicit `min_quality`."""
    floor = _floor_of(profile.complexity, floors)
    if policy.require_quality:
        floor = max(floor, floors.complex)
    least = policy.criteria.min_quality
    return floor if least is None else min(floor, least)


def stages(
    policy: Policy, profile: Profile, settings: Settings, situation: Situation, market: Market
) -> Iterator[Stage]:
    """The stages of the module's docstring, each only when it can differ from the one before."""
    lists = settings.tiers.get(policy.tier)
    note: str | None = None
    if lists is not None and (lists.free or lists.paid):
        yield _explicit(policy, settings, situation, market)
        note = f"no model of your {policy.tier.value} list can be used"
    floor = quality_floor(policy, profile, settings.selection.floors)
    fast = _fast_only(market.passing, situation) if policy.require_fast else _all_of(market.passing)
    good = _above(fast, floor)
    derived = _derived(policy.tier, market.passing, situation, good)
    yield replace(_ranked(derived, floor, note), cut=policy.tier)
    if policy.tier is not Tier.FALLBACK:
        note = _and(note, f"nothing in tier {policy.tier.value} is left, so fallback")
        yield _ranked(good, floor, note)
    if floor > 0:
        note = _and(note, f"no model left reaches quality {floor:.2f}, so the floor is dropped")
        yield _ranked(fast, 0.0, note)
    if policy.require_fast:
        yield _ranked(_all_of(market.passing), 0.0, _and(note, "no fast model is left"))


@dataclass(frozen=True, slots=True)
class _Part:
    kept: Sequence[Scored]
    dropped: Mapping[str, Rejection]


def _all_of(passing: Sequence[Scored]) -> _Part:
    return _Part(passing, {})


def _ranked(part: _Part, floor: float, note: str | None) -> Stage:
    order = sorted(part.kept, key=lambda scored: (scored.part, -scored.score, scored.model.id))
    return Stage(order, floor=floor, note=note, dropped=part.dropped)


def _explicit(policy: Policy, settings: Settings, situation: Situation, market: Market) -> Stage:
    lists = settings.tiers[policy.tier]
    free = [(name, True) for name in lists.free]
    paid = [(name, False) for name in lists.paid]
    listed = {scored.model.id: scored for scored in market.passing}
    catalog = {model.id: model for model in situation.models}
    order: dict[str, Scored] = {}
    dropped: dict[str, Rejection] = {}
    for name, must_be_free in [*free, *paid] if policy.free_first else [*paid, *free]:
        model = situation.named.get(name) or catalog.get(name)
        if model is None:
            dropped[name] = Rejection(name, RejectionGroup.STALE, "nobody lists it")
            continue
        scored = listed.get(model.id) or _outside(model, market)
        if isinstance(scored, Rejection):
            dropped[model.id] = scored
        elif must_be_free and not scored.costs_nothing:
            dropped[model.id] = Rejection(model.id, RejectionGroup.NOT_FREE, "in your free list, but not free now")
        else:
            order.setdefault(model.id, scored)
    for scored in market.passing:
        if scored.model.id not in order:
            outside = Rejection(scored.model.id, RejectionGroup.TIER, f"not in your {policy.tier.value} list")
            dropped.setdefault(scored.model.id, outside)
    return Stage(list(order.values()), explicit=True, dropped=dropped)


def _outside(model: Model, market: Market) -> Scored | Rejection:
    """A named model that the catalog does not show, e.g. because nobody lists it."""
    return market.rejected.get(model.id) or market.constraints.check(model) or market.scorer.score(model)


def _fast_only(passing: Sequence[Scored], situation: Situation) -> _Part:
    kept = [scored for scored in passing if is_fast(scored.model, situation)]
    return _without(passing, kept, RejectionGroup.CAPABILITY, "no fast")


def _above(part: _Part, floor: float) -> _Part:
    kept: list[Scored] = []
    dropped = dict(part.dropped)
    for scored in part.kept:
        found = below_floor(scored.quality, floor)
        if found is None:
            kept.append(scored)
        else:
            dropped[scored.model.id] = Rejection(scored.model.id, *found)
    return _Part(kept, dropped)


def _derived(tier: Tier, market: Sequence[Scored], situation: Situation, good: _Part) -> _Part:
    """The members of the tier among `good`; third and median are taken over the whole market that passes."""
    if tier is Tier.PREMIUM and market:
        qualities = sorted((scored.quality for scored in market), reverse=True)
        least = qualities[math.ceil(len(qualities) / 3) - 1]
        kept = [scored for scored in good.kept if scored.quality >= least]
        return _merge(good, _without(good.kept, kept, RejectionGroup.TIER, "not in the best third by quality"))
    if tier is Tier.BUDGET:
        costs = sorted(scored.cost for scored in market if scored.cost is not None)
        middle = costs[(len(costs) - 1) // 2] if costs else None
        kept = [
            scored
            for scored in good.kept
            if middle is not None
            and scored.cost is not None
            and scored.cost <= middle
            and is_fast(scored.model, situation)
        ]
        return _merge(good, _without(good.kept, kept, RejectionGroup.TIER, "not among the cheaper half, or not fast"))
    return good


def _without(before: Sequence[Scored], kept: list[Scored], group: RejectionGroup, reason: str) -> _Part:
    ids = {scored.model.id for scored in kept}
    dropped = {
        scored.model.id: Rejection(scored.model.id, group, reason) for scored in before if scored.model.id not in ids
    }
    return _Part(kept, dropped)


def _merge(before: _Part, after: _Part) -> _Part:
    return _Part(after.kept, {**before.dropped, **after.dropped})


def _floor_of(complexity: Complexity, floors: QualityFloors) -> float:
    return {
        Complexity.TRIVIAL: floors.trivial,
        Complexity.SIMPLE: floors.simple,
        Complexity.MODERATE: floors.moderate,
        Complexity.COMPLEX: floors.complex,
        Complexity.EXPERT: floors.expert,
    }[complexity]


def _and(note: str | None, more: str) -> str:
    return more if note is None else f"{note}, {more}"
