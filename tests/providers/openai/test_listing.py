from typing import Any

import pytest

from fake_wire import NOW, VENDORS, sample
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models
from modeldeck.providers.wire.values import parse_json

LOCAL = ListContext(vendor=VENDORS["llamacpp"], local=True, at=NOW)
REMOTE = ListContext(vendor=VENDORS["vllm"]._replace(name="far", capabilities=()), local=False, at=NOW)


def read(payload: Any, context: ListContext = LOCAL) -> list[Model]:
    models = read_models(payload, context)
    assert models is not None
    return models


def test_llama_cpps_router() -> None:
    tiny, eye = read(parse_json(sample("llamacpp-router.json")))
    assert (tiny.id, tiny.name, tiny.context, tiny.loaded) == ("llamacpp/tiny", "tiny", 2048, True)
    assert (tiny.parameters, tiny.size_bytes, tiny.created) == (285000, 572160, None)
    assert (tiny.kind, tiny.pricing) == (Kind.LOCAL, LOCAL_PRICING)
    assert eye.loaded is False
    assert (tiny.inputs_stated, eye.inputs_stated) == (False, True)
    assert eye.capabilities == {
        Capability.CHAT,
        Capability.STREAMING,
        Capability.JSON,
        Capability.VISION,
        Capability.LONG_CONTEXT,
    }


@pytest.mark.parametrize("path", ["../models/Tiny-1B-Q8_0.gguf", "C:\\models\\Tiny-1B-Q8_0.gguf"])
def test_llama_cpp_with_one_file_is_called_by_its_name(path: str) -> None:
    (model,) = read({"data": [{"id": path, "owned_by": "llamacpp", "meta": None}]})
    assert (model.id, model.native_id, model.name) == ("llamacpp/Tiny-1B-Q8_0",) + ("Tiny-1B-Q8_0",) * 2
    assert (model.quantization, model.loaded) == ("Q8_0", True)


def test_other_servers_want_their_paths_back() -> None:
    (model,) = read({"data": [{"id": "/models/qwen", "owned_by": "vllm", "max_model_len": 40960}]})
    assert (model.native_id, model.name, model.context, model.loaded) == ("/models/qwen", "qwen", 40960, True)


def test_a_hosted_list_knows_neither_price_nor_place() -> None:
    (model,) = read({"object": "list", "data": [{"id": "gpt-x", "created": 1785500000}]}, REMOTE)
    assert (model.id, model.kind, model.pricing, model.loaded) == ("far/gpt-x", Kind.PAID, None, None)
    assert model.created is not None
    assert model.capabilities == {Capability.CHAT, Capability.STREAMING}


def test_only_models_that_write_text_each_once() -> None:
    entries: list[Any] = [
        {"id": "chat"},
        {"id": "chat"},
        {"id": "text-embedding-3-small"},
        {"id": "whisper-1"},
        {"id": "sleeping", "active": False},
        {"id": "vectors", "type": "embeddings"},
        {"id": "eye", "type": "vlm"},
        {"id": "coder", "type": "llm", "capabilities": ["tool_use", "unknown"]},
        {"id": ""},
        {"name": "no id"},
        None,
    ]
    chat, eye, coder = read(entries, REMOTE)
    assert chat.native_id == "chat"
    assert Capability.VISION in eye.capabilities
    assert {Capability.CODE, Capability.TOOLS} <= coder.capabilities


def test_the_context_in_effect_goes_before_the_largest_one() -> None:
    (model,) = read({"data": [{"id": "m", "max_context_length": 131072, "loaded_context_length": 8192}]})
    assert model.context == 8192


def test_ids_and_aliases_that_are_none_cost_only_themselves() -> None:
    nonsense = {"id": ["a"], "name": ["a"]}
    (model,) = read([nonsense, {"id": "m", "aliases": ["m-latest", "", 5, "a\nb"]}], REMOTE)
    assert model.aliases == ("m-latest",)


@pytest.mark.parametrize("payload", [None, {}, {"data": "x"}, 5, {"object": "list"}])
def test_what_is_no_list(payload: Any) -> None:
    assert read_models(payload, LOCAL) is None


def test_an_empty_list_is_a_list() -> None:
    assert read({"data": []}) == []
    assert read({"models": []}) == []
