"""Real answers of Gemini, where the recordings are at hand."""

from pathlib import Path

import pytest

from fake_wire import NOW, VENDORS, Read, read_answer, stream_failure
from modeldeck.domain.model import Capability
from modeldeck.domain.usage import Usage
from modeldeck.providers.gemini.listing import read_page
from modeldeck.providers.gemini.stream import GeminiStream
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.wire.values import parse_json


def read(data: bytes, size: int) -> Read:
    return read_answer(GeminiStream("Gemini", stream_failure), data, size)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("name", "text", "reasoning", "usage"),
    [
        ("gemini-text.sse", "The capital of France is Paris.\n", 0, Usage(13, 8, reported=True)),
        (
            "gemini-thoughts-usage.sse", "\n".join(map(str, range(1, 31))), 0,
            Usage(18, 115, reasoning_tokens=35, reported=True),
        ),
        ("gemini-json-array.json", "Scoop", 275, Usage(11, 293, reasoning_tokens=291, reported=True)),
    ],
)  # fmt: skip
def test_recorded_streams(recorded: Path, name: str, text: str, reasoning: int, usage: Usage, size: int) -> None:
    answer = read((recorded / "streams" / name).read_bytes(), size)
    assert (answer.text, len(answer.reasoning), answer.stop) == (text, reasoning, "stop")
    assert answer.usage is not None
    assert answer.usage.usage == usage


@pytest.mark.parametrize(
    ("stamp", "count", "newest"),
    [
        ("2025-11-03", 33, "gemini-2.5-pro"), ("2026-02-10", 21, "gemini-3-pro-preview"),
        ("2026-08-05", 21, "gemini-3.6-flash"),
    ],
)  # fmt: skip
def test_recorded_lists(recorded: Path, stamp: str, count: int, newest: str) -> None:
    payload = parse_json((recorded / "catalogs" / f"gemini-models-{stamp}.json").read_bytes())
    page = read_page(payload, ListContext(vendor=VENDORS["gemini"], local=False, at=NOW))
    assert page is not None
    models, _ = page
    assert len(models) == count
    found = {model.native_id: model for model in models}[newest]
    assert (found.context, found.max_output) == (1048576, 65536)
    assert {Capability.REASONING, Capability.TOOLS, Capability.VISION, Capability.LONG_CONTEXT} <= found.capabilities
    for model in models:
        assert model.pricing is None
        assert not any(word in model.native_id for word in ("image", "tts", "embedding", "robotics"))
