from typing import Any

import httpx
import pytest

from fake_gemini import KEY
from fake_wire import Wire
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability, Kind
from modeldeck.ports import Provider


def entry(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": f"models/{name}", "supportedGenerationMethods": ["generateContent", "countTokens"], **fields}


async def test_the_list_in_pages(wire: Wire, gemini: Provider) -> None:
    flash = entry(
        "gemini-2.5-flash", displayName="Gemini 2.5 Flash", description="Mid-size.", inputTokenLimit=1048576,
        outputTokenLimit=65536, thinking=True,
    )  # fmt: skip
    pages = {
        None: {"models": [flash, entry("gemma-3-1b-it", inputTokenLimit=32768), "odd", {}], "nextPageToken": "a/b="},
        "a/b=": {"models": [flash, entry("gemini-2.0-flash")]},
    }
    wire.handle("/v1beta/models", lambda request: httpx.Response(200, json=pages[request.url.params.get("pageToken")]))
    first, small, last = await gemini.list_models()
    assert (first.id, first.native_id, first.name) == (
        "gemini/gemini-2.5-flash", "gemini-2.5-flash", "Gemini 2.5 Flash",
    )  # fmt: skip
    assert (first.context, first.max_output, first.kind, first.pricing) == (1048576, 65536, Kind.PAID, None)
    assert first.capabilities >= {Capability.TOOLS, Capability.VISION, Capability.JSON, Capability.REASONING}
    assert small.capabilities == {Capability.CHAT, Capability.STREAMING}
    assert Capability.REASONING not in last.capabilities
    assert [request.url.params["pageSize"] for request in wire.requests] == ["1000", "1000"]
    assert all(KEY not in str(request.url) for request in wire.requests)
    assert wire.requests[0].headers["x-goog-api-key"] == KEY
    assert "authorization" not in wire.requests[0].headers


async def test_a_list_without_end_ends(wire: Wire, gemini: Provider) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json={"models": [entry("m")], "nextPageToken": "again"}))
    assert len(await gemini.list_models()) == 1
    assert len(wire.requests) < 50


@pytest.mark.parametrize(
    "model",
    [
        entry("gemini-2.5-flash-image"), entry("gemini-2.5-pro-preview-tts"), entry("nano-banana-pro-preview"),
        entry("gemini-robotics-er-2-preview"), entry("lyria-3-pro-preview"), entry("deep-research-preview-04-2026"),
        entry("gemini-embedding-001", supportedGenerationMethods=["embedContent"]), {"name": "models/"},
    ],
)  # fmt: skip
async def test_what_writes_no_text_is_left_out(wire: Wire, gemini: Provider, model: Any) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json={"models": [model]}))
    assert await gemini.list_models() == []


@pytest.mark.parametrize("body", [[], {}, {"models": {}}])
async def test_something_else_is_no_list(wire: Wire, gemini: Provider, body: Any) -> None:
    wire.answer("/v1beta/models", httpx.Response(200, json=body))
    with pytest.raises(ProviderError) as caught:
        await gemini.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED
