"""Real lists of OpenRouter, where the recordings are at hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.providers.openrouter.listing import read_openrouter_models
from modeldeck.providers.wire.values import parse_json

# file: ids, ids ending in ":free", zero prices without ":free" that are no media previews, prices of "-1"
OPENROUTER_LISTS = {
    "2024-09-21T02": (178, 15, 3, 1),
    "2025-11-26T00": (342, 41, 1, 1),
    "2025-11-27T00": (330, 28, 1, 1),
    "2026-02-20T00": (337, 26, 4, 2),
    "2026-07-19T12": (344, 20, 1, 5),
    "2026-07-20T00": (338, 14, 1, 5),
    "2026-08-06T12": (340, 14, 1, 5),
    "2026-08-07T01": (400, 14, 1, 5),
    "2026-08-18T12": (412, 15, 1, 5),
}


def load_list(recorded: Path, stamp: str) -> tuple[list[dict[str, Any]], list[Model]]:
    payload = parse_json((recorded / "catalogs" / f"openrouter-models-{stamp}.json").read_bytes())
    models = read_openrouter_models(payload, provider="openrouter", at=NOW)
    assert models is not None
    return payload["data"], models


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_every_recorded_openrouter_list_loads(recorded: Path, stamp: str) -> None:
    ids, free, zero, routed = OPENROUTER_LISTS[stamp]
    entries, models = load_list(recorded, stamp)
    assert len(entries) == ids
    batch = sum(entry["id"].endswith(":batch") for entry in entries)
    assert len(models) == ids - batch
    assert sum(model.native_id.endswith(":free") for model in models if model.free) == free
    assert sum(not model.native_id.endswith(":free") for model in models if model.free) == zero
    assert sum(model.router and model.pricing is None for model in models) == routed
    assert sum(model.kind is Kind.LOCAL for model in models) == 0


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_recorded_prices_are_plausible_and_exact(recorded: Path, stamp: str) -> None:
    entries, models = load_list(recorded, stamp)
    listed = {entry["id"]: entry["pricing"] for entry in entries}
    for model in models:
        if model.pricing is None:
            assert model.router or not model.text_output, model.id
            continue
        assert model.pricing.input == Decimal(listed[model.native_id]["prompt"])
        assert model.pricing.output == Decimal(listed[model.native_id]["completion"])
        assert 0 <= model.pricing.input < Decimal("0.001"), model.id
        assert 0 <= model.pricing.output < Decimal("0.001"), model.id
        assert model.pricing.reasoning is None or model.pricing.reasoning > 0


@pytest.mark.parametrize("stamp", OPENROUTER_LISTS)
def test_recorded_models_have_name_context_and_no_controls(recorded: Path, stamp: str) -> None:
    _, models = load_list(recorded, stamp)
    for model in models:
        assert model.name.isprintable()
        assert model.context is None or model.context > 0
        assert {Capability.CHAT, Capability.STREAMING} <= model.capabilities
        assert (Capability.LONG_CONTEXT in model.capabilities) == ((model.context or 0) >= 128_000)


def test_recorded_overrides_and_expirations_are_kept(recorded: Path) -> None:
    _, models = load_list(recorded, "2026-08-18T12")
    by_id = {model.native_id: model for model in models}
    night = by_id["deepseek/deepseek-v4-pro-0813"].pricing
    assert night is not None
    assert [(item.utc_start, item.utc_end) for item in night.overrides] == [
        (600, 60),
        (60, 240),
        (240, 360),
        (360, 600),
    ]
    assert sum(model.expires is not None for model in models) == 1
    assert by_id["~deepseek/deepseek-v4-flash-latest"].router is False
