"""The promised JSON keys of every verb, verb by verb; a verb without an entry here fails."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fake_terminal import Terminal
from fakes import World
from modeldeck.cli.root import VERBS
from modeldeck.domain.configuration import Setting
from modeldeck.domain.quota import Quota

PROFILE = {"id", "specialization", "complexity", "difficulty", "confidence", "probabilities"}
SELECTION = {
    *("model", "provider", "mode", "task", "tier", "specialization", "complexity", "reason", "confidence"),
    *("estimated_cost_usd", "fallback_chain", "alternatives", "rejected", "elapsed_ms"),
}
LISTED = {
    *("id", "provider", "name", "free", "local", "price_input", "price_output", "price_origin", "context"),
    *("capabilities", "quality", "quality_origin", "fit", "status", "tasks", "recommended"),
}
TASK = {"task", "purpose", "mode", "model", "tier", "strategy", "criteria", "source"}
USAGE = {"input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"}

PROMISED: Sequence[tuple[tuple[str, ...], set[str]]] = [
    (("list",), LISTED),
    (
        ("info", "mini"),
        LISTED | {"pricing", "limits", "specializations", "performance", "state", "experience", "history"},
    ),
    (("cost",), {"id", "cost_usd", "cost_status"}),
    (("select", "hello"), SELECTION),
    (("why",), SELECTION),
    (("recommend", "hello"), {"recommended_model", "confidence", "alternatives", "reasoning"}),
    (
        ("ask", "hello"),
        {"run", "text", "model", "attempts", "usage", "cost_usd", "cost_status", "ttft_ms", "tokens_per_second"},
    ),
    (("runs",), {"run", "at", "task", "model", "status", "cost_usd"}),
    (("rate", "good"), {"run", "rating"}),
    (("test", "mini"), {"id", "ok", "error", "ttft_ms", "tokens_per_second"}),
    (("tasks",), TASK),
    (("assign", "coding", "mini"), TASK),
    (("unassign", "coding"), TASK),
    (
        ("usage",),
        {
            *("period", "requests", "succeeded", "input_tokens", "output_tokens", "cost_usd", "unpriced_requests"),
            *("saved_usd", "free_share", "groups"),
        },
    ),
    (
        ("stats",),
        {
            *("today", "this_month", "total_models", "free_usage_percentage", "most_used_models"),
            *("success_rate_by_model", "recommendations"),
        },
    ),
    (("budget",), {"limits", "spent", "reserved", "remaining"}),
    (("quota",), {"scope", "kind", "limit", "used", "remaining", "resets_at"}),
    (("hardware",), {"cpu", "memory", "gpus"}),
    (("analyze", "hello"), PROFILE),
    (("quality", "mini"), {"name", "specialization", "quality", "origin", "sources", "newest"}),
    (("backup", "copy.db"), {"file", "rows"}),
    (("restore", "copy.db"), {"file", "rows"}),
    (("doctor",), {"checks"}),
    (("config", "show"), {"key", "value", "origin"}),
]


def first_row(document: Any) -> dict[str, Any]:
    row: dict[str, Any] = document[0] if isinstance(document, list) else document
    return row


@pytest.fixture
def used(cli: Terminal, market: World) -> Terminal:
    market.limits.put_quota(Quota("cloud", "requests_day", 50, 1, 49))
    cli.settings = [Setting("budget.day_usd", "2")]
    cli("ask", "hello", "--model", "mini")
    return cli


@pytest.mark.parametrize(("argv", "keys"), PROMISED, ids=[argv[0] for argv, _ in PROMISED])
def test_the_promised_keys_are_there(
    used: Terminal, argv: tuple[str, ...], keys: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = used(*argv, "--json")
    assert result.code == 0, result.err
    row = first_row(json.loads(result.out))
    assert set(row) >= keys
    for name, value in row.items():
        if name.endswith("_usd"):
            assert value is None or isinstance(value, str)


def test_every_verb_has_its_promise() -> None:
    assert {argv[0] for argv, _ in PROMISED} == set(VERBS)


def test_parts_of_documents(used: Terminal) -> None:
    answer = used("ask", "hello", "--model", "mini", "--json").json
    assert set(answer["usage"]) >= USAGE
    assert set(answer["attempts"][0]) >= {"model", "status", "error", "latency_ms", "cost_usd", "cost_status"}
    page = used("info", "mini", "--json").json
    assert set(page["state"]) >= {"loaded", "in_flight", "last_used"}
    chosen = used("select", "hello", "--json").json
    assert set(chosen["alternatives"][0]) >= {"model", "score", "factors"}
    assert set(chosen["rejected"][0]) >= {"model", "reason"}
    assert set(used("usage", "--by", "model", "--json").json["groups"][0]) >= {"key", "requests", "cost_usd"}


def test_a_failure_is_a_document_with_code_message_and_hint(cli: Terminal) -> None:
    for argv in (["select", "hi", "--min-quality", "1"], ["info", "nobody-knows"], ["list", "--no-such-flag"]):
        result = cli(*argv, "--json")
        assert result.code in (1, 2)
        assert set(result.json["error"]) >= {"code", "message", "hint"}
