"""Hard constraints: which models a selection may use at all, and the first reason for each that it may not."""

from collections.abc import Callable, Sequence
from enum import Enum, auto

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model
from modeldeck.domain.profile import Profile
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.domain.task import Policy
from modeldeck.engine.limits.limits import EVERYTHING
from modeldeck.engine.machine.fit import fit
from modeldeck.engine.selection.checks import Check, Found, first_found
from modeldeck.engine.selection.columns import Facts
from modeldeck.engine.selection.forecast import expected_cost
from modeldeck.engine.selection.price_limits import PriceLimits
from modeldeck.engine.selection.quality import quality_weights
from modeldeck.engine.selection.situation import QUOTA, Situation, is_fast, measured
from modeldeck.engine.wording import short_count


class Named(Enum):
    """How a model came up: what a person named is refused for fewer reasons."""

    NO = auto()
    """The engine considers it: every constraint holds."""
    LISTED = auto()
    """The person's own list holds it: that no provider lists it is no reason against it."""
    PREFERRED = auto()
    """Hybrid mode: hidden, stale or ended by the list's word is no reason against it."""
    PINNED = auto()
    """Manual mode: nor is a capability that only the prompt seems to need, unless the provider says that no picture
    can go in; under a budget a short answer will do."""


def rejection(
    model: Model, policy: Policy, profile: Profile, situation: Situation, named: Named = Named.NO
) -> Rejection | None:
    """Why a model may not be used for a request, None when it may."""
    return Constraints(policy, profile, situation, named).check(model)


