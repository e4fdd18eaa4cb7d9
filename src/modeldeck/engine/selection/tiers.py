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
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from modeldeck.domain.model import Model
from modeldeck.domain.profile import Complexity, Profile
from modeldeck.domain.record import record
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.settings import QualityFloors, Settings
from modeldeck.domain.task import Policy, Tier
from modeldeck.engine.selection.board import Board
from modeldeck.engine.selection.columns import columns_of
from modeldeck.engine.selection.constraints import Constraints, Named
from modeldeck.engine.selection.ranking import Ranking
from modeldeck.engine.selection.refusals import Drop, Refusals
from modeldeck.engine.selection.scoring import Scored, Scorer
from modeldeck.engine.selection.sieve import Sieve, good_enough
from modeldeck.engine.selection.situation import Situation


@dataclass(frozen=True)
class Market:
    """Every model of the catalog before one request: which rows pass the hard constraints, and what they are worth.

    `own_lists` are the constraints for what a person's own list names.
    """

    sieve: Sieve
    board: Board
    scorer: Scorer
    own_lists: Constraints

    @property
    def passing(self) -> Sequence[int]:
        return self.sieve.passing

    @cached_property
    def ranking(self) -> Ranking:
        """Everything that passes."""
        return Ranking(self.board, self.passing)

    def weighed(self, policy: Policy, profile: Profile, situation: Situation, favourite_bonus: float) -> "Market":
        """The same market, with the models worth what another policy's strategy makes of them."""
        scorer = Scorer(policy, profile, situation, favourite_bonus)
        return replace(self, board=Board(self.board.columns, scorer, policy, profile, situation), scorer=scorer)

    def scored(self, model: Model) -> Scored:
        """A model with every term of its score, of the catalog or not."""
        row = self.board.columns.row_of.get(model.id)
        listed = row is not None and self.board.columns.models[row] is model
        return self.board.scored(row) if row is not None and listed else self.scorer.score(model)


@record
class Stage:
    """One part of the market in the order in which it would be used.

    A `Ranking` is ordered by part and score; a list is the person's own. `cut`: the tier by which the market was cut.
    `floor` is the quality asked for, 0 when none. `note` says why an earlier part was left. `dropped` are models that
    passed the constraints but do not belong here.
    """

    order: Ranking | list[Scored]
    dropped: Refusals
    cut: Tier | None = None
    floor: float = 0.0
    note: str | None = None

    @property
    def explicit(self) -> bool:
        """Whether this is the person's own list."""
        return isinstance(self.order, list)


def settings_names(settings: Settings) -> tuple[str, ...]:
    """Every model name that the settings mention for selections; `Situation.named` holds what they resolve to."""
    lists = [*settings.tiers.values()]
    names = [name for tier in lists for name in (*tier.free, *tier.paid)]
    names += [settings.selection.last_resort or "", settings.savings.baseline or ""]
    return tuple(dict.fromkeys(name for name in names if name))


def open_market(policy: Policy, profile: Profile, situation: Situation, favourite_bonus: float) -> Market:
    """Check every model of the catalog, and prepare to score those that pass."""
    scorer = Scorer(policy, profile, situation, favourite_bonus)
    constraints = Constraints(policy, profile, situation)
    columns = columns_of(situation.models, situation.quality)
    board = Board(columns, scorer, policy, profile, situation)
    own_lists = Constraints(policy, profile, situation, Named.LISTED)
    return Market(Sieve(constraints, board, situation), board, scorer, own_lists)


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
    everything = _Part(market.passing)
    fast = _fast_only(everything, market) if policy.require_fast else everything
    good = _above(fast, floor, market)
    derived = _derived(policy.tier, market, good)
    yield replace(_ranked(derived, market, floor, note), cut=policy.tier)
    if policy.tier is not Tier.FALLBACK:
        note = _and(note, f"nothing in tier {policy.tier.value} is left, so fallback")
        yield _ranked(good, market, floor, note)
    if floor > 0:
        note = _and(note, f"no model left reaches quality {floor:.2f}, so the floor is dropped")
        yield _ranked(fast, market, 0.0, note)
    if policy.require_fast:
        yield _ranked(everything, market, 0.0, _and(note, "no fast model is left"))


