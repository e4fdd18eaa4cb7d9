"""LM Studio's documented lists and answer, where they are at hand."""

from pathlib import Path
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, read_answer, stream_failure
from modeldeck.domain.model import Capability, Kind
from modeldeck.domain.usage import Usage
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.lmstudio.listing import read_lmstudio_models, reasoning_options
from modeldeck.providers.lmstudio.stream import LmStudioStream
from modeldeck.providers.wire.values import parse_json

VENDOR = VENDORS["lmstudio"]


def test_the_documented_list(recorded: Path) -> None:
    payload: Any = parse_json((recorded / "examples" / "lmstudio-api-v1-models.json").read_bytes())
    models = read_lmstudio_models(payload, ListContext(vendor=VENDOR, local=True, at=NOW))
    assert models is not None
    (gemma,) = models
    assert (gemma.id, gemma.name) == ("lmstudio/google/gemma-4-26b-a4b", "Gemma 4 26B A4B")
    assert (gemma.context, gemma.loaded, gemma.kind) == (4096, True, Kind.LOCAL)
    assert (gemma.parameters, gemma.size_bytes, gemma.quantization) == (26_000_000_000, 17_990_911_801, "Q4_K_M")
    assert {Capability.VISION, Capability.TOOLS, Capability.REASONING} <= gemma.capabilities
    assert reasoning_options(payload) == {"google/gemma-4-26b-a4b": ["off", "on"]}


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_the_documented_answer(recorded: Path, size: int) -> None:
    data = (recorded / "examples" / "lmstudio-api-v1-chat.sse").read_bytes()
    found = read_answer(LmStudioStream(VENDOR, stream_failure, limit=None), data, size)
    assert (found.text, found.reasoning, found.stop) == ("Hello", "Easy.", "stop")
    assert found.usage is not None
    assert found.usage.usage == Usage(12, 4, reasoning_tokens=2, reported=True)
    assert found.usage.tokens_per_second == pytest.approx(43.73)
