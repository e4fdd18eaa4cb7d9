"""Command line > environment > deck.toml > config.toml > defaults, for values that exist in several layers."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fake_shell import BIG, GRATIS, HOME, MINI, OTHER, Shell, make_shell, write


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return make_shell(tmp_path, monkeypatch)


CONFIG = '[tasks.chat]\nmode = "hybrid"\nmodel = "vendor/mini"\n'
DECK = '[assignments.chat]\nmode = "hybrid"\nmodel = "vendor/other:free"\n'
VARIABLE = {"AI_CHAT_MODEL": "vendor/gratis:free"}
FLAG = ("--model", "vendor/big")


@pytest.mark.parametrize(
    ("files", "variables", "flags", "model", "origin"),
    [
        ({}, {}, (), None, "default"),
        ({"config": CONFIG}, {}, (), MINI, "config.toml line 3"),
        ({"config": CONFIG, "deck": DECK}, {}, (), OTHER, "deck.toml"),
        ({"config": CONFIG, "deck": DECK}, VARIABLE, (), GRATIS, "environment AI_CHAT_MODEL"),
        ({"config": CONFIG, "deck": DECK}, VARIABLE, FLAG, BIG, None),
        ({"config": CONFIG}, VARIABLE, (), GRATIS, "environment AI_CHAT_MODEL"),
        ({"deck": DECK}, {}, (), OTHER, "deck.toml"),
        ({"deck": DECK}, {}, FLAG, BIG, None),
        ({}, VARIABLE, (), GRATIS, "environment AI_CHAT_MODEL"),
    ],
    ids=["nothing", "file", "program", "variable", "flag", "variable-file", "only-program", "flag-program", "only-var"],
)
def test_the_model_of_a_task_follows_the_precedence(
    shell: Shell,
    files: Mapping[str, str],
    variables: Mapping[str, str],
    flags: tuple[str, ...],
    model: str | None,
    origin: str | None,
) -> None:
    write(shell, **files)
    picked = shell.pick("--task", "chat", *flags, **variables)["model"]
    assert picked == model if model is not None else picked in {GRATIS, OTHER, HOME}
    if origin is not None:
        assert shell.setting("tasks.chat.mode", **variables)[1] == origin.replace("line 3", "line 2")
    if model is not None and origin is not None:
        assert shell.setting("tasks.chat.model", **variables)[1] == origin


def test_the_config_folder_follows_the_precedence(shell: Shell, tmp_path: Path) -> None:
    flag = ("--config-dir", str(tmp_path / "flag"))
    assert shell.setting("folders.config", *flag) == (str(tmp_path / "flag"), "command line")
    assert shell.setting("folders.config") == (str(shell.config), "environment MODELDECK_CONFIG_DIR")


def test_a_variable_of_an_env_file_is_one_of_the_environment(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "my.env").write_text("AI_CHAT_MODEL=vendor/big\nAI_QA_MODEL=vendor/big\n")
    flag = ("--env-file", str(tmp_path / "my.env"))
    assert shell.setting("tasks.qa.model", *flag) == ("vendor/big", "environment AI_QA_MODEL")
    assert shell.setting("tasks.chat.model", *flag, AI_CHAT_MODEL="vendor/mini")[0] == "vendor/mini"
