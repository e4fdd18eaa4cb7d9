"""`--no-network`: what is elsewhere is neither chosen nor tried, and nothing bad is remembered of it."""

from pathlib import Path

import pytest

from fake_shell import BIG, GRATIS, HOME, make_shell


def test_only_models_of_this_machine_are_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = make_shell(tmp_path, monkeypatch)
    shell.variables["MODELDECK_OPENROUTER_BASE_URL"] = "https://openrouter.ai/api/v1"

    picked = shell.pick()
    assert picked["model"] == HOME
    assert picked["fallback_chain"] == []
    reasons = {row["model"]: row["reason"] for row in picked["rejected"]}
    assert reasons[GRATIS] == "the network is switched off"
    assert {row["status"] for row in shell("list", "vendor", "--json").json} == {"network off"}


def test_a_hosted_model_is_refused_and_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = make_shell(tmp_path, monkeypatch)
    shell.variables["MODELDECK_OPENROUTER_BASE_URL"] = "https://openrouter.ai/api/v1"

    refused = shell("ask", "hi", "--model", BIG, "--json")
    assert refused.code == 1
    assert "the network is switched off" in refused.json["error"]["message"]
    assert "--no-network" in refused.json["error"]["hint"]
    assert shell("runs", "--json").json == []
