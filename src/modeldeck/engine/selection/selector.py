"""From a policy and a profile to a model, a chain behind it, and the reason why."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from random import Random

from modeldeck.domain.errors import NothingSelectableError
from modeldeck.domain.model import Model
from modeldeck.domain.profile import Profile
from modeldeck.domain.record import record
from modeldeck.domain.selection import Rejection, Rejections, Selection
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import Mode, Policy, Strategy
from modeldeck.engine.selection import explain
from modeldeck.engine.selection.blocked import better_but_out
from modeldeck.engine.selection.constraints import Named, rejection
from modeldeck.engine.selection.exploring import explored
from modeldeck.engine.selection.fallbacks import Fallbacks
from modeldeck.engine.selection.ranking import Ranking
from modeldeck.engine.selection.refusals import DroppedModels, Refusals
from modeldeck.engine.selection.scoring import Scored
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.selection.strategies import StrategyError
from modeldeck.engine.selection.tiers import Market, Stage, open_market, stages

_log = logging.getLogger(__name__)

SHOWN_CANDIDATES = 5
NEARLY_EQUAL = 0.03
"""Scores this close count as equal when models are busy: of two drawn ones the less busy is taken."""


def select(
    policy: Policy,
    profile: Profile,
    situation: Situation,
    settings: Settings,
    rng: Random,
    pinned: Model | None = None,
    preferred: Model | None = None,
    *,
    explore: bool = False,
) -> Selection:
    """Choose a model. Pure: the same inputs and the same state of `rng` give the same answer; `elapsed_ms` stays 0.

    A script's strategy that fails is replaced by the balanced one, and the reason says so.

    Args:
        policy: what holds for the request.
        profile: what the prompt needs.
        situation: the world as it is now.
        settings: tiers, floors, fallback rules, last resort, savings baseline.
        rng: drawn from only while several near-equal models are in use, and to explore.
        pinned: the model of manual mode.
        preferred: the model of hybrid mode; without one hybrid works like auto.
        explore: mode auto may try another candidate, as often as the settings say.

    Raises:
        NothingSelectableError: no model passes, or the pinned one does not; the message names the reasons.
    """
    try:
        return _Search(policy, profile, situation, settings, rng, explore).by_mode(pinned, preferred)
    except StrategyError as error:
        _log.warning("%s; the balanced strategy takes its place", error)
        failed = str(error)
    policy = replace(policy, strategy=Strategy.BALANCED)
    situation = replace(situation, strategies=situation.strategies.without_scripts())
    chosen = _Search(policy, profile, situation, settings, rng, explore).by_mode(pinned, preferred)
    return replace(chosen, reason=explain.noted(chosen.reason, [f"{failed}, so balanced"]))


@record
class _Pick:
    """The chosen model with its place in the market; `stage` None when the market was not what chose it."""

    winner: Scored
    stage: Stage | None
    reason: str
    links: Sequence[Scored]


class _Search:
    """One selection in the making."""

    def __init__(
        self,
        policy: Policy,
        profile: Profile,
        situation: Situation,
        settings: Settings,
        rng: Random,
        explore: bool,
    ) -> None:
        self._policy = policy
        self._profile = profile
        self._situation = situation
        self._settings = settings
        self._rng = rng
        self._explore = explore
        self._made: list[Stage] = []

    def by_mode(self, pinned: Model | None, preferred: Model | None) -> Selection:
        """The selection of the policy's mode."""
        if self._policy.mode is Mode.MANUAL:
            return self.manual(pinned)
        if self._policy.mode is Mode.HYBRID and preferred is not None:
            return self.hybrid(preferred)
        return self.automatic()

    @cached_property
    def _market(self) -> Market:
        """The catalog before this request."""
        bonus = self._settings.selection.favourite_bonus
        return open_market(self._policy, self._profile, self._situation, bonus)

    @cached_property
    def _fallbacks(self) -> Fallbacks:
        return Fallbacks(
            self._policy, self._profile, self._situation, self._settings, self._market, stages=self._stages
        )

    @cached_property
    def _unmade(self) -> Iterator[Stage]:
        return stages(self._policy, self._profile, self._settings, self._situation, self._market)

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
            links = self._fallbacks.behind(winner) if self._policy.fallback_mode == "auto" else []
            usable = "usable" if preferred.listed else "tried, although no list holds it"
            return self._selection(_Pick(winner, None, f"hybrid: {preferred.id} is preferred and {usable}.", links))
        if self._policy.fallback_mode == "none":
            raise _cannot(preferred, found)
        return self.automatic(f"hybrid: the preferred {preferred.id} is out ({found.reason}), so auto: ")

    def automatic(self, prefix: str = "") -> Selection:
        """The best of the first stage that holds a candidate; `prefix` begins the reason."""
        for stage in self._stages():
            if stage.order:
                return self._selection(self._pick(stage, prefix))
        last = self._fallbacks.last_resort()
        if last is not None:
            reason = f"{prefix}{last.model.id} is the last resort, since nothing else can be used."
            return self._selection(_Pick(last, None, reason, ()))
        message, hint, counts = explain.nothing_left(self._market.sieve.refusals.values())
        raise NothingSelectableError(message, hint, rejections=counts)

    def _pick(self, stage: Stage, prefix: str) -> _Pick:
        if isinstance(stage.order, list):
            winner, reason = stage.order[0], explain.own_list(self._policy, self._profile, stage.order[0])
            return _Pick(winner, stage, prefix + reason, self._fallbacks.behind(winner))
        best, *next_best = stage.order.best(2)
        drawn = explored(stage.order, best, self._market.scorer, self._rng) if self._explores() else None
        winner = drawn or self._balanced(best, stage.order)
        rivals = stage.order.size(winner.part)
        blocked = better_but_out(winner, stage, self._market, self._situation)
        grounds = explain.Grounds(
            policy=self._policy,
            profile=self._profile,
            stage=stage,
            winner=winner,
            rivals=rivals,
            aside=len(stage.order) - rivals,
            runner_up=best if winner is not best else next(iter(next_best), None),
            weights=None if self._market.scorer.own else self._market.scorer.weights,
            blocked=blocked,
            balanced=drawn is None and winner is not best,
            explored=drawn is not None,
        )
        return _Pick(winner, stage, prefix + explain.automatic(grounds), self._fallbacks.behind(winner))

    def _explores(self) -> bool:
        """Whether this is one of the automatic choices that try another candidate."""
        share = self._settings.selection.exploration
        return self._explore and self._policy.mode is Mode.AUTO and share > 0 and self._rng.random() < share

    def _balanced(self, best: Scored, order: Ranking) -> Scored:
        """Power of two choices among near-equals, once one of them is busy; otherwise simply the best."""
        load = self._situation.in_flight
        if not load:
            return best
        equals = order.near(best, NEARLY_EQUAL)
        if len(equals) < 2 or not any(load.get(scored.model.id) for scored in equals):
            return best
        drawn = self._rng.sample(equals, 2)
        return min(drawn, key=lambda scored: (load.get(scored.model.id, 0), -scored.score, scored.model.id))

    def _check(self, model: Model, named: Named) -> Rejection | None:
        return rejection(model, self._policy, self._profile, self._situation, named)

    def _score(self, model: Model) -> Scored:
        return self._market.scored(model)

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
            configured = self._situation.find(name)
            return None if configured is None else configured.id
        in_tier = None if stage is None else _best_paid(stage)
        return in_tier or self._market.ranking.best_paid()

    def _selection(self, pick: _Pick) -> Selection:
        policy, winner = self._policy, pick.winner
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
            rejected=self._rejections(pick),
            baseline=self._baseline(pick.stage),
        )

    def _rejections(self, pick: _Pick) -> Sequence[Rejection]:
        """Everything that was dropped and is not in the chain; in manual mode nothing else was considered."""
        if self._policy.mode is Mode.MANUAL:
            return ()
        refusals: list[Refusals] = [self._market.sieve.refusals]
        if pick.stage is not None:
            refusals.append(pick.stage.dropped)
        columns = self._market.board.columns
        in_chain = {pick.winner.model.id, *(link.model.id for link in pick.links)}
        return Rejections(lambda: DroppedModels(columns, refusals, besides=in_chain))

    def _top(self, pick: _Pick) -> list[Scored]:
        others: Sequence[Scored] = pick.links
        if pick.stage is not None:
            order = pick.stage.order
            others = order if isinstance(order, list) else order.best(SHOWN_CANDIDATES)
        rest = [scored for scored in others if scored.model.id != pick.winner.model.id]
        return [pick.winner, *rest[: SHOWN_CANDIDATES - 1]]


def _best_paid(stage: Stage) -> str | None:
    """The best-scored model of a stage that costs money, the last by id of equals."""
    if not isinstance(stage.order, list):
        return stage.order.best_paid()
    paid = [scored for scored in stage.order if scored.paid]
    return max(paid, key=lambda scored: (scored.score, scored.model.id)).model.id if paid else None


def _cannot(model: Model, found: Rejection) -> NothingSelectableError:
    return NothingSelectableError(
        f"{model.id} cannot be used: {found.reason}.", explain.hint_for(found), rejections={found.group.value: 1}
    )
