import json
from dataclasses import replace
from typing import Any

import pytest

from fake_wire import NOW, VENDORS, sample
from modeldeck.domain.model import Capability, Kind
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.lmstudio.listing import read_lmstudio_models, reasoning_options

CONTEXT = ListContext(vendor=VENDORS["lmstudio"], local=True, at=NOW)
PAYLOAD: Any = json.loads(sample("lmstudio-models.json"))


def test_entries_as_models() -> None:
    models = read_lmstudio_models(PAYLOAD, CONTEXT)
    assert models is not None
    thinker, coder = models
    assert (thinker.id, thinker.name, thinker.kind) == ("lmstudio/maker/thinker-8b", "Thinker 8B", Kind.LOCAL)
    assert (thinker.context, thinker.loaded) == (8192, True)
    assert (thinker.size_bytes, thinker.parameters, thinker.quantization) == (5_000_000_000, 8_000_000_000, "Q4_K_M")
    assert {Capability.VISION, Capability.TOOLS, Capability.REASONING, Capability.JSON} <= thinker.capabilities
    assert Capability.LONG_CONTEXT not in thinker.capabilities
    assert (coder.name, coder.context, coder.loaded) == ("plain-coder-3b", 131072, False)
    assert {Capability.LONG_CONTEXT, Capability.CODE} <= coder.capabilities
    assert {Capability.VISION, Capability.TOOLS, Capability.REASONING}.isdisjoint(coder.capabilities)
    assert (coder.parameters, coder.quantization) == (None, None)


def test_a_server_elsewhere_is_nobodys_zero() -> None:
    models = read_lmstudio_models(PAYLOAD, replace(CONTEXT, local=False))
    assert models is not None
    assert {(model.local, model.pricing) for model in models} == {(False, None)}


@pytest.mark.parametrize("payload", [None, [], {}, {"data": []}, {"models": None}, {"error": "Unexpected endpoint"}])
def test_what_is_no_list(payload: Any) -> None:
    assert read_lmstudio_models(payload, CONTEXT) is None
    assert reasoning_options(payload) == {}


def test_an_empty_list_is_one() -> None:
    assert read_lmstudio_models({"models": []}, CONTEXT) == []


def test_a_key_that_is_listed_twice() -> None:
    models = read_lmstudio_models({"models": [*PAYLOAD["models"], PAYLOAD["models"][0]]}, CONTEXT)
    assert models is not None
    assert len(models) == 2


def test_words_for_thinking() -> None:
    assert reasoning_options(PAYLOAD) == {"maker/thinker-8b": ["off", "on"]}
