import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_terminal import Terminal
from modeldeck.cli.app import run
from modeldeck.cli.root import VERBS
from modeldeck.domain.errors import ConfigError, StorageError
from modeldeck.engine.tasks import Tasks

VERB_NAMES = sorted(VERBS)


def test_alone_at_a_terminal_it_opens_the_app(cli: Terminal) -> None:
    result = cli("--demo", terminal=True)
    assert result.code == 0
    assert [options.simulated for options in cli.app_runs] == [True]
    assert cli.opened == []


@pytest.mark.parametrize("words", [(), ("--no-network",)])
def test_the_app_opens_with_the_flags_that_it_was_given(cli: Terminal, words: tuple[str, ...]) -> None:
    assert cli(*words, terminal=True).code == 0
    (options,) = cli.app_runs
    assert options.no_network == bool(words)
    assert not options.simulated


def test_alone_without_a_terminal_it_prints_the_list(cli: Terminal) -> None:
    assert "home/llama:8b" in cli().out
    assert "home/llama:8b" in cli(stdin=b"", terminal=True).out
    assert len(cli("--json", terminal=True).json) == 6
    assert cli.app_runs == []


@pytest.mark.parametrize("order", ["before", "after"])
def test_global_flags_stand_before_or_after_the_verb(cli: Terminal, tmp_path: Path, order: str) -> None:
    flags = ["--demo", "--config-dir", str(tmp_path / "c"), "--data-dir", str(tmp_path / "d"), "--no-network", "-v"]
    flags += ["--env-file", str(tmp_path / "e")]
    result = cli(*flags, "tasks") if order == "before" else cli("tasks", *flags)
    assert result.code == 0
    (options,) = cli.opened
    assert (options.simulated, options.no_network, options.verbose) == (True, True, True)
    assert (options.config_dir, options.data_dir) == (tmp_path / "c", tmp_path / "d")
    assert options.env_file == tmp_path / "e"


@pytest.mark.parametrize("argv", [["--version"], ["list", "--version"], ["--demo", "--version"]])
def test_the_version_is_printed_wherever_it_is_asked_for(cli: Terminal, argv: list[str]) -> None:
    result = cli(*argv)
    assert (result.code, result.out) == (0, "modeldeck 1.2.3\n")
    assert cli.opened == []


@pytest.mark.parametrize("verb", VERB_NAMES)
def test_every_verb_has_help_and_takes_json(cli: Terminal, verb: str) -> None:
    result = cli(verb, "--help")
    assert result.code == 0
    assert "--json" in result.out
    assert cli.opened == []


def test_help_names_every_verb(cli: Terminal) -> None:
    text = cli("--help").out
    assert all(f"  {verb} " in text for verb in VERB_NAMES)


@pytest.mark.parametrize("argv", [["lst"], ["list", "--frree"], ["info"], ["assign", "coding"]])
def test_wrong_usage_is_exit_2_with_a_hint(cli: Terminal, argv: list[str]) -> None:
    result = cli(*argv)
    assert (result.code, result.out) == (2, "")
    assert "--help" in result.err
    failed = cli(*argv, "--json")
    assert failed.code == 2
    assert set(failed.json["error"]) >= {"code", "message", "hint"}


def test_a_verb_with_a_slip_gets_the_nearest_one(cli: Terminal) -> None:
    assert "Did you mean list" in cli("lsit").err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("config.toml, line 3: unknown key 'x'.", "Allowed: y."), 2),
        (StorageError("The folder /x cannot be written."), 1),
    ],
)
def test_a_deck_that_does_not_open_says_why(cli: Terminal, error: Exception, code: int) -> None:
    cli.open_failure = error
    result = cli("list", "--json")
    assert result.code == code
    assert result.json["error"]["message"] == str(error)
    assert str(error) in result.err


def test_an_unexpected_failure_is_one_line_and_a_traceback_only_with_v(cli: Terminal) -> None:
    cli.open_failure = ZeroDivisionError("\x1b[31mboom")
    plain = cli("list")
    assert plain.code == 1
    assert "ZeroDivisionError: boom" in plain.err
    assert "-v" in plain.err
    assert "Traceback" not in plain.err
    assert "Traceback" in cli("list", "-v").err
    assert cli("list", "--json").json["error"]["code"] == "internal"


def test_interruption_is_exit_130(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Tasks) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Tasks, "all", interrupt)
    result = cli("tasks", "--json")
    assert result.code == 130
    assert result.json["error"]["code"] == "interrupted"


def test_a_reader_that_left_is_no_failure(cli: Terminal) -> None:
    for argv in (["list"], ["list", "--json"], ["tasks"], ["--help"]):
        result = cli(*argv, reader_gone=True)
        assert (result.code, result.err) == (0, "")


def test_settings_warnings_are_said_on_stderr(cli: Terminal) -> None:
    cli.world.loaded["warnings"] = ("MODEL_PREMIUM names\x07 nobody",)
    result = cli("tasks", "--json")
    assert "MODEL_PREMIUM names nobody" in result.err
    assert len(result.json) == 15


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.sampled_from([*VERB_NAMES, "--json", "--limit", "-v", "--", "-", "--by"]), st.text())))
def test_no_line_of_arguments_raises(cli: Terminal, argv: list[str]) -> None:
    assert cli(*argv, stdin=b"hello").code in (0, 1, 2)


def test_arguments_that_are_not_text_are_replaced(cli: Terminal) -> None:
    assert cli("ask", "caf\udce9", "--json").code == 0


def test_run_takes_the_arguments_of_the_process(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["modeldeck", "--version"])
    assert run(cli.launch()) == 0


HEAVY = {"asyncio", "textual", "rich", "httpx", "pydantic", "sqlite_utils", "pynvml", "psutil", "logging", "json"}


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nsys.stderr.write('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_imports_no_verb_and_nothing_heavy() -> None:
    help_only = (
        "from modeldeck.cli.app import run\nfrom modeldeck.engine.launch import Launch\n"
        "run(Launch(*['1', *[None] * (len(Launch._fields) - 1)]), ['--help'])"
    )
    loaded = loaded_after(help_only)
    assert loaded & HEAVY == set()
    assert not any(
        name in loaded for name in ("modeldeck.cli.verbs.list", "modeldeck.cli.verbs.ask", "modeldeck.cli.verbs.usage")
    )


def test_the_app_does_not_wait_for_the_verbs() -> None:
    app_only = (
        "from modeldeck.cli import app\nfrom modeldeck.engine.launch import Launch\napp.has_terminal = lambda: True\n"
        "launch = Launch(*['1', *[None] * (len(Launch._fields) - 1)])._replace(run_app=lambda options: 0)\n"
        "assert app.run(launch, ['--no-network']) == 0"
    )
    assert loaded_after(app_only) & {"click", "modeldeck.cli.root"} == set()


def test_reading_the_catalog_imports_nothing_heavy() -> None:
    assert loaded_after("import modeldeck.cli.root, modeldeck.cli.verbs.list") & HEAVY == set()
