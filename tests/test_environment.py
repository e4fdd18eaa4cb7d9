"""Every environment variable that people may have, one by one: set it, and see what changes for them."""

import json
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fake_shell import BIG, GRATIS, HOME, KEY, KEYS, MINI, OTHER, Shell, make_shell, write


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return make_shell(tmp_path, monkeypatch)


# Tiers


@pytest.mark.parametrize("tier", ["premium", "fallback", "budget"])
def test_model_tier_names_the_paid_model_of_a_tier(shell: Shell, tier: str) -> None:
    variable = {f"MODEL_{tier.upper()}": "vendor/big"}
    assert shell.pick("--tier", tier, **variable)["model"] == BIG
    assert shell.setting(f"tiers.{tier}.paid", **variable) == (["vendor/big"], f"environment MODEL_{tier.upper()}")


@pytest.mark.parametrize("tier", ["premium", "fallback", "budget"])
def test_model_free_tier_numbers_name_the_free_models_of_a_tier_in_their_order(shell: Shell, tier: str) -> None:
    name = f"MODEL_FREE_{tier.upper()}"
    variables = {f"{name}_10": "vendor/mini", f"{name}_1": "vendor/other:free", f"{name}_2": "vendor/gratis:free"}
    picked = shell.pick("--tier", tier, **variables)
    assert [picked["model"], *picked["fallback_chain"]][:2] == [OTHER, GRATIS]
    models, origin = shell.setting(f"tiers.{tier}.free", **variables)
    assert models == ["vendor/other:free", "vendor/gratis:free", "vendor/mini"]
    assert origin == f"environment {name}_*"


# Tasks


def test_ai_default_model_is_preferred_where_nothing_else_was_said(shell: Shell) -> None:
    assert shell.pick()["model"] != BIG
    picked = shell.pick(AI_DEFAULT_MODEL="vendor/big")
    assert (picked["model"], picked["mode"]) == (BIG, "hybrid")
    assert shell.setting("selection.default_model", AI_DEFAULT_MODEL="vendor/big") == (
        "vendor/big",
        "environment AI_DEFAULT_MODEL",
    )


@pytest.mark.parametrize(
    ("variable", "task"),
    [
        ("AI_CHAT_MODEL", "chat"),
        ("AI_CLASSIFICATION_MODEL", "classification"),
        ("AI_DIARIZATION_MODEL", "diarization"),
        ("AI_SUMMARIZATION_MODEL", "summarization"),
        ("AI_EXTRACTION_MODEL", "extraction"),
        ("AI_RECOMMENDATIONS_MODEL", "recommendations"),
        ("AI_MOOD_SEARCH_MODEL", "mood_search"),
        ("AI_PREFERENCE_MODEL", "preference_extraction"),
        ("AI_PREFERENCE_EXTRACTION_MODEL", "preference_extraction"),
        ("AI_CODING_MODEL", "coding"),
        ("AI_CREATIVE_MODEL", "creative"),
        ("AI_REASONING_MODEL", "reasoning"),
        ("AI_QA_MODEL", "qa"),
        ("AI_TRANSLATION_MODEL", "translation"),
        ("AI_NARRATIVE_MODEL", "therapeutic_narrative"),
        ("AI_THERAPEUTIC_NARRATIVE_MODEL", "therapeutic_narrative"),
        ("AI_MY_POEMS_MODEL", "my_poems"),
    ],
)
def test_ai_task_model_holds_the_model_of_a_task(shell: Shell, variable: str, task: str) -> None:
    assert shell.pick("--task", task, **{variable: "vendor/big"})["model"] == BIG
    rows = {row["task"]: row for row in shell("tasks", "--json", **{variable: "vendor/big"}).json}
    assert (rows[task]["model"], rows[task]["source"]) == ("vendor/big", f"environment {variable}")
    assert shell.setting(f"tasks.{task}.model", **{variable: "vendor/big"}) == ("vendor/big", f"environment {variable}")


