from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_json import any_json
from fake_wire import NOW, sample
from modeldeck.domain.model import Capability, Kind, Model, Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride, Pricing
from modeldeck.providers.openrouter.listing import read_openrouter_models
from modeldeck.providers.wire.values import parse_json


def read(payload: Any) -> dict[str, Model]:
    models = read_openrouter_models(payload, provider="openrouter", at=NOW)
    assert models is not None
    return {model.native_id: model for model in models}


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return read(parse_json(sample("openrouter-models.json")))


def test_every_fact_of_a_full_entry(models: dict[str, Model]) -> None:
    assert models["acme/grand-1"] == Model(
        id="openrouter/acme/grand-1",
        provider="openrouter",
        native_id="acme/grand-1",
        name="Acme: Grand 1",
        origin=Origin("provider", NOW),
        pricing=Pricing(
            input=Decimal("0.000003"),
            output=Decimal("0.000015"),
            origin=PriceOrigin.PROVIDER,
            image=Decimal("0.0048"),
            cache_read=Decimal("0.0000003"),
            cache_write=Decimal("0.00000375"),
            reasoning=None,
            overrides=(
                PriceOverride(min_input_tokens=128000, input=Decimal("0.000006")),
                PriceOverride(utc_start=990, utc_end=30, output=Decimal("0.0000075")),
            ),
        ),
        context=200000,
        max_output=64000,
        capabilities=frozenset(
            {
                Capability.CHAT,
                Capability.STREAMING,
                Capability.TOOLS,
                Capability.JSON,
                Capability.REASONING,
                Capability.VISION,
                Capability.LONG_CONTEXT,
            }
        ),
        created=date(2026, 7, 31),
        expires=date(2026, 10, 1),
        description="A made-up model.\nSecond line.",
        canonical="acme/grand-1-20260801",
        supported_parameters=frozenset({"tools", "structured_outputs", "include_reasoning", "max_tokens"}),
        inputs_stated=True,
    )


def test_a_free_model(models: dict[str, Model]) -> None:
    model = models["acme/tiny-coder:free"]
    assert (model.kind, model.declared_free) == (Kind.FREE, True)
    assert {Capability.CODE, Capability.JSON, Capability.AUDIO} <= model.capabilities
    assert Capability.LONG_CONTEXT not in model.capabilities
    assert model.expires is None


def test_what_is_hidden(models: dict[str, Model]) -> None:
    assert not {"acme/tiny-coder:batch", "acme/painter", "bad\x1b[2Jid"} & set(models)
    assert models["acme/grand-1"].name == "Acme: Grand 1"


def test_media_previews_are_not_free(models: dict[str, Model]) -> None:
    songs = models["acme/songs-preview"]
    assert (songs.free, songs.pricing, songs.text_output) == (False, None, False)


def test_routers_and_aliases(models: dict[str, Model]) -> None:
    auto, free, alias = models["openrouter/auto"], models["openrouter/free"], models["~acme/grand-latest"]
    assert (auto.router, auto.pricing, auto.free, auto.supported_parameters) == (True, None, False, None)
    assert (free.router, free.free, free.declared_free) == (True, True, True)
    assert alias.router is False
    assert alias.pricing is not None


def test_who_logs_prompts(models: dict[str, Model]) -> None:
    logs = {name for name, model in models.items() if model.logs_prompts}
    assert logs == {"openrouter/comet-alpha", "acme/promo"}


def test_a_fee_per_request_is_not_free(models: dict[str, Model]) -> None:
    assert models["acme/search"].kind is Kind.PAID


@pytest.mark.parametrize("name", ["odd/empty", "odd/null", "odd/none", "odd/huge", "odd/types"])
def test_an_odd_price_is_unknown(models: dict[str, Model], name: str) -> None:
    assert models[name].pricing is None
    assert models[name].kind is Kind.PAID


def test_small_prices_are_exact(models: dict[str, Model]) -> None:
    pricing = models["acme/promo-paid"].pricing
    assert pricing is not None
    assert (pricing.input, pricing.output) == (Decimal("0.0000001"), Decimal("0.0000001"))


def test_odd_names_and_contexts(models: dict[str, Model]) -> None:
    assert models["odd/name"].name == "[red]Bad [31m name"
    assert models["odd/name"].context == 8192
    assert models["odd/types"].name == "odd/types"
    assert models["odd/types"].context is None


def test_lists_before_2025(models: dict[str, Model]) -> None:
    old = models["old/style"]
    assert Capability.VISION in old.capabilities
    assert (old.context, old.supported_parameters, old.canonical) == (4096, None, None)


@pytest.mark.parametrize("payload", [None, {}, {"data": 1}, "text", {"error": {"message": "x"}}])
def test_what_is_no_list(payload: Any) -> None:
    assert read_openrouter_models(payload, provider="openrouter", at=NOW) is None


FIELDS = ["name", "created", "context_length", "architecture", "pricing", "top_provider", "expiration_date"]


@given(st.dictionaries(st.sampled_from([*FIELDS, "description", "supported_parameters", "canonical_slug"]), any_json()))
def test_no_entry_breaks_the_list(entry: dict[str, Any]) -> None:
    found = read({"data": [{**entry, "id": "a/b", "architecture": {}}, {"id": "c/d"}]})
    assert set(found) == {"a/b", "c/d"}
