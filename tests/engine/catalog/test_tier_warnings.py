from typing import Any

import pytest

from fakes import free_model, make_model
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.settings import SelectionSettings, Settings, TierSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Tier
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.tier_warnings import paid_fallback
from modeldeck.ports import CachedListing


def catalog(*models: Any) -> Catalog:
    made = Catalog()
    made.update({"cloud": CachedListing("cloud", models, None)})
    return made


def loaded(tier: TierSettings | None, *, name: Tier = Tier.FALLBACK, free_first: bool = True) -> LoadedSettings:
    tiers = {} if tier is None else {name: tier}
    settings = Settings(tiers=tiers, selection=SelectionSettings(free_first=free_first))
    origins = {"tiers.fallback.paid": "environment MODEL_FALLBACK"}
    return LoadedSettings(settings=settings, state=DeckState(), tasks=(), origins=origins)


PAID_ONLY = TierSettings(paid=("cloud/dear",))
MARKET = catalog(make_model("cloud/dear"), free_model("cloud/gratis:free"))


def test_a_paid_list_for_most_tasks_is_spoken_of_with_its_source() -> None:
    told = paid_fallback(loaded(PAID_ONLY), MARKET)
    assert told is not None
    assert told.startswith("MODEL_FALLBACK names no free model")
    assert "MODEL_FREE_FALLBACK_1" in told


@pytest.mark.parametrize(
    "settings",
    [
        loaded(None),
        loaded(TierSettings(free=("cloud/gratis:free",), paid=("cloud/dear",))),
        loaded(PAID_ONLY, name=Tier.PREMIUM),
        loaded(PAID_ONLY, free_first=False),
    ],
    ids=["no list", "free models in front", "another tier", "free first is off"],
)
def test_what_is_meant_so_is_not_spoken_of(settings: LoadedSettings) -> None:
    assert paid_fallback(settings, MARKET) is None


def test_where_nothing_is_free_nothing_is_passed_over() -> None:
    assert paid_fallback(loaded(PAID_ONLY), catalog(make_model("cloud/dear"))) is None
