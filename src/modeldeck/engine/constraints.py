"""Hard constraints: which models a selection may use at all, and the first reason for each that it may not."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, auto

from modeldeck.domain.hardware import Hardware
from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model
from modeldeck.domain.pricing import ZERO
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.settings import UnknownPrice
from modeldeck.domain.task import Criteria, Policy
from modeldeck.domain.usage import Usage
from modeldeck.engine.accounting import cost_of
from modeldeck.engine.facts import FAST_TOKENS_PER_SECOND
from modeldeck.engine.fit import fit
from modeldeck.engine.quality import QualityTable, quality_weights
from modeldeck.engine.wording import dollars, short_count
from modeldeck.ports import Experience

LEAST_ANSWER = 256
"""Output tokens below which a call under a hard budget is refused instead of cut short."""
MEASURED_CALLS = 3
"""Calls from which an own measurement counts more than what a list declares."""


class Named(Enum):
    """How a model came up: what a person named is refused for fewer reasons."""

    NO = auto()
    """The engine considers it: every constraint holds."""
    PREFERRED = auto()
    """Hybrid mode: hidden, stale or ended by the list's word is no reason against it."""
    PINNED = auto()
    """Manual mode: nor is a capability that only the prompt seems to need; under a budget a short answer will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that a selection may look at besides the request itself.

    Attributes:
        models: the catalog as it is shown.
        quality: the quality prior of these models.
        now: the wall clock (UTC); prices may depend on it.
        usable: provider name -> whether it can be called; False is a missing key, absent a provider not enabled.
        excluded: scope (model id, provider, or `provider:free`) -> a finished sentence (`cooldown 43 s`).
        experience: what happened so far, by model id, over all tasks.
        task_experience: the same for the task of this request alone.
        in_flight: attempts running now, by model id.
        hardware: the last reading of the machine; only `fits_hardware` needs it.
        limit_left: USD left under the tightest hard budget; None without a budget.
        unknown_price: what to do with unknown prices under a budget; `ask` counts as deny until somebody has asked.
        stale: providers whose last refresh failed.
        named: what the names in the settings (tier lists, last resort, baseline) resolve to.
    """

    models: tuple[Model, ...]
    quality: QualityTable
    now: datetime
    usable: Mapping[str, bool] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    experience: Mapping[str, Experience] = field(default_factory=dict)
    task_experience: Mapping[str, Experience] = field(default_factory=dict)
    in_flight: Mapping[str, int] = field(default_factory=dict)
    favourites: Collection[str] = frozenset()
    hidden: Collection[str] = frozenset()
    hardware: Hardware | None = None
    limit_left: Decimal | None = None
    unknown_price: UnknownPrice = "deny"
    stale: Collection[str] = frozenset()
    named: Mapping[str, Model] = field(default_factory=dict)


def expected_cost(model: Model, profile: Profile, now: datetime) -> Decimal | None:
    """USD that the prompt will probably cost at this model; None when its price is unknown."""
    return _cost(model, profile.input_tokens, profile.output_tokens, now)


def measured(experience: Experience | None) -> Experience | None:
    """Own measurements of a model, when there are enough calls to trust them."""
    return experience if experience is not None and experience.calls >= MEASURED_CALLS else None


def is_fast(model: Model, situation: Situation) -> bool:
    """Whether a model is fast: by own measurement when there is one, else by the catalog's FAST."""
    own = measured(situation.experience.get(model.id))
    if own is not None and own.tokens_per_second is not None:
        return own.tokens_per_second >= FAST_TOKENS_PER_SECOND
    return Capability.FAST in model.capabilities


def rejection(
    model: Model, policy: Policy, profile: Profile, situation: Situation, named: Named = Named.NO
) -> Rejection | None:
    """Why a model may not be used for a request, None when it may."""
    return Constraints(policy, profile, situation, named).check(model)


