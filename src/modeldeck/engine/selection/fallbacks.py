"""What is tried after the chosen model, by `[fallback]` and the last resort of `[selection]`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from modeldeck.domain.profile import Profile
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import Policy
from modeldeck.engine.selection.chain import ChainRules, Linkable, build_chain
from modeldeck.engine.selection.constraints import Named, rejection
from modeldeck.engine.selection.scoring import Scored
from modeldeck.engine.selection.situation import QUOTA, Situation
from modeldeck.engine.selection.tiers import Market, Stage, stages


class Fallbacks:
    """The models behind the chosen one.

    Args:
        policy: what holds for the request.
        profile: what the prompt needs.
        situation: the world as it is now.
        settings: the rules.
        market: the catalog before this request.
        stages: the stages of the market as the request's own strategy orders them.
    """

    def __init__(
        self,
        policy: Policy,
        profile: Profile,
        situation: Situation,
        settings: Settings,
        market: Market,
        stages: Callable[[], Iterator[Stage]],
    ) -> None:
        self._policy = policy
        self._profile = profile
        self._situation = situation
        self._settings = settings
        self._market = market
        self._own_stages = stages

    def behind(self, winner: Scored) -> list[Scored]:
        """The fallback chain; empty when falling back is switched off.

        The last resort stands at its end, and what comes before is cut so that the last attempt gets there.
        """
        if not self._settings.fallback.enabled:
            return []
        rules = ChainRules(self._settings.fallback.prefer_different_provider)
        pools = ((_pool(stage, winner), stage.explicit) for stage in self._stages())
        links = [self._market.scored(link.model) for link in build_chain(winner, pools, rules)]
        last = self.last_resort(used=[winner.model.id])
        if last is None:
            return links
        before = [link for link in links if link.model.id != last.model.id]
        return [*before[: max(0, self._settings.fallback.max_retries - 1)], last]

    def last_resort(self, used: Iterable[str] = ()) -> Scored | None:
        """The configured last resort, which no cooldown stops, when it passes everything else."""
        name = self._settings.selection.last_resort
        model = None if name is None else self._situation.find(name)
        if model is None or model.id in used:
            return None
        quotas = {scope: reason for scope, reason in self._situation.excluded.items() if reason.startswith(QUOTA)}
        anyway = replace(self._situation, excluded=quotas)
        found = rejection(model, self._policy, self._profile, anyway, Named.PREFERRED)
        return self._market.scored(model) if found is None else None

    def _stages(self) -> Iterator[Stage]:
        """The stages in the order of `[fallback] strategy`, where that is another than the request's."""
        strategy = self._settings.fallback.strategy
        if strategy is None or strategy == self._policy.strategy:
            return self._own_stages()
        policy = replace(self._policy, strategy=strategy)
        market = self._market.weighed(policy, self._profile, self._situation, self._settings.selection.favourite_bonus)
        return stages(policy, self._profile, self._settings, self._situation, market)


def _pool(stage: Stage, winner: Scored) -> Sequence[Linkable]:
    return stage.order if isinstance(stage.order, list) else stage.order.pool(winner.model)