@record
class _Part:
    """Rows of the market, and the steps that left the others behind."""

    rows: Sequence[int]
    drops: tuple[Drop, ...] = ()

    def keep(self, rows: Sequence[int], group: RejectionGroup, reason: str) -> "_Part":
        """These of the rows, with one thing to say about all the others."""
        return _Part(rows, (*self.drops, Drop(self.rows, rows, lambda row: (group, reason), group)))


def _ranked(part: _Part, market: Market, floor: float, note: str | None) -> Stage:
    dropped = Refusals(market.board.columns, part.drops)
    return Stage(Ranking(market.board, part.rows), dropped, floor=floor, note=note)


def _explicit(policy: Policy, settings: Settings, situation: Situation, market: Market) -> Stage:
    lists = settings.tiers[policy.tier]
    free = [(name, True) for name in lists.free]
    paid = [(name, False) for name in lists.paid]
    order: dict[str, Scored] = {}
    dropped: dict[str, Rejection] = {}
    for name, must_be_free in [*free, *paid] if policy.free_first else [*paid, *free]:
        model = situation.named.get(name) or _listed(name, market)
        if model is None:
            dropped[name] = Rejection(name, RejectionGroup.STALE, "nobody lists it")
            continue
        found = _checked(model, market)
        if isinstance(found, Rejection):
            dropped[model.id] = found
        elif must_be_free and not found.costs_nothing:
            dropped[model.id] = Rejection(model.id, RejectionGroup.NOT_FREE, "in your free list, but not free now")
        else:
            order.setdefault(model.id, found)
    spoken_of = order.keys() | dropped.keys()
    models = market.board.columns.models
    others = Drop(
        market.passing,
        [row for row in market.passing if models[row].id in spoken_of],
        lambda row: (RejectionGroup.TIER, f"not in your {policy.tier.value} list"),
        RejectionGroup.TIER,
    )
    return Stage(list(order.values()), Refusals(market.board.columns, [others], dropped))


def _listed(name: str, market: Market) -> Model | None:
    row = market.board.columns.row_of.get(name)
    return None if row is None else market.board.columns.models[row]


def _checked(model: Model, market: Market) -> Scored | Rejection:
    """A named model, which the catalog may not show, e.g. because nobody lists it."""
    return market.own_lists.check(model) or market.scored(model)


def _fast_only(part: _Part, market: Market) -> _Part:
    return part.keep(market.board.fast(part.rows), RejectionGroup.CAPABILITY, "no fast")


def _above(part: _Part, floor: float, market: Market) -> _Part:
    if floor <= 0:
        return part
    drop = good_enough(part.rows, market.board.quality, floor)
    return _Part(drop.kept, (*part.drops, drop))


def _derived(tier: Tier, market: Market, good: _Part) -> _Part:
    """The members of the tier among `good`; third and median are taken over the whole market that passes."""
    quality, passing = market.board.quality, market.passing
    if tier is Tier.PREMIUM and passing:
        qualities = sorted([quality[row] for row in passing], reverse=True)
        least = qualities[math.ceil(len(qualities) / 3) - 1]
        rows = [row for row in good.rows if quality[row] >= least]
        return good.keep(rows, RejectionGroup.TIER, "not in the best third by quality")
    if tier is Tier.BUDGET:
        rows = market.board.fast(_cheaper_half(market, good.rows))
        return good.keep(rows, RejectionGroup.TIER, "not among the cheaper half, or not fast")
    return good


def _cheaper_half(market: Market, rows: Sequence[int]) -> list[int]:
    """Those that cost at most the median of everything that passes at a known price."""
    column, costs = market.board.columns.price.column, market.board.costs
    members = Counter(column[row] for row in market.passing)
    known = sorted((cost, members[number]) for number, cost in enumerate(costs) if cost is not None)
    left = (sum(count for _, count in known) - 1) // 2
    for middle, count in known:
        if left < count:
            cheap = [cost is not None and cost <= middle for cost in costs]
            return [row for row in rows if cheap[column[row]]]
        left -= count
    return []


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
