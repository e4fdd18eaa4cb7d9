from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.providers.demo.listing import listing
from modeldeck.providers.demo.models import BY_ID, MODELS, ROUTER_CHOICE
from modeldeck.providers.openrouter.listing import read_openrouter_models

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def models() -> dict[str, Model]:
    found = read_openrouter_models(listing(NOW), provider="demo", at=NOW)
    assert found is not None
    return {model.native_id: model for model in found}


def test_every_model_is_read_by_the_openrouter_reader(models: dict[str, Model]) -> None:
    assert len(models) == len(MODELS) == len(BY_ID)
    assert len(models) >= 40


def test_kinds_and_prices_are_as_the_table_says(models: dict[str, Model]) -> None:
    for native_id, model in models.items():
        assert model.pricing == BY_ID[native_id].pricing
        assert not native_id.endswith(":free") or model.declared_free


def test_the_price_range_is_wide(models: dict[str, Model]) -> None:
    per_million = [
        model.pricing.output * 10**6 for model in models.values() if model.pricing and model.kind is Kind.PAID
    ]
    assert min(per_million) < Decimal("0.1")
    assert max(per_million) == 60


def test_a_price_may_be_zero_without_the_name_saying_so(models: dict[str, Model]) -> None:
    preview = models["nimbus/cloudbreak-alpha"]
    assert preview.free
    assert not preview.declared_free
    assert preview.logs_prompts


def test_the_router_has_no_price(models: dict[str, Model]) -> None:
    router = models["compass/wayfinder-router"]
    assert router.router
    assert router.pricing is None
    assert BY_ID[ROUTER_CHOICE].pricing is not None


def test_capabilities_are_listed(models: dict[str, Model]) -> None:
    assert Capability.VISION in models["glimmer/iris-12b-vision"].capabilities
    assert Capability.REASONING in models["ionic/pro"].capabilities
    assert Capability.TOOLS in models["aurora/lantern-70b"].capabilities
    assert Capability.JSON in models["quarry/ledger-30b-json"].capabilities
    assert models["pinion/thimble-7b-4k"].context == 4096


def test_dates_count_from_today(models: dict[str, Model]) -> None:
    assert models["nimbus/cloudbreak-alpha"].created == date(2026, 8, 26)
    assert models["cinder/spark-6b-ending"].expires == date(2026, 9, 10)


def test_odd_names_stay_on_one_line(models: dict[str, Model]) -> None:
    assert "[bold red]" in models["odd/[reverse]markup-13b"].name
    for model in models.values():
        assert model.name.isprintable()
