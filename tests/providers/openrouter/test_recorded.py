"""Real answers of real services, where the recordings are at hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, read_chunks, stream_failure
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.domain.usage import Usage
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.ollama.listing import read_ollama_model, read_tags
from modeldeck.providers.ollama.stream import OllamaStream
from modeldeck.providers.openai.listing import read_models
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


def test_recorded_ollama_stream(recorded: Path) -> None:
    data = (recorded / "streams" / "ollama-api-chat.ndjson").read_bytes()
    stream = OllamaStream("Ollama", stream_failure)
    first = data[: data.index(b'"done":true')]
    read = read_chunks([*stream.feed(first), *stream.feed(data[len(first) : data.index(b"\n", len(first)) + 1])])
    assert read.text.startswith("Why did")
    assert read.usage is not None
    assert read.usage.usage == Usage(17, 50, reported=True)
    assert read.usage.tokens_per_second == pytest.approx(50 / 1.57799)
    assert stream.done


def test_documented_local_lists(recorded: Path) -> None:
    def load(name: str) -> Any:
        return parse_json((recorded / "examples" / name).read_bytes())

    def read(name: str, vendor: str) -> list[Model]:
        models = read_models(load(name), ListContext(vendor=VENDORS[vendor], local=True, at=NOW))
        assert models is not None
        return models

    (llama,) = read("llamacpp-v1-models.json", "llamacpp")
    assert llama.id == "llamacpp/Meta-Llama-3.1-8B-Instruct-Q4_K_M"
    assert (llama.context, llama.parameters, llama.size_bytes) == (131072, 8030261312, 4912898304)
    assert (llama.quantization, llama.loaded, llama.kind) == ("Q4_K_M", True, Kind.LOCAL)
    (qwen,) = read("vllm-v1-models.json", "vllm")
    assert (qwen.id, qwen.context, qwen.loaded) == ("vllm/Qwen/Qwen3-8B", 40960, True)
    first, second = read("lmstudio-api-v0-models.json", "lmstudio")
    assert (first.context, first.loaded, Capability.TOOLS in first.capabilities) == (8192, True, True)
    assert (second.context, second.loaded, Capability.VISION in second.capabilities) == (32768, False, True)
    entries = read_tags(load("ollama-tags.json"))
    assert entries is not None
    context = ListContext(vendor=VENDORS["ollama"], local=True, at=NOW)
    models = [read_ollama_model(entry, {}, context, ()) for entry in entries]
    assert [model.kind if model else None for model in models] == [Kind.LOCAL, Kind.LOCAL, None, Kind.PAID]
