"""What a request may cost: the criteria's maxima and the budget's remainder, as checks of a model."""

from fractions import Fraction

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import ZERO
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import RejectionGroup
from modeldeck.domain.task import Criteria
from modeldeck.engine.selection.checks import Found
from modeldeck.engine.selection.forecast import call_cost, expected_cost
from modeldeck.engine.selection.situation import Situation
from modeldeck.engine.wording import dollars

LEAST_ANSWER = 256
"""Output tokens below which a call under a hard budget is refused instead of cut short."""


class PriceLimits:
    """Bounds of one request; `short_answer`: under a budget a short answer will do."""

    def __init__(self, criteria: Criteria, profile: Profile, situation: Situation, *, short_answer: bool) -> None:
        self._criteria = criteria
        self._profile = profile
        self._situation = situation
        self._short_answer = short_answer

    @property
    def bounded(self) -> bool:
        """Whether the criteria set any maximum."""
        criteria = self._criteria
        bounds = (criteria.max_cost_usd, criteria.max_cost_per_1k_tokens, criteria.max_cost_per_token)
        return any(bound is not None for bound in bounds)

    @property
    def spending_limit(self) -> Fraction | None:
        """USD up to which a known expected cost is refused by no check; None when nothing bounds it."""
        criteria, profile, left = self._criteria, self._profile, self._situation.limit_left
        limits = [criteria.max_cost_usd, None if left is None else max(left, ZERO)]
        known = [Fraction(limit) for limit in limits if limit is not None]
        if criteria.max_cost_per_1k_tokens is not None:
            tokens = profile.input_tokens + profile.output_tokens
            known.append(Fraction(criteria.max_cost_per_1k_tokens) * tokens / 1000)
        return min(known, default=None)

    @property
    def token_limit(self) -> Fraction | None:
        """USD per token up to which a listed price is refused by no check; None when nothing bounds it."""
        limit = self._criteria.max_cost_per_token
        return None if limit is None else Fraction(limit)

    def priced_within(self, model: Model) -> Found:
        criteria, profile = self._criteria, self._profile
        cost = expected_cost(model, profile, self._situation.now)
        if cost is None:
            return RejectionGroup.PRICE, "price unknown and a maximum is set"
        if criteria.max_cost_usd is not None and cost > criteria.max_cost_usd:
            return RejectionGroup.PRICE, f"costs {dollars(cost)} > {dollars(criteria.max_cost_usd)}"
        tokens = profile.input_tokens + profile.output_tokens
        per_1k = criteria.max_cost_per_1k_tokens
        if per_1k is not None and cost * 1000 > per_1k * tokens:
            return RejectionGroup.PRICE, f"costs {dollars(cost * 1000 / tokens)} > {dollars(per_1k)} per 1k tokens"
        limit = criteria.max_cost_per_token
        pricing = model.pricing
        if limit is not None and not model.local and pricing is not None:
            dearest = max(pricing.input, pricing.output)
            if dearest > limit:
                return RejectionGroup.PRICE, f"listed at {dollars(dearest)} > {dollars(limit)} per token"
        return None

    def within_budget(self, model: Model) -> Found:
        output = self._profile.output_tokens
        cost = call_cost(
            model,
            self._profile.input_tokens,
            min(output, LEAST_ANSWER) if self._short_answer else output,
            self._situation.now,
        )
        left = self._situation.limit_left
        if cost is None:
            denied = self._situation.unknown_price != "allow"
            return (RejectionGroup.PRICE, "price unknown and a budget is set") if denied else None
        if left is not None and cost > max(left, ZERO):
            return RejectionGroup.BUDGET, f"over budget: {dollars(cost)} needed, {dollars(max(left, ZERO))} left"
        return None