class Constraints:
    """The hard constraints of one request, prepared once and asked for every model or class of models.

    Attributes:
        wanted: the checks that this request needs, in their order; a check looks at nothing of a model but the facts
            named beside it, and at what the situation knows about its id.
        capabilities: what is required of a model.
        prices: what the request may cost.
    """

    def __init__(self, policy: Policy, profile: Profile, situation: Situation, named: Named = Named.NO) -> None:
        self._criteria = policy.criteria
        self._profile = profile
        self._situation = situation
        self._pinned = named is Named.PINNED
        self._named = named in (Named.PREFERRED, Named.PINNED)
        self._only_listed = named is Named.NO
        # A long context is checked by its tokens, which says more than the capability's one threshold.
        needs = frozenset() if self._pinned else profile.needs - {Capability.LONG_CONTEXT}
        self.capabilities = sorted(policy.criteria.required_capabilities | needs)
        self.prices = PriceLimits(policy.criteria, profile, situation, short_answer=self._pinned)
        self._tokens = max(profile.input_tokens + profile.output_tokens, policy.criteria.context_needed or 0)
        self.wanted = self._wanted_checks()

    def check(self, model: Model) -> Rejection | None:
        """The first reason against a model, None when there is none."""
        found = first_found(model, [check for _, check in self.wanted])
        return None if found is None else Rejection(model.id, *found)

    @property
    def least_quality(self) -> float:
        """The least quality that is asked for, 0 when none is."""
        return self._criteria.min_quality or 0.0

    def _wanted_checks(self) -> Sequence[tuple[Facts, Check]]:
        """The checks that this request needs, each with the facts that it looks at, cheap and telling ones first."""
        criteria, situation = self._criteria, self._situation
        checks: list[tuple[bool, Facts, Check]] = [
            (not self._named, Facts.STANDING, self._shown),
            (True, Facts.STANDING, self._reachable),
            (bool(situation.free_only), Facts.STANDING, self._free_where_asked),
            (self._only_listed, Facts.NATURE, _offered),
            (bool(situation.excluded), Facts.STANDING, self._not_excluded),
            (criteria.local_only, Facts.NATURE, _local),
            (criteria.free_only, Facts.FREE, self._costs_nothing),
            (criteria.deny_training, Facts.NATURE, _not_training),
            (criteria.min_safety is not None, Facts.NATURE, self._safe_enough),
            (bool(self.capabilities), Facts.NATURE, self._capable),
            (self._pinned and Capability.VISION in self._profile.needs, Facts.NATURE, _not_known_blind),
            (True, Facts.WINDOW, self._long_enough),
            (self.prices.bounded, Facts.PRICE, self.prices.priced_within),
            (situation.limit_left is not None, Facts.PRICE, self.prices.within_budget),
            (criteria.max_latency_ms is not None, Facts.LATENCY, self._quick_enough),
            (criteria.min_quality is not None, Facts.QUALITY, self._good_enough),
            (_bounds_local(situation), Facts.MEMORY, self._has_room),
            (criteria.fits_hardware, Facts.MEMORY, self._fits),
        ]
        return [(facts, check) for wanted, facts, check in checks if wanted]

    def _shown(self, model: Model) -> Found:
        if model.hidden or model.id in self._situation.hidden:
            return RejectionGroup.HIDDEN, "hidden"
        if not model.text_output:
            return RejectionGroup.CAPABILITY, "no text output"
        if model.expires is not None and model.expires < self._situation.now.date():
            return RejectionGroup.STALE, f"ended on {model.expires.isoformat()}"
        if model.local and model.provider in self._situation.stale:
            return RejectionGroup.STALE, f"{model.provider} does not answer"
        return None

    def _reachable(self, model: Model) -> Found:
        usable = self._situation.usable.get(model.provider)
        if usable is None:
            return RejectionGroup.DISABLED, f"provider {model.provider} is not enabled"
        if not usable:
            return RejectionGroup.NO_KEY, "no key"
        cut_off = model.provider in self._situation.cut_off
        return (RejectionGroup.DISABLED, "the network is switched off") if cut_off else None

    def _free_where_asked(self, model: Model) -> Found:
        if model.costs_nothing or model.provider not in self._situation.free_only:
            return None
        return RejectionGroup.NOT_FREE, f"not known to be free, and {model.provider} is set to free_only"

    def _not_excluded(self, model: Model) -> Found:
        excluded = self._situation.excluded
        sentence = excluded.get(model.id) or excluded.get(model.provider)
        if sentence is None and model.declared_free:
            sentence = excluded.get(f"{model.provider}:free")
        sentence = sentence or excluded.get(EVERYTHING)
        if sentence is None:
            return None
        return RejectionGroup.QUOTA if sentence.startswith(QUOTA) else RejectionGroup.COOLDOWN, sentence

    def _costs_nothing(self, model: Model) -> Found:
        if model.costs_nothing and not expected_cost(model, self._profile, self._situation.now):
            return None
        return RejectionGroup.NOT_FREE, "not free" if model.pricing is not None else "price unknown, so not free"

    def _capable(self, model: Model) -> Found:
        if not model.listed:
            return None  # nobody lists what it can do, so that only the attempt can tell
        for capability in self.capabilities:
            if not self._has(model, capability):
                return RejectionGroup.CAPABILITY, f"no {capability.value}"
        return None

    def _has(self, model: Model, capability: Capability) -> bool:
        if capability is Capability.FAST:
            return is_fast(model, self._situation)
        if capability is Capability.LONG_CONTEXT and model.context is not None:
            return model.context >= LONG_CONTEXT_TOKENS
        return capability in model.capabilities

    def _long_enough(self, model: Model) -> Found:
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

    def _quick_enough(self, model: Model) -> Found:
        """An unknown latency passes: it can only become known by trying."""
        known = measured(self._situation.experience.get(model.id))
        latency = model.latency_ms if known is None or known.latency_ms is None else known.latency_ms
        limit = self._criteria.max_latency_ms
        if latency is None or limit is None or latency <= limit:
            return None
        return RejectionGroup.LATENCY, f"latency {latency:.0f} ms > {limit:.0f} ms"

    def _good_enough(self, model: Model) -> Found:
        least = self._criteria.min_quality
        if least is None:
            return None
        quality = self._situation.quality.expected(model, quality_weights(self._profile))
        return None if quality >= least else below_floor(least)(quality)

    def _safe_enough(self, model: Model) -> Found:
        least = self._criteria.min_safety
        if least is None or (model.safety is not None and model.safety >= least):
            return None
        known = "unknown" if model.safety is None else f"{model.safety:.2f}"
        return RejectionGroup.SAFETY, f"safety {known} < {least:.2f}"

    def _has_room(self, model: Model) -> Found:
        situation = self._situation
        if not model.local:
            return None
        if situation.local_full is not None:
            return RejectionGroup.BUSY, situation.local_full
        if situation.loaded_full is not None and model.id not in situation.loaded:
            return RejectionGroup.BUSY, situation.loaded_full
        return None

    def _fits(self, model: Model) -> Found:
        if not model.local:
            return None
        if self._situation.hardware is None:
            return RejectionGroup.HARDWARE, "fit unknown: the hardware is not read"
        found = fit(model, self._situation.hardware)
        if found.fits:
            return None
        unsure = "fit unknown" if found.fits is None else "does not fit"
        return RejectionGroup.HARDWARE, f"{unsure}: {found.note}"


def below_floor(floor: float) -> Callable[[float], tuple[RejectionGroup, str]]:
    """What says of a quality below the floor `quality 0.41 < 0.60`; of one floor it is said of hundreds of models."""
    group, asked = RejectionGroup.QUALITY, f"{floor:.2f}"

    def tell(quality: float) -> tuple[RejectionGroup, str]:
        has = f"{quality:.2f}"
        if has == asked:
            return group, f"quality {quality:.4f} < {floor:.4f}"
        return group, f"quality {has} < {asked}"

    return tell


def _bounds_local(situation: Situation) -> bool:
    return situation.local_full is not None or situation.loaded_full is not None


def _offered(model: Model) -> Found:
    """What only price tables know may have ended long ago: nobody but the person chooses it."""
    return None if model.listed else (RejectionGroup.STALE, "nobody lists it")


def _not_known_blind(model: Model) -> Found:
    """Most lists do not say what goes in: then only the attempt can tell."""
    blind = model.inputs_stated and Capability.VISION not in model.capabilities
    return (RejectionGroup.CAPABILITY, f"no {Capability.VISION.value}") if blind else None


def _local(model: Model) -> Found:
    return None if model.local else (RejectionGroup.NOT_LOCAL, "not local")


def _not_training(model: Model) -> Found:
    return (RejectionGroup.TRAINING, "may log or train on prompts") if model.logs_prompts else None
