"""models.dev's list: facts of the providers that we know, whatever else is in it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_json import any_json
from fake_wire import NOW, Wire
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.model import Capability, Origin
from modeldeck.providers.network import Network
from modeldeck.providers.references.models_dev import MOST_MODELS, ModelsDev, read_models_dev

NAMES = {"openai": "openai", "gemini": "google", "together": "togetherai"}
ENTRY = {
    "id": "gemini-2.5-pro",
    "name": "Gemini 2.5 Pro",
    "reasoning": True,
    "tool_call": True,
    "structured_output": True,
    "knowledge": "2025-01",
    "release_date": "2025-03-20",
    "modalities": {"input": ["text", "image", "audio"], "output": ["text"]},
    "cost": {"input": 1.25, "output": 10},
    "limit": {"context": 1_048_576, "output": 65_536},
}


def document(entry: Any = ENTRY, provider: str = "google", native_id: str = "gemini-2.5-pro") -> dict[str, Any]:
    return {provider: {"id": provider, "models": {native_id: entry}}, "somebody-else": {"models": {"m": ENTRY}}}


def test_an_entry_says_all_but_its_price_under_our_name() -> None:
    (model,) = read_models_dev(document(), NAMES, NOW)
    assert model.id == "gemini/gemini-2.5-pro"
    assert (model.context, model.max_output, model.knowledge) == (1_048_576, 65_536, "2025-01")
    assert model.created == date(2025, 3, 20)
    assert model.origin == Origin("models.dev", NOW)
    assert model.pricing is None
    assert model.capabilities == {
        Capability.CHAT,
        Capability.TOOLS,
        Capability.VISION,
        Capability.AUDIO,
        Capability.JSON,
        Capability.REASONING,
        Capability.LONG_CONTEXT,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", {"context": "many", "output": -1}),
        ("limit", ["context"]),
        ("modalities", None),
        ("modalities", {"input": "image"}),
        ("knowledge", "yesterday\x1b[31m"),
        ("knowledge", 2025),
        ("release_date", "soon"),
        ("release_date", 20250320),
        ("tool_call", "yes"),
        ("name", {"evil": "\x1b]0;"}),
    ],
)
def test_an_odd_field_costs_only_itself(field: str, value: Any) -> None:
    (model,) = read_models_dev(document({**ENTRY, field: value}), NAMES, NOW)
    (usual,) = read_models_dev(document(), NAMES, NOW)
    same = [name for name in ("context", "max_output", "created", "knowledge") if getattr(model, name) is not None]
    assert len(same) >= 2
    assert all(getattr(model, name) == getattr(usual, name) for name in same)


@pytest.mark.parametrize("payload", [None, [], "text", {}, {"google": 1}, {"google": {"models": [ENTRY]}}])
def test_what_is_no_list_holds_nothing(payload: Any) -> None:
    assert read_models_dev(payload, NAMES, NOW) == []


def test_ids_that_no_service_has_are_left_out() -> None:
    assert read_models_dev(document(native_id="x" * 400), NAMES, NOW) == []
    assert read_models_dev(document(native_id="a\x1bb"), NAMES, NOW) == []
    assert read_models_dev(document(entry="text"), NAMES, NOW) == []


def test_an_endless_list_is_cut() -> None:
    models = {f"m{number}": ENTRY for number in range(MOST_MODELS + 5)}
    assert len(read_models_dev({"openai": {"models": models}}, NAMES, NOW)) == MOST_MODELS


@given(entry=st.dictionaries(st.sampled_from(sorted(ENTRY)), any_json()))
def test_no_entry_breaks_the_reading(entry: dict[str, Any]) -> None:
    assert len(read_models_dev(document(entry or ENTRY), NAMES, NOW)) == 1


def source(wire: Wire, clock: FakeClock) -> ModelsDev:
    return ModelsDev(NAMES, Network(httpx.MockTransport(wire)), clock)


async def test_one_request_without_any_key_fetches_all(wire: Wire, clock: FakeClock) -> None:
    wire.answer("/api.json", httpx.Response(200, json=document()))
    (model,) = await source(wire, clock).fetch()
    assert model.origin.at == clock.now()
    (request,) = wire.requests
    assert str(request.url) == "https://models.dev/api.json"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(200, text="<html>"), ErrorKind.MALFORMED),
        (httpx.Response(200, json={"another": "thing"}), ErrorKind.MALFORMED),
        (httpx.Response(503, text="closed"), ErrorKind.OVERLOADED),
    ],
    ids=["html", "another document", "closed"],
)
async def test_anything_else_is_a_classified_failure(
    wire: Wire, clock: FakeClock, response: httpx.Response, kind: ErrorKind
) -> None:
    wire.answer("/api.json", response)
    with pytest.raises(ProviderError) as raised:
        await source(wire, clock).fetch()
    assert raised.value.failure.kind is kind


async def test_nothing_is_sent_while_the_network_is_off(clock: FakeClock) -> None:
    with pytest.raises(ProviderError, match="switched off"):
        await ModelsDev(NAMES, Network(off=True), clock).fetch()


def test_the_recorded_list_knows_the_models_of_known_providers(recorded: Path) -> None:
    payload = json.loads((recorded / "catalogs" / "models-dev-api-2026-02-10.json").read_bytes())
    models = {model.id: model for model in read_models_dev(payload, NAMES, NOW)}
    assert {model.provider for model in models.values()} == set(NAMES)
    mini = models["openai/gpt-5-mini"]
    assert (mini.context, mini.max_output, mini.knowledge) == (400_000, 128_000, "2024-05-30")
    assert {Capability.TOOLS, Capability.VISION, Capability.REASONING, Capability.JSON} <= mini.capabilities
    assert models["gemini/gemini-2.5-pro"].created == date(2025, 3, 20)
    assert all(model.name.isprintable() for model in models.values())
