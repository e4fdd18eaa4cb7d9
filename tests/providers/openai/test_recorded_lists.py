"""Every recorded and documented list of the OpenAI-chat family comes to its models; none is forgotten."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models
from modeldeck.providers.wire.values import parse_json

# Lists of other readers, or read by none.
OTHERS = ("anthropic-", "gemini-", "ollama-", "lmstudio-", "openrouter-models-", "openrouter-endpoints-", "models-dev-")
OTHER_EXAMPLES = {"openrouter-key.json", "openrouter-credits.json"}
HAS_STATUS = re.compile(r"-[45]\d\d\b")  # an error, not a list


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """What a list must come to: how many models, and some facts of some of them by native id."""

    vendor: str
    models: int
    facts: dict[str, dict[str, Any]]
    without: tuple[str, ...] = ()
    local: bool = False


OPENAI_OTHERS = ("gpt-image-1", "sora-2", "gpt-audio", "davinci-002", "o3-deep-research", "tts-1", "whisper-1")
CATALOGS = {
    "catalogs/openai-models-2025-11-03.json": Catalog(
        vendor="openai", models=55, facts={"gpt-5": {"created": date(2025, 8, 5), "pricing": None}},
        without=OPENAI_OTHERS,
    ),
    "catalogs/openai-models-2026-02-10.json": Catalog(
        vendor="openai", models=65, facts={"gpt-5.2": {"context": None}, "o4-mini": {}, "gpt-4o": {}},
        without=OPENAI_OTHERS,
    ),
    "catalogs/mistral-models-2025-11-03.json": Catalog(
        vendor="mistral", models=29,
        facts={
            "devstral-small-2505": {"expires": date(2025, 11, 30), "context": 131072, "created": None},
            "open-mistral-7b": {"aliases": ("mistral-tiny", "mistral-tiny-2312")},
            "voxtral-mini-2507": {"aliases": ("voxtral-mini-latest",)},
        },
        without=("mistral-embed", "mistral-ocr-2505", "mistral-tiny", "voxtral-mini-transcribe-2507"),
    ),
    "catalogs/mistral-models-2026-02-10.json": Catalog(
        vendor="mistral", models=21,
        facts={
            "mistral-large-2512": {"aliases": ("mistral-large-latest",), "context": 262144},
            "devstral-2512": {"aliases": ("devstral-latest", "devstral-medium-latest", "mistral-vibe-cli-latest")},
            "mistral-small-2501": {"expires": date(2026, 2, 28)},
        },
        without=("mistral-large-latest", "voxtral-mini-2602", "mistral-moderation-2411"),
    ),
    "catalogs/xai-models-2026-02-10.json": Catalog(
        vendor="xai", models=9, facts={"grok-3-mini": {"pricing": None, "created": date(2025, 4, 4)}},
        without=("grok-2-image-1212", "grok-imagine-video"),
    ),
    "catalogs/deepseek-models-2026-02-10.json": Catalog(
        vendor="deepseek", models=2, facts={"deepseek-chat": {"created": None, "free": False}}
    ),
    "catalogs/cerebras-models-2026-08.json": Catalog(
        vendor="cerebras", models=3, facts={"gpt-oss-120b": {"created": None, "pricing": None}}
    ),
    "catalogs/ollama-v1-models-2026-02-10.json": Catalog(
        vendor="vllm", models=3, facts={"qwen3:latest": {"pricing": None, "free": False}}
    ),
    "examples/groq-models.json": Catalog(
        vendor="groq", models=1,
        facts={
            "openai/gpt-oss-120b": {
                "name": "GPT OSS 120B", "context": 131072, "max_output": 65536, "created": date(2025, 8, 5),
            },
        },
    ),
    "examples/together-models.json": Catalog(
        vendor="together", models=2,
        facts={
            "meta-llama/Llama-3.3-70B-Instruct-Turbo": {"context": 131072, "free": False},
            "example/free-model": {"free": True, "declared_free": False, "created": None},
        },
        without=("example/rerank",),
    ),
    "examples/huggingface-router-models.json": Catalog(
        vendor="huggingface", models=1, facts={"deepseek-ai/DeepSeek-V3.2": {"context": 163840, "free": False}}
    ),
    "examples/xai-language-models.json": Catalog(
        vendor="xai", models=1, facts={"grok-4.3": {"aliases": ("grok-4.3-latest",)}}
    ),
    "examples/llamacpp-v1-models.json": Catalog(
        vendor="llamacpp", models=1, local=True,
        facts={
            "Meta-Llama-3.1-8B-Instruct-Q4_K_M": {
                "context": 131072, "parameters": 8030261312, "size_bytes": 4912898304, "quantization": "Q4_K_M",
                "loaded": True, "kind": Kind.LOCAL,
            },
        },
    ),
    "examples/lmstudio-api-v0-models.json": Catalog(
        vendor="lmstudio", models=2, local=True,
        facts={
            "qwen3-8b": {"context": 8192, "loaded": True},
            "gemma-3-4b": {"context": 32768, "loaded": False},
        },
    ),
    "examples/vllm-v1-models.json": Catalog(
        vendor="vllm", models=1, facts={"Qwen/Qwen3-8B": {"context": 40960, "loaded": True, "local": True}}, local=True
    ),
}  # fmt: skip

# USD per million tokens, as the services' price pages write them.
PRICES = {
    "examples/together-models.json": ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "0.88", "0.88"),
    "examples/huggingface-router-models.json": ("deepseek-ai/DeepSeek-V3.2", "0.27", "0.4"),
    "examples/xai-language-models.json": ("grok-4.3", "1.25", "2.5"),
}


def load(recorded: Path, path: str) -> dict[str, Model]:
    expected = CATALOGS[path]
    context = ListContext(vendor=VENDORS[expected.vendor], local=expected.local, at=NOW)
    models = read_models(parse_json((recorded / path).read_bytes()), context)
    assert models is not None
    return {model.native_id: model for model in models}


@pytest.mark.parametrize("path", CATALOGS)
def test_lists_come_to_the_models_that_answer_chats(recorded: Path, path: str) -> None:
    expected, models = CATALOGS[path], load(recorded, path)
    assert len(models) == expected.models
    assert models.keys().isdisjoint(expected.without)
    for native_id, facts in expected.facts.items():
        model = models[native_id]
        assert model.id == f"{expected.vendor}/{native_id}"
        assert {name: getattr(model, name) for name in facts} == facts


@pytest.mark.parametrize("path", PRICES)
def test_listed_prices_are_exact(recorded: Path, path: str) -> None:
    native_id, given, answered = PRICES[path]
    pricing = load(recorded, path)[native_id].pricing
    assert pricing is not None
    assert (pricing.input * 10**6, pricing.output * 10**6) == (Decimal(given), Decimal(answered))


def test_capabilities_in_the_words_of_each_service(recorded: Path) -> None:
    groq = load(recorded, "examples/groq-models.json")["openai/gpt-oss-120b"]
    assert {Capability.TOOLS, Capability.JSON, Capability.REASONING} <= groq.capabilities
    mistral = load(recorded, "catalogs/mistral-models-2026-02-10.json")["mistral-small-2506"]
    assert {Capability.TOOLS, Capability.VISION, Capability.JSON} <= mistral.capabilities
    hosted = load(recorded, "examples/huggingface-router-models.json")["deepseek-ai/DeepSeek-V3.2"]
    assert Capability.TOOLS in hosted.capabilities
    assert Capability.JSON not in hosted.capabilities
    assert Capability.VISION in load(recorded, "examples/xai-language-models.json")["grok-4.3"].capabilities
    first, second = load(recorded, "examples/lmstudio-api-v0-models.json").values()
    assert Capability.TOOLS in first.capabilities
    assert Capability.VISION in second.capabilities


def is_elsewhere(path: str) -> bool:
    return path.partition("/")[2].startswith(OTHERS)


def test_no_list_is_forgotten(recorded: Path) -> None:
    catalogs = {f"catalogs/{path.name}" for path in (recorded / "catalogs").glob("*.json")}
    examples = {
        f"examples/{path.name}"
        for path in (recorded / "examples").glob("*.json")
        if path.name not in OTHER_EXAMPLES and not HAS_STATUS.search(path.stem)
    }
    ours = {path for path in CATALOGS if not is_elsewhere(path)}
    assert {path for path in catalogs | examples if not is_elsewhere(path)} == ours
