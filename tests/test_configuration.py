"""`config check` as it works on real files."""

from pathlib import Path

import pytest

from modeldeck.domain.configuration import ConfigReport
from modeldeck.engine.launch import Options
from modeldeck.main import check_settings


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    for name in ("OPENROUTER_MAX_COST_PER_TOKEN", "MODEL_PREMIUM", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    return Options(config_dir=tmp_path / "config", data_dir=tmp_path / "data", no_network=True)


def test_without_a_file_the_defaults_hold(options: Options) -> None:
    report = check_settings(options, None)
    assert report.ok
    assert report.warnings[0] == "There is no such file; the defaults hold."


def test_another_file_than_the_own_one_can_be_tried(options: Options, tmp_path: Path) -> None:
    (tmp_path / "try.toml").write_text("[budget]\nday_usd = -1\nmonth_us = 1\n")
    report = check_settings(options, tmp_path / "try.toml")
    assert [(each.line, each.key) for each in report.problems] == [(2, "budget.day_usd"), (3, "budget.month_us")]
    assert not report.ok
    assert check_settings(options, None).ok


def test_a_file_that_is_no_toml_names_the_line(options: Options, tmp_path: Path) -> None:
    (tmp_path / "try.toml").write_text("[budget]\nday_usd = two\n")
    (problem,) = check_settings(options, tmp_path / "try.toml").problems
    assert (problem.line, problem.key) == (2, None)
    assert problem.message.startswith("not valid TOML")


def test_a_variable_that_means_nothing_is_a_problem_too(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUTER_MAX_COST_PER_TOKEN", "cheap")
    report = check_settings(options, None)
    assert isinstance(report, ConfigReport)
    (problem,) = report.problems
    assert (problem.line, problem.key) == (None, "OPENROUTER_MAX_COST_PER_TOKEN")
    assert "allowed:" in problem.message


def test_an_address_that_is_none_is_a_problem_too(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://me:secret@host")
    (problem,) = check_settings(options, None).problems
    assert "OLLAMA_HOST" in problem.message
    assert "secret" not in problem.message


def test_a_key_name_that_no_action_has_is_a_warning(options: Options, tmp_path: Path) -> None:
    (tmp_path / "try.toml").write_text('[keymap]\n"models.favourite" = "x"\n"models.favorite" = "f10"\n')
    report = check_settings(options, tmp_path / "try.toml")
    assert report.ok
    assert [each for each in report.warnings if "keymap" in each] == [
        "[keymap] knows no models.favorite; did you mean models.favourite?"
    ]


@pytest.mark.parametrize("name", ["demo", "local"])
def test_the_names_of_what_is_no_server_are_taken(options: Options, tmp_path: Path, name: str) -> None:
    (tmp_path / "try.toml").write_text(f'[providers.{name}]\nkind = "openai"\nbase_url = "http://localhost:1/v1"\n')
    (problem,) = check_settings(options, tmp_path / "try.toml").problems
    assert (problem.line, problem.key, problem.hint) == (
        1,
        f"providers.{name}",
        f"Give your server another name than {name}.",
    )
