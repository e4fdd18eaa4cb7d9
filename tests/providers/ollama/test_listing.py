import json

import httpx

from fake_wire import Wire
from modeldeck.domain.model import Capability, Kind
from modeldeck.ports import Provider


def show(request: httpx.Request) -> httpx.Response:
    if json.loads(request.content)["model"] != "old-coder:3b":
        return httpx.Response(404, json={"error": "model not found"})
    info = {"general.architecture": "llama", "llama.context_length": 16384, "general.parameter_count": 3_212_749_888}
    return httpx.Response(200, json={"model_info": info, "capabilities": ["completion", "tools"], "details": {}})


async def test_the_list(wire: Wire, ollama: Provider) -> None:
    wire.handle("/api/show", show)
    new, old, big = await ollama.list_models()
    assert (new.id, new.context, new.parameters, new.quantization) == ("ollama/new:8b", 131072, 8_200_000_000, "Q4_K_M")
    assert (new.kind, new.loaded, new.size_bytes) == (Kind.LOCAL, True, 5_000_000_000)
    assert {Capability.TOOLS, Capability.REASONING, Capability.JSON, Capability.LONG_CONTEXT} <= new.capabilities
    assert (old.context, old.parameters, old.loaded) == (16384, 3_212_749_888, False)
    assert {Capability.TOOLS, Capability.CODE} <= old.capabilities
    assert (big.native_id, big.local, big.pricing, big.size_bytes) == ("big:cloud", False, None, None)
    assert Capability.VISION in big.capabilities
    shown = {json.loads(request.content)["model"] for request in wire.asked("/api/show")}
    assert shown == {"old-coder:3b", "nomic-embed-text:latest", "minilm:latest"}


async def test_a_list_from_a_server_that_shows_nothing(ollama: Provider) -> None:
    new, old, _ = await ollama.list_models()
    assert new.native_id == "new:8b"
    assert (old.native_id, old.context, old.parameters) == ("old-coder:3b", None, 3_000_000_000)