@pytest.mark.parametrize(
    "variable", ["AI_CHAT_MODEL", "AI_DEFAULT_MODEL", "MODEL_PREMIUM", "MODEL_BUDGET", "MODEL_FREE_FALLBACK_1"]
)
def test_a_variable_that_names_a_model_nobody_lists_is_a_warning(shell: Shell, variable: str) -> None:
    told = shell("select", "Hello there", "--json", **{variable: "nobody-lists-this"})
    assert told.code == 0
    assert told.json["model"]
    assert "nobody-lists-this" in told.err
    assert variable.removesuffix("_1") in told.err


# Free models and prices


def test_openrouter_show_free_only_hides_what_costs_money(shell: Shell) -> None:
    def listed(**variables: str) -> set[str]:
        return {row["id"] for row in shell("list", "--json", **variables).json}

    assert listed() == {BIG, MINI, GRATIS, OTHER, HOME}
    assert listed(OPENROUTER_SHOW_FREE_ONLY="true") == {GRATIS, OTHER, HOME}
    assert listed(OPENROUTER_SHOW_FREE_ONLY="0") == {BIG, MINI, GRATIS, OTHER, HOME}
    assert shell.setting("providers.openrouter.free_only", OPENROUTER_SHOW_FREE_ONLY="yes") == (
        True,
        "environment OPENROUTER_SHOW_FREE_ONLY",
    )


def test_openrouter_show_free_only_sends_nothing_to_what_costs_money(shell: Shell) -> None:
    only_free = {"OPENROUTER_SHOW_FREE_ONLY": "true"}
    refused = shell("ask", "Hello", "--model", BIG, "--json", **only_free)

    assert refused.code == 1
    assert "openrouter is set to free_only" in refused.json["error"]["message"]
    assert shell.pick("--prefer", BIG, **only_free)["model"] in {GRATIS, OTHER, HOME}
    assert shell.pick(AI_DEFAULT_MODEL=BIG, **only_free)["model"] in {GRATIS, OTHER, HOME}
    assert shell.pick("--tier", "premium", MODEL_PREMIUM=BIG, **only_free)["model"] in {GRATIS, OTHER, HOME}


def test_openrouter_prefer_free_models_says_whether_free_goes_first(shell: Shell) -> None:
    assert shell.pick("--strategy", "quality")["model"] in {GRATIS, OTHER, HOME}
    off = {"OPENROUTER_PREFER_FREE_MODELS": "false"}
    assert shell.pick("--strategy", "quality", "--min-quality", "0", **off)["model"]
    assert shell.setting("selection.free_first", **off) == (False, "environment OPENROUTER_PREFER_FREE_MODELS")


def test_openrouter_max_cost_per_token_refuses_dearer_models(shell: Shell) -> None:
    limit = {"OPENROUTER_MAX_COST_PER_TOKEN": "0.000001"}
    rejected = {each["model"]: each["reason"] for each in shell.pick(**limit)["rejected"]}
    assert BIG in rejected
    assert MINI not in rejected
    assert shell.setting("tasks.*.max_cost_per_token", **limit) == (
        "0.000001",
        "environment OPENROUTER_MAX_COST_PER_TOKEN",
    )


@pytest.mark.parametrize(
    ("variable", "value"), [("OPENROUTER_SHOW_FREE_ONLY", "perhaps"), ("OPENROUTER_MAX_COST_PER_TOKEN", "cheap")]
)
def test_a_variable_that_means_nothing_stops_with_what_is_allowed(shell: Shell, variable: str, value: str) -> None:
    told = shell("list", "--json", **{variable: value})
    assert told.code == 2
    assert told.json["error"]["code"] == "config"
    assert f"{variable} is '{value}'; allowed:" in told.json["error"]["message"]


# Addresses


