"""From a policy and a profile to a model, a chain behind it, and the reason why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Model
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Rejection, RejectionGroup, Selection
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import Mode, Policy, Tier
from modeldeck.engine import explain
from modeldeck.engine.chain import ChainRules, build_chain
from modeldeck.engine.constraints import Named, Situation, is_fast, rejection
from modeldeck.engine.scoring import Scored
from modeldeck.engine.tiers import Market, Stage, open_market, stages

SHOWN_CANDIDATES = 5
NEARLY_EQUAL = 0.03
"""Scores this close count as equal when models are busy: of two drawn ones the less busy is taken."""
_PASSING_TROUBLE = (RejectionGroup.COOLDOWN, RejectionGroup.QUOTA, RejectionGroup.BUDGET)


def select(
    policy: Policy,
    profile: Profile,
    situation: Situation,
    settings: Settings,
    rng: Random,
    pinned: Model | None = None,
    preferred: Model | None = None,
) -> Selection:
    """Choose a model. Pure: the same inputs and the same state of `rng` give the same answer; `elapsed_ms` stays 0.

    Args:
        policy: what holds for the request.
        profile: what the prompt needs.
        situation: the world as it is now.
        settings: tiers, floors, fallback rules, last resort, savings baseline.
        rng: drawn from only while several near-equal models are in use.
        pinned: the model of manual mode.
        preferred: the model of hybrid mode; without one hybrid works like auto.

    Raises:
        NothingSelectableError: no model passes, or the pinned one does not; the message names the reasons.
    """
    search = _Search(policy, profile, situation, settings, rng)
    if policy.mode is Mode.MANUAL:
        return search.manual(pinned)
    if policy.mode is Mode.HYBRID and preferred is not None:
        return search.hybrid(preferred)
    return search.automatic()


@dataclass(frozen=True, slots=True)
class _Pick:
    """The chosen model with its place in the market; `stage` None when the market was not what chose it."""

    winner: Scored
    stage: Stage | None
    reason: str
    links: Sequence[Scored]


class _Search:
    """One selection in the making."""

    def __init__(self, policy: Policy, profile: Profile, situation: Situation, settings: Settings, rng: Random) -> None:
        self._policy = policy
        self._profile = profile
        self._situation = situation
        self._settings = settings
        self._rng = rng
        self._market: Market = open_market(policy, profile, situation, settings.selection.favourite_bonus)
        self._made: list[Stage] = []
        self._unmade = stages(policy, profile, settings, situation, self._market)

    def manual(self, pinned: Model | None) -> Selection:
        if pinned is None:
            raise NothingSelectableError("Manual mode needs a model.", "Name one, or use mode auto.")
        found = self._check(pinned, Named.PINNED)
        if found is not None:
            raise _cannot(pinned, found)
        return self._selection(_Pick(self._score(pinned), None, f"manual: {pinned.id} was named.", ()))

    def hybrid(self, preferred: Model) -> Selection:
        found = self._check(preferred, Named.PREFERRED)
        if found is None:
            winner = self._score(preferred)
            links = self._links(winner) if self._policy.fallback_mode == "auto" else []
            return self._selection(_Pick(winner, None, f"hybrid: {preferred.id} is preferred and usable.", links))
        if self._policy.fallback_mode == "none":
            raise _cannot(preferred, found)
        return self.automatic(f"hybrid: the preferred {preferred.id} is out ({found.reason}), so auto: ")

    def automatic(self, prefix: str = "") -> Selection:
        """The best of the first stage that holds a candidate; `prefix` begins the reason."""
        for stage in self._stages():
            if stage.order:
                return self._selection(self._pick(stage, prefix))
        last = self._last_resort(used=())
        if last is not None:
            reason = f"{prefix}{last.model.id} is the last resort, since nothing else can be used."
            return self._selection(_Pick(last, None, reason, ()))
        message, hint, counts = explain.nothing_left(self._market.rejected.values())
        raise NothingSelectableError(message, hint, rejections=counts)

    def _pick(self, stage: Stage, prefix: str) -> _Pick:
        order = stage.order
        winner = order[0] if stage.explicit else self._balanced(order)
        runner_up = next((scored for scored in order if scored is not winner), None)
        blocked, blocked_by = self._blocked(winner, stage)
        grounds = explain.Grounds(
            policy=self._policy,
            profile=self._profile,
            stage=stage,
            winner=winner,
            runner_up=order[0] if winner is not order[0] else runner_up,
            blocked=blocked,
            blocked_by=blocked_by,
            balanced=winner is not order[0],
        )
        return _Pick(winner, stage, prefix + explain.automatic(grounds), self._links(winner))

    def _balanced(self, order: Sequence[Scored]) -> Scored:
        """Power of two choices among near-equals, once one of them is busy; otherwise simply the best."""
        best = order[0]
        equals = [scored for scored in order if scored.part == best.part and scored.score >= best.score - NEARLY_EQUAL]
        load = self._situation.in_flight
        if len(equals) < 2 or not any(load.get(scored.model.id) for scored in equals):
            return best
        drawn = self._rng.sample(equals, 2)
        return min(drawn, key=lambda scored: (load.get(scored.model.id, 0), -scored.score, scored.model.id))

    def _blocked(self, winner: Scored, stage: Stage) -> tuple[Scored | None, str | None]:
        """The best model that would have come before the winner, were it not out for a while."""
        if stage.explicit:
            return None, None
        best: Scored | None = None
        for model in self._situation.models:
            found = self._market.rejected.get(model.id)
            if found is None or found.group not in _PASSING_TROUBLE:
                continue
            scored = self._market.scorer.score(model)
            if _rank(scored) < _rank(best or winner) and self._belongs(scored, stage):
                best = scored
        return best, None if best is None else self._market.rejected[best.model.id].reason

    def _belongs(self, scored: Scored, stage: Stage) -> bool:
        """Whether a model that is out would stand in the stage, judged by those who stand there."""
        if scored.quality < stage.floor:
            return False
        if stage.cut is Tier.PREMIUM:
            return scored.quality >= min(member.quality for member in stage.order)
        if stage.cut is Tier.BUDGET:
            dearest = max(member.cost for member in stage.order if member.cost is not None)
            cheap = scored.cost is not None and scored.cost <= dearest
            return cheap and is_fast(scored.model, self._situation)
        return True

    def _links(self, winner: Scored) -> list[Scored]:
        """The fallback chain with the last resort at its end; empty when falling back is switched off."""
        if not self._settings.fallback.enabled:
            return []
        rules = ChainRules(self._settings.fallback.prefer_different_provider)
        links = build_chain(winner, ((stage.order, stage.explicit) for stage in self._stages()), rules)
        last = self._last_resort(used=[winner.model.id, *(link.model.id for link in links)])
        return links if last is None else [*links, last]

    def _last_resort(self, used: Iterable[str]) -> Scored | None:
        """The configured last resort, which a cooldown does not stop, when it passes everything else."""
        name = self._settings.selection.last_resort
        model = None if name is None else self._named(name)
        if model is None or model.id in used:
            return None
        anyway = replace(self._situation, excluded={})
        found = rejection(model, self._policy, self._profile, anyway, Named.PREFERRED)
        return self._score(model) if found is None else None

    def _named(self, name: str) -> Model | None:
        named = self._situation.named.get(name)
        return named or next((model for model in self._situation.models if model.id == name), None)

    def _check(self, model: Model, named: Named) -> Rejection | None:
        return rejection(model, self._policy, self._profile, self._situation, named)

    def _score(self, model: Model) -> Scored:
        return self._market.scorer.score(model)

    def _stages(self) -> Iterator[Stage]:
        """The stages, each made when it is first asked for and then kept."""
        yield from self._made
        for stage in self._unmade:
            self._made.append(stage)
            yield stage

    def _baseline(self, stage: Stage | None) -> str | None:
        """What savings are counted against: the configured model, else the best-scored paid one."""
        name = self._settings.savings.baseline
        if name is not None:
            configured = self._named(name)
            return None if configured is None else configured.id
        in_tier = [] if stage is None else stage.order
        for scored in (in_tier, self._market.passing):
            paid = [entry for entry in scored if entry.paid]
            if paid:
                return max(paid, key=lambda entry: (entry.score, entry.model.id)).model.id
        return None

    def _selection(self, pick: _Pick) -> Selection:
        policy, winner = self._policy, pick.winner
        rejected: Mapping[str, Rejection] = {} if policy.mode is Mode.MANUAL else self._market.rejected
        if pick.stage is not None:
            rejected = {**rejected, **pick.stage.dropped}
        in_chain = {winner.model.id, *(link.model.id for link in pick.links)}
        return Selection(
            model=winner.model.id,
            provider=winner.model.provider,
            mode=policy.mode,
            task=policy.task,
            tier=policy.tier,
            strategy=policy.strategy,
            profile=self._profile,
            reason=pick.reason,
            confidence=self._market.scorer.confidence([winner, *pick.links]),
            estimated_cost=winner.cost,
            fallback_chain=tuple(link.model.id for link in pick.links),
            candidates=tuple(scored.candidate() for scored in self._top(pick)),
            rejected=tuple(found for model, found in rejected.items() if model not in in_chain),
            baseline=self._baseline(pick.stage),
        )

    def _top(self, pick: _Pick) -> list[Scored]:
        others = pick.links if pick.stage is None else pick.stage.order
        rest = [scored for scored in others if scored.model.id != pick.winner.model.id]
        return [pick.winner, *rest[: SHOWN_CANDIDATES - 1]]


def _rank(scored: Scored) -> tuple[int, float]:
    return scored.part, -scored.score


def _cannot(model: Model, found: Rejection) -> NothingSelectableError:
    return NothingSelectableError(
        f"{model.id} cannot be used: {found.reason}.", explain.hint_for(found), rejections={found.group.value: 1}
    )
