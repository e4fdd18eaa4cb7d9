import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fake_terminal import Terminal
from fakes import World, failure
from modeldeck.domain.check import Check
from modeldeck.domain.errors import ConfigError, ErrorKind
from modeldeck.domain.hardware import Cpu, Gpu, Hardware, LoadedModel, Memory

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
GB = 1_000_000_000


class TestTasks:
    def test_every_task_with_its_policy(self, cli: Terminal) -> None:
        rows = {row["task"]: row for row in cli("tasks", "--json").json}
        keys = {"task", "purpose", "mode", "model", "tier", "strategy", "criteria", "source"}
        assert all(keys <= set(row) for row in rows.values())
        assert (rows["classification"]["tier"], rows["classification"]["source"]) == ("premium", "default")
        assert "summarization" in cli("tasks").out

    def test_assigning_resolves_the_name_and_is_kept(self, cli: Terminal, market: World) -> None:
        row = cli("assign", "coding", "mini", "--json").json
        assert (row["task"], row["mode"], row["model"]) == ("coding", "manual", "cloud/vendor/mini")
        assert market.state_file.state.assignments["coding"].model == "cloud/vendor/mini"
        assert cli("ask", "hi", "--task", "coding", "--json").json["model"] == "cloud/vendor/mini"

    def test_preference_tier_and_strategy(self, cli: Terminal) -> None:
        row = cli("assign", "qa", "mini", "--prefer", "--tier", "premium", "--strategy", "cost_based", "--json").json
        assert (row["mode"], row["tier"], row["strategy"]) == ("hybrid", "premium", "cost")
        row = cli("assign", "qa", "auto", "--tier", "budget", "--json").json
        assert (row["mode"], row["model"], row["tier"]) == ("auto", None, "budget")

    def test_unassigning_brings_the_default_back(self, cli: Terminal) -> None:
        before = next(row for row in cli("tasks", "--json").json if row["task"] == "coding")
        cli("assign", "coding", "mini")
        assert cli("unassign", "coding", "--json").json == before

    def test_unknown_names(self, cli: Terminal) -> None:
        assert cli("assign", "coding", "nobody-knows", "--json").code == 2

    @pytest.mark.parametrize("name", ["", "  ", "two\nlines", "bell\x07"])
    def test_a_task_needs_a_name_that_can_be_seen(self, cli: Terminal, name: str) -> None:
        for call in (("assign", name, "auto"), ("unassign", name), ("select", "hi", "--task", name)):
            result = cli(*call, "--json")
            assert (result.code, result.json["error"]["code"]) == (2, "usage")
        assert name not in [task["task"] for task in cli("tasks", "--json").json]
        assert cli("assign", "coding", "auto", "--prefer").code == 2
        accepted = cli("assign", "my_own", "mini", "--json")
        assert (accepted.code, accepted.json["task"]) == (0, "my_own")
        assert "my_own" in accepted.err
        near = cli("unassign", "codin")
        assert "coding" in near.err

    def test_a_folder_that_cannot_be_written(self, cli: Terminal, market: World) -> None:
        market.state_file.broken = True
        result = cli("assign", "coding", "mini", "--json")
        assert (result.code, result.json["error"]["code"]) == (1, "storage")


class TestUsage:
    def test_the_document_sums_what_was_done(self, cli: Terminal, market: World) -> None:
        assert cli("usage", "--json").json["requests"] == 0
        cli("ask", "hello", "--model", "mini")
        cli("ask", "hello", "--model", "home/llama:8b")
        row = cli("usage", "--period", "all", "--by", "provider", "--json").json
        assert set(row) >= {
            "period", "requests", "succeeded", "input_tokens", "output_tokens", "cost_usd", "unpriced_requests",
            "saved_usd", "free_share", "groups",
        }  # fmt: skip
        assert (row["period"], row["requests"], row["succeeded"], row["free_share"]) == ("all", 2, 2, 0.5)
        assert {group["key"] for group in row["groups"]} == {"cloud", "home"}
        assert Decimal(row["cost_usd"]) == sum(Decimal(group["cost_usd"]) for group in row["groups"])
        assert set(row["groups"][0]) == (set(row) - {"period", "groups"}) | {"key"}

    def test_exports(self, cli: Terminal) -> None:
        cli("ask", "hello", "--model", "mini")
        (row,) = csv.DictReader(io.StringIO(cli("usage", "--export", "csv", "--by", "task").out))
        assert (row["task"], row["requests"]) == ("default", "1")
        lines = cli("usage", "--export", "md").out.splitlines()
        assert lines[0].startswith("| model | requests |")
        assert lines[2].startswith("| cloud/vendor/mini | 1 |")
        assert cli("usage", "--export", "json").json == cli("usage", "--json").json
        assert cli("usage", "--export", "csv", "--json").code == 2

    def test_unknown_money_is_no_zero(self, cli: Terminal) -> None:
        cli("ask", "hello", "--model", "cloud/vendor/secret")
        page = cli("usage").out
        assert "1 of unknown cost" in page
        assert "cost        —" in page