class Constraints:
    """The hard constraints of one request, prepared once and asked for every model."""

    def __init__(self, policy: Policy, profile: Profile, situation: Situation, named: Named = Named.NO) -> None:
        self._criteria = policy.criteria
        self._profile = profile
        self._situation = situation
        self._pinned = named is Named.PINNED
        self._named = named is not Named.NO
        # A long context is checked by its tokens, which says more than the capability's one threshold.
        needs = frozenset() if self._pinned else profile.needs - {Capability.LONG_CONTEXT}
        self._capabilities = sorted(policy.criteria.required_capabilities | needs)
        self._tokens = max(profile.input_tokens + profile.output_tokens, policy.criteria.context_needed or 0)
        self._likely = quality_weights(profile)
        self._checks = self._wanted_checks()

    def check(self, model: Model) -> Rejection | None:
        """The first reason against a model, None when there is none."""
        for check in self._checks:
            found = check(model)
            if found is not None:
                return Rejection(model.id, *found)
        return None

    def _wanted_checks(self) -> "tuple[_Check, ...]":
        """The checks that this request needs, cheap and telling ones first."""
        criteria, situation = self._criteria, self._situation
        checks: list[tuple[bool, _Check]] = [
            (not self._named, self._shown),
            (True, self._reachable),
            (bool(situation.excluded), self._not_excluded),
            (criteria.local_only, _local),
            (criteria.free_only, self._costs_nothing),
            (criteria.deny_training, _not_training),
            (bool(self._capabilities), self._capable),
            (True, self._long_enough),
            (_bounds_price(criteria), self._priced_within),
            (situation.limit_left is not None, self._within_budget),
            (criteria.max_latency_ms is not None, self._quick_enough),
            (criteria.min_quality is not None, self._good_enough),
            (criteria.fits_hardware, self._fits),
        ]
        return tuple(check for wanted, check in checks if wanted)

    def _shown(self, model: Model) -> "_Found":
        if model.hidden or model.id in self._situation.hidden:
            return RejectionGroup.HIDDEN, "hidden"
        if not model.text_output:
            return RejectionGroup.CAPABILITY, "no text output"
        if model.expires is not None and model.expires < self._situation.now.date():
            return RejectionGroup.STALE, f"ended on {model.expires.isoformat()}"
        if model.local and model.provider in self._situation.stale:
            return RejectionGroup.STALE, f"{model.provider} does not answer"
        return None

    def _reachable(self, model: Model) -> "_Found":
        usable = self._situation.usable.get(model.provider)
        if usable is None:
            return RejectionGroup.DISABLED, f"provider {model.provider} is not enabled"
        return None if usable else (RejectionGroup.NO_KEY, "no key")

    def _not_excluded(self, model: Model) -> "_Found":
        excluded = self._situation.excluded
        sentence = excluded.get(model.id) or excluded.get(model.provider)
        if sentence is None and model.declared_free:
            sentence = excluded.get(f"{model.provider}:free")
        if sentence is None:
            return None
        return RejectionGroup.QUOTA if sentence.startswith("quota") else RejectionGroup.COOLDOWN, sentence

    def _costs_nothing(self, model: Model) -> "_Found":
        if model.costs_nothing and not expected_cost(model, self._profile, self._situation.now):
            return None
        return RejectionGroup.NOT_FREE, "not free" if model.pricing is not None else "price unknown, so not free"

    def _capable(self, model: Model) -> "_Found":
        if not model.listed:
            return None  # nobody lists what it can do, so that only the attempt can tell
        for capability in self._capabilities:
            if not self._has(model, capability):
                return RejectionGroup.CAPABILITY, f"no {capability.value}"
        return None

    def _has(self, model: Model, capability: Capability) -> bool:
        if capability is Capability.FAST:
            return is_fast(model, self._situation)
        if capability is Capability.LONG_CONTEXT and model.context is not None:
            return model.context >= LONG_CONTEXT_TOKENS
        return capability in model.capabilities

    def _long_enough(self, model: Model) -> "_Found":
        if model.context is None:
            # Every current model takes a short prompt; for a long one an unknown window is a gamble.
            if model.listed and Capability.LONG_CONTEXT in self._profile.needs and not self._named:
                return RejectionGroup.CONTEXT, f"context unknown, {short_count(self._tokens)} needed"
            return None
        if model.context >= self._tokens:
            return None
        has, needs = short_count(model.context), short_count(self._tokens)
        if has == needs:
            has, needs = str(model.context), str(self._tokens)
        return RejectionGroup.CONTEXT, f"context {has} < {needs}"

    def _priced_within(self, model: Model) -> "_Found":
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

    def _within_budget(self, model: Model) -> "_Found":
        output = self._profile.output_tokens
        cost = _cost(
            model,
            self._profile.input_tokens,
            min(output, LEAST_ANSWER) if self._pinned else output,
            self._situation.now,
        )
        left = self._situation.limit_left
        if cost is None:
            denied = self._situation.unknown_price != "allow"
            return (RejectionGroup.PRICE, "price unknown and a budget is set") if denied else None
        if left is not None and cost > max(left, ZERO):
            return RejectionGroup.BUDGET, f"over budget: {dollars(cost)} needed, {dollars(max(left, ZERO))} left"
        return None

    def _quick_enough(self, model: Model) -> "_Found":
        """An unknown latency passes: it can only become known by trying."""
        known = measured(self._situation.experience.get(model.id))
        latency = model.latency_ms if known is None or known.latency_ms is None else known.latency_ms
        limit = self._criteria.max_latency_ms
        if latency is None or limit is None or latency <= limit:
            return None
        return RejectionGroup.LATENCY, f"latency {latency:.0f} ms > {limit:.0f} ms"

    def _good_enough(self, model: Model) -> "_Found":
        least = self._criteria.min_quality
        if least is None:
            return None
        return below_floor(self._situation.quality.expected(model, self._likely), least)

    def _fits(self, model: Model) -> "_Found":
        if not model.local:
            return None
        if self._situation.hardware is None:
            return RejectionGroup.HARDWARE, "fit unknown: the hardware is not read"
        found = fit(model, self._situation.hardware)
        if found.fits:
            return None
        unsure = "fit unknown" if found.fits is None else "does not fit"
        return RejectionGroup.HARDWARE, f"{unsure}: {found.note}"


_Found = tuple[RejectionGroup, str] | None
_Check = Callable[[Model], _Found]


def below_floor(quality: float, floor: float) -> _Found:
    """The rejection of a quality below the floor, `quality 0.41 < 0.60`."""
    return None if quality >= floor else (RejectionGroup.QUALITY, f"quality {quality:.2f} < {floor:.2f}")


def _bounds_price(criteria: Criteria) -> bool:
    bounds = (criteria.max_cost_usd, criteria.max_cost_per_1k_tokens, criteria.max_cost_per_token)
    return any(bound is not None for bound in bounds)


def _local(model: Model) -> _Found:
    return None if model.local else (RejectionGroup.NOT_LOCAL, "not local")


def _not_training(model: Model) -> _Found:
    return (RejectionGroup.TRAINING, "may log or train on prompts") if model.logs_prompts else None


def _cost(model: Model, input_tokens: int, output_tokens: int, now: datetime) -> Decimal | None:
    if model.local:
        return ZERO
    pricing = model.pricing
    if pricing is None:
        return None
    if not pricing.overrides:
        # What `cost_of` comes to for plain prices, at a fifth of its time: this is asked for every model.
        return pricing.request + input_tokens * pricing.input + output_tokens * pricing.output
    return cost_of(pricing, Usage(input_tokens=input_tokens, output_tokens=output_tokens), now)
