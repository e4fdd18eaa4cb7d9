"""Documented lists of local servers that speak the OpenAI-chat protocol, where they are at hand."""

from pathlib import Path

from fake_wire import NOW, VENDORS
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models
from modeldeck.providers.wire.values import parse_json


def read(recorded: Path, name: str, vendor: str) -> list[Model]:
    payload = parse_json((recorded / "examples" / name).read_bytes())
    models = read_models(payload, ListContext(vendor=VENDORS[vendor], local=True, at=NOW))
    assert models is not None
    return models


def test_a_llamacpp_server(recorded: Path) -> None:
    (llama,) = read(recorded, "llamacpp-v1-models.json", "llamacpp")
    assert llama.id == "llamacpp/Meta-Llama-3.1-8B-Instruct-Q4_K_M"
    assert (llama.context, llama.parameters, llama.size_bytes) == (131072, 8030261312, 4912898304)
    assert (llama.quantization, llama.loaded, llama.kind) == ("Q4_K_M", True, Kind.LOCAL)


def test_a_vllm_server(recorded: Path) -> None:
    (qwen,) = read(recorded, "vllm-v1-models.json", "vllm")
    assert (qwen.id, qwen.context, qwen.loaded) == ("vllm/Qwen/Qwen3-8B", 40960, True)


def test_lm_studio(recorded: Path) -> None:
    first, second = read(recorded, "lmstudio-api-v0-models.json", "lmstudio")
    assert (first.context, first.loaded, Capability.TOOLS in first.capabilities) == (8192, True, True)
    assert (second.context, second.loaded, Capability.VISION in second.capabilities) == (32768, False, True)