class Server(BaseHTTPRequestHandler):
    """A server that lists one model, whichever protocol it is asked in."""

    def do_GET(self) -> None:
        answers: Mapping[str, Any] = {
            "/v1/models": {"data": [{"id": "found", "type": "model", "display_name": "Found"}]},
            "/api/tags": {"models": [{"name": "found", "model": "found", "details": {}}]},
        }
        answer = answers.get(self.path.partition("?")[0])
        body = json.dumps(answer or {}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server on this machine, without a path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as serving:
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("variable", "path", "provider"),
    [
        ("OLLAMA_HOST", "", "ollama"),
        ("OPENAI_BASE_URL", "/v1", "openai"),
        ("ANTHROPIC_BASE_URL", "", "anthropic"),
        ("ANTHROPIC_BASE_URL", "/v1", "anthropic"),
        ("MODELDECK_OLLAMA_BASE_URL", "", "ollama"),
        ("MODELDECK_OPENAI_BASE_URL", "/v1", "openai"),
        ("MODELDECK_MISTRAL_BASE_URL", "", "mistral"),
        ("MODELDECK_LMSTUDIO_BASE_URL", "/v1", "lmstudio"),
        ("MODELDECK_LLAMACPP_BASE_URL", "", "llamacpp"),
        ("MODELDECK_VLLM_BASE_URL", "/v1", "vllm"),
    ],
)
def test_a_base_url_sends_a_provider_somewhere_else(
    shell: Shell, server: str, variable: str, path: str, provider: str
) -> None:
    shell.variables |= {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY, "MISTRAL_API_KEY": KEY}
    moved = {variable: f"{server}{path}"}
    found = shell("list", "--refresh", "--provider", provider, "--json", **moved)
    assert [row["id"] for row in found.json] == [f"{provider}/found"], found.err
    address, origin = shell.setting(f"providers.{provider}.base_url", **moved)
    assert address.startswith(server)
    assert origin == f"environment {variable}"


def test_modeldeck_name_base_url_holds_for_a_server_of_ones_own(shell: Shell, server: str) -> None:
    write(shell, config='[providers.my-office]\nkind = "openai"\nbase_url = "http://127.0.0.1:9/v1"\n')
    moved = {"MODELDECK_MY_OFFICE_BASE_URL": f"{server}/v1"}
    found = shell("list", "--provider", "my-office", "--json", **moved)
    assert [row["id"] for row in found.json] == ["my-office/found"], found.err


def test_filters_of_the_file_hold_where_no_option_says_otherwise(shell: Shell) -> None:
    write(shell, config='[filters]\nkind = "free"\nproviders = ["openrouter"]\n')

    def listed(*flags: str) -> set[str]:
        return {row["id"] for row in shell("list", "--json", *flags).json}

    assert listed() == {GRATIS, OTHER}
    assert listed("--local", "--provider", "ollama") == {HOME}
    assert "2 of 5 fit" in shell("list").err


# Keys


@pytest.mark.parametrize(("variable", "provider"), KEYS)
def test_a_key_is_found_in_its_variable_and_never_shown(shell: Shell, variable: str, provider: str) -> None:
    del shell.variables["OPENROUTER_API_KEY"]
    assert shell.setting(f"providers.{provider}.has_key") == (False, "default")
    with_key = {variable: KEY}
    assert shell.setting(f"providers.{provider}.has_key", **with_key) == (True, f"environment {variable}")
    shown = [shell(*verb, **with_key) for verb in (("config", "show"), ("config", "show", "--json"), ("list", "-v"))]
    assert not any("0123456789abcdef" in each.out + each.err for each in shown)


# The terminal and the folders


def test_no_color_takes_every_colour_away(shell: Shell) -> None:
    shell.terminal = True
    assert "\x1b[" in shell("list", TERM="xterm").out
    assert "\x1b[" not in shell("list", TERM="xterm", NO_COLOR="1").out
    shell.terminal = False
    assert shell.setting("colour", NO_COLOR="1") == (False, "environment NO_COLOR")


def test_modeldeck_config_dir_says_where_settings_are(shell: Shell, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "config.toml").write_text("[budget]\nday_usd = 7\n")
    moved = {"MODELDECK_CONFIG_DIR": str(elsewhere)}
    assert shell.setting("budget.day_usd", **moved) == ("7", "config.toml line 2")
    assert shell.setting("folders.config", **moved) == (str(elsewhere), "environment MODELDECK_CONFIG_DIR")


def test_modeldeck_data_dir_says_where_the_database_is(shell: Shell, tmp_path: Path) -> None:
    moved = {"MODELDECK_DATA_DIR": str(tmp_path / "other")}
    assert shell("tasks", "--json", **moved).code == 0
    assert (tmp_path / "other" / "deck.db").exists()
    assert shell.setting("folders.data", **moved) == (str(tmp_path / "other"), "environment MODELDECK_DATA_DIR")