class TestHistory:
    def test_runs_newest_first(self, cli: Terminal, market: World) -> None:
        assert cli("runs", "--json").json == []
        cli("ask", "one", "--model", "mini")
        market.clock.advance(60)
        cli("ask", "two", "--model", "big", "--task", "coding")
        rows = cli("runs", "--json").json
        assert [row["task"] for row in rows] == ["coding", "default"]
        assert set(rows[0]) >= {"run", "at", "task", "model", "status", "cost_usd"}
        assert len(cli("runs", "--limit", "1", "--json").json) == 1
        assert rows[0]["run"] in cli("runs").out

    def test_why_tells_the_selection_behind_a_run(self, cli: Terminal, market: World) -> None:
        assert cli("why").code == 1
        first = cli("ask", "one", "--model", "mini", "--json").json["run"]
        market.clock.advance(60)
        cli("ask", "two", "--model", "big")
        assert cli("why", "--json").json["model"] == "cloud/vendor/big"
        row = cli("why", first, "--json").json
        assert (row["run"], row["model"], row["mode"]) == (first, "cloud/vendor/mini", "manual")
        assert "reason" in row
        assert "cloud/vendor/mini" in cli("why", first).out
        unknown = cli("why", "no-such-run", "--json")
        assert (unknown.code, unknown.json["error"]["code"]) == (2, "unknown_run")


class TestHardware:
    def test_readings_in_gigabytes(self, cli: Terminal, market: World) -> None:
        card = Gpu(0, "RTX 4090", 24 * GB, 10 * GB, 14 * GB, 35.0, 61.0, 212.0)
        market.probe.hardware = Hardware(NOW, Cpu("Chip", 8, 23.0), Memory(32 * GB, 20 * GB), (card,))
        market.providers["home"].in_memory = (LoadedModel("home/llama:8b", 5 * GB, 5 * GB),)
        row = cli("hardware", "--json").json
        assert row["memory"] == {"total_gb": 32.0, "used_gb": 12.0, "available_gb": 20.0}
        assert row["gpus"] == [
            {
                "index": 0,
                "name": "RTX 4090",
                "memory_total_gb": 24.0,
                "memory_used_gb": 10.0,
                "memory_free_gb": 14.0,
                "utilization": 35.0,
                "temperature_c": 61.0,
                "power_w": 212.0,
            }
        ]
        page = cli("hardware").out
        assert "14.0 GB free of 24.0 GB" in page
        assert "home/llama:8b 5.0 GB" in page

    def test_missing_readings_are_unknown(self, cli: Terminal, market: World) -> None:
        market.probe.hardware = Hardware(NOW, gpus=(Gpu(0),), note="no driver")
        row = cli("hardware", "--json").json
        assert row["cpu"]["percent"] is None
        assert row["gpus"][0]["memory_free_gb"] is None
        page = cli("hardware").out
        assert "—" in page
        assert "no driver" in page


class TestDoctor:
    def test_everything_that_works_and_what_is_missing(self, cli: Terminal) -> None:
        cli.checks = [Check("database", True, "12 runs"), Check("GPU", None, "no driver", "Install one.")]
        result = cli("doctor", "--json")
        assert result.code == 0
        checks = {check["name"]: check for check in result.json["checks"]}
        assert checks["database"] == {"name": "database", "ok": True, "detail": "12 runs", "fix": None}
        assert checks["GPU"]["ok"] is None
        assert "CLOUD_API_KEY" in checks["provider cloud"]["detail"]
        assert "4 models" in checks["provider cloud"]["detail"]
        assert checks["provider locked"]["ok"] is None
        assert "LOCKED_API_KEY" in checks["provider locked"]["fix"]

    def test_a_needed_check_that_fails_is_exit_1(self, cli: Terminal) -> None:
        cli.checks = [Check("folder", False, "read only", "Choose another.")]
        result = cli("doctor")
        assert result.code == 1
        assert "FAILED" in result.out
        assert "Choose another." in result.out

    def test_only_models_that_may_be_used_count(self, cli: Terminal, market: World) -> None:
        cloud = market.providers["cloud"]
        cloud.change_info(free_only=True)
        checks = {check["name"]: check for check in cli("doctor", "--json").json["checks"]}
        assert checks["models"]["detail"] == "2 models can be called now"
        cloud.models = [model for model in cloud.models if not model.free]
        market.providers["home"].list_failure = failure(ErrorKind.UNREACHABLE)
        checks = {check["name"]: check for check in cli("doctor", "--json").json["checks"]}
        assert checks["models"]["ok"] is False
        assert "free_only" in checks["models"]["fix"]

    def test_a_wrong_key_fails_and_an_absent_local_server_does_not(self, cli: Terminal, market: World) -> None:
        market.providers["home"].list_failure = failure(ErrorKind.UNREACHABLE)
        assert cli("doctor").code == 0
        market.providers["cloud"].list_failure = failure(ErrorKind.AUTH)
        result = cli("doctor", "--json")
        assert result.code == 1
        checks = {check["name"]: check for check in result.json["checks"]}
        assert checks["provider cloud"]["ok"] is False
        assert checks["provider home"]["ok"] is None
        assert checks["models"]["ok"] is False

    def test_a_deck_that_does_not_open_is_a_finding(self, cli: Terminal) -> None:
        cli.open_failure = ConfigError("config.toml, line 3: unknown key.", "Remove it.")
        result = cli("doctor", "--json")
        assert result.code == 1
        assert result.json["checks"][-1]["fix"] == "Remove it."

    def test_the_same_finding_is_told_once(self, cli: Terminal) -> None:
        cli.open_failure = ConfigError("config.toml, line 3: unknown key.", "Remove it.")
        cli.checks = [Check("settings", False, "config.toml, line 3: unknown key.", "Remove it.")]
        assert len(cli("doctor", "--json").json["checks"]) == 1
