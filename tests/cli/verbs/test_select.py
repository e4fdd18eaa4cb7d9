from decimal import Decimal

import pytest

from fake_terminal import Terminal
from fakes import World, make_model
from modeldeck.domain.model import Capability

KEYS = [
    "model", "provider", "mode", "task", "tier", "specialization", "complexity", "reason", "confidence",
    "estimated_cost_usd", "fallback_chain", "alternatives", "rejected", "elapsed_ms",
]  # fmt: skip


def test_the_dry_run_explains_and_sends_nothing(cli: Terminal, market: World) -> None:
    result = cli("select", "Write a Python function", "--task", "coding", "--json")
    assert result.code == 0
    row = result.json
    assert set(KEYS) <= set(row)
    assert row["task"] == "coding"
    assert row["model"] not in row["fallback_chain"]
    assert row["model"] not in [other["model"] for other in row["alternatives"]]
    assert all(set(other) >= {"model", "score", "factors"} for other in row["alternatives"])
    assert {"model": "locked/one", "group": "no key", "reason": "no key"} in row["rejected"]
    assert market.providers["cloud"].calls == []
    assert market.ledger.rows == []


def test_the_page_shows_pick_reason_chain_candidates_and_drops(cli: Terminal) -> None:
    page = cli("select", "hello").out
    row = cli("select", "hello", "--json").json
    assert page.startswith(row["model"])
    assert "then: " in page
    assert "quality" in page
    assert "dropped: 1 no key" in page
    assert "locked/one" not in page
    assert "locked/one" in cli("select", "hello", "-v").out


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--model", "mini"], {"mode": "manual", "model": "cloud/vendor/mini"}),
        (["--prefer", "mini"], {"mode": "hybrid", "model": "cloud/vendor/mini"}),
        (["--model", "auto"], {"mode": "auto"}),
        (["--local-only"], {"model": "home/llama:8b"}),
        (["--max-cost", "0", "--local-only"], {"model": "home/llama:8b", "estimated_cost_usd": "0"}),
        (["--tier", "premium"], {"tier": "premium"}),
        (["--strategy", "cost_based"], {"strategy": "cost"}),
        (["--quality"], {"strategy": "quality"}),
    ],
)
def test_flags_steer_the_selection(cli: Terminal, argv: list[str], expected: dict[str, str]) -> None:
    result = cli("select", "hello there", *argv, "--json")
    assert result.code == 0
    assert {name: result.json[name] for name in expected} == expected


def test_hard_constraints_hold(cli: Terminal, market: World) -> None:
    market.add("able", make_model("able/one", capabilities=frozenset({Capability.CHAT, Capability.TOOLS})))
    assert cli("select", "hi", "--capability", "function-calling", "--json").json["model"] == "able/one"
    free = cli("select", "hi", "--free-only", "--json").json
    assert free["model"] in ("cloud/vendor/gratis:free", "home/llama:8b")
    cheap = cli("select", "hi", "--max-cost", "0.0001", "--json").json
    assert Decimal(cheap["estimated_cost_usd"]) <= Decimal("0.0001")


def test_nothing_selectable_is_exit_1_with_reasons(cli: Terminal) -> None:
    result = cli("select", "hi", "--capability", "vision", "--json")
    assert result.code == 1
    error = result.json["error"]
    assert error["code"] == "nothing_selectable"
    assert error["rejections"]
    assert error["message"] in result.err


@pytest.mark.parametrize(
    "argv",
    [
        ["--model", "mini", "--prefer", "big"],
        ["--model", "nobody-knows"],
        ["--min-quality", "11"],
        ["--min-quality", "nan"],
        ["--max-latency", "0"],
        ["--max-cost", "free"],
        ["--tier", "gold"],
        ["--strategy", "luck"],
    ],
)
def test_wrong_flags_are_exit_2(cli: Terminal, argv: list[str]) -> None:
    assert cli("select", "hi", *argv, "--json").code == 2


def test_an_unknown_task_is_accepted_with_the_nearest_names(cli: Terminal) -> None:
    result = cli("select", "hi", "--task", "transaltion", "--json")
    assert (result.code, result.json["task"]) == (0, "transaltion")
    assert "translation" in result.err


def test_a_named_model_that_nobody_lists_is_warned_about(cli: Terminal) -> None:
    for flag in ("--model", "--prefer"):
        result = cli("select", "hi", flag, "cloud/brand-new", "--json")
        assert (result.code, result.json["model"]) == (0, "cloud/brand-new")
        assert "no list holds cloud/brand-new" in result.err
    assert "no list holds" not in cli("select", "hi", "--model", "mini").err


def test_a_cost_limit_that_nothing_meets_says_what_to_change(cli: Terminal) -> None:
    result = cli("select", "hi", "--model", "mini", "--max-cost", "0.0000001", "--json")
    assert result.code == 1
    assert "Allow a higher cost" in result.json["error"]["hint"]


def test_no_prompt_is_wrong_usage(cli: Terminal) -> None:
    assert cli("select").code == 2
    assert cli("select", "  \n").code == 2
    assert cli("select", stdin=b"").code == 2
