"""What a selection may look at besides the request: the world as it is now."""

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime
from decimal import Decimal

from modeldeck.domain.hardware import Hardware
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.record import record
from modeldeck.domain.settings import UnknownPrice
from modeldeck.engine.catalog.facts import FAST_TOKENS_PER_SECOND
from modeldeck.engine.selection.quality import QualityTable
from modeldeck.engine.selection.strategies import SHIPPED, Strategies
from modeldeck.ports import Experience

QUOTA = "quota"
"""How the reason of a used-up rate limit begins, in `Situation.excluded`."""

MEASURED_CALLS = 3
"""Calls from which an own measurement counts more than what a list declares."""


@record(kw_only=True)
class Situation:
    """Everything that a selection may look at besides the request itself.

    Attributes:
        models: the catalog as it is shown.
        quality: the quality prior of these models.
        now: the wall clock (UTC); prices may depend on it.
        usable: provider name -> whether it can be called; False is a missing key, absent a provider not enabled.
        cut_off: providers elsewhere, while the network is switched off.
        free_only: providers of which only models that cost nothing may be used, whoever names another.
        excluded: scope (model id, provider, or `provider:free`) -> a finished sentence (`cooldown 43 s`).
        experience: what happened so far, by model id, over all tasks.
        task_experience: the same for the task of this request alone.
        in_flight: attempts running now, by model id.
        hardware: the last reading of the machine; only `fits_hardware` needs it.
        limit_left: USD left under the tightest hard budget; None without a budget.
        unknown_price: what to do with unknown prices under a budget; `ask` counts as deny until somebody has asked.
        stale: providers whose last refresh failed.
        named: what the names in the settings (tier lists, last resort, baseline) resolve to.
        strategies: what each strategy makes of the terms.
        loaded: local models in memory now, by id; only a limit of loaded models needs them.
        local_full: why no local model may be asked now (`1 of 1 local models busy`); None when they may.
        loaded_full: why only loaded local models may be asked (`2 of 2 local models loaded`); None when all may.
    """

    models: tuple[Model, ...]
    quality: QualityTable
    now: datetime
    usable: Mapping[str, bool] = field(default_factory=dict)
    cut_off: Collection[str] = frozenset()
    free_only: Collection[str] = frozenset()
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
    strategies: Strategies = SHIPPED
    loaded: Collection[str] = frozenset()
    local_full: str | None = None
    loaded_full: str | None = None

    def find(self, name: str) -> Model | None:
        """The model that a name of the settings means; None when nobody lists it."""
        return self.named.get(name) or next((model for model in self.models if model.id == name), None)


def measured(experience: Experience | None) -> Experience | None:
    """Own measurements of a model, when there are enough calls to trust them."""
    return experience if experience is not None and experience.calls >= MEASURED_CALLS else None


def is_fast(model: Model, situation: Situation) -> bool:
    """Whether a model is fast: by own measurement when there is one, else by the catalog's FAST."""
    own = measured(situation.experience.get(model.id))
    if own is not None and own.tokens_per_second is not None:
        return own.tokens_per_second >= FAST_TOKENS_PER_SECOND
    return Capability.FAST in model.capabilities
