from datetime import date
from typing import Any

from fake_wire import NOW, VENDORS, sample
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.providers.anthropic.listing import read_anthropic_models, wants_budget
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.wire.values import parse_json

BASE = {Capability.CHAT, Capability.STREAMING, Capability.TOOLS}


def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parse_json(sample("anthropic-models.json"))["data"]
    return found


def models() -> dict[str, Model]:
    context = ListContext(vendor=VENDORS["anthropic"], local=False, at=NOW)
    return {model.native_id: model for model in read_anthropic_models(entries(), context)}


def test_what_the_list_says_is_kept() -> None:
    new = models()["claude-new"]
    assert (new.id, new.name, new.created) == ("anthropic/claude-new", "Claude New", date(2026, 7, 1))
    assert (new.context, new.max_output, new.kind, new.pricing) == (1_000_000, 128_000, Kind.PAID, None)
    told = {Capability.VISION, Capability.JSON, Capability.REASONING, Capability.LONG_CONTEXT}
    assert new.capabilities == BASE | told


def test_what_the_list_denies_is_no_capability() -> None:
    budget = models()["claude-budget"]
    assert budget.capabilities == BASE | {Capability.REASONING}
    assert budget.description == "Deprecated since 2026-05-01."
    assert budget.created is None


def test_an_older_list_says_nothing_and_nothing_is_invented() -> None:
    bare = models()["claude-bare"]
    assert (bare.context, bare.max_output, bare.description) == (None, None, "")
    assert bare.capabilities == BASE | {Capability.VISION}


def test_retired_models_are_left_out() -> None:
    assert "claude-gone" not in models()


def test_which_models_think_by_a_budget_only() -> None:
    assert [entry["id"] for entry in entries() if wants_budget(entry)] == ["claude-budget"]


def test_odd_values_cost_only_themselves() -> None:
    odd = {"id": "x", "type": "model", "capabilities": ["thinking"], "max_tokens": "many", "created_at": 7.5}
    context = ListContext(vendor=VENDORS["anthropic"], local=False, at=NOW)
    (model,) = read_anthropic_models([odd, {"id": None}], context)
    assert (model.id, model.max_output, model.created) == ("anthropic/x", None, None)
