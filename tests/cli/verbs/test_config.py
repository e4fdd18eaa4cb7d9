"""`config show` and `config check` as a person and as a script read them."""

from pathlib import Path

from fake_terminal import Terminal
from modeldeck.domain.configuration import ConfigReport, Setting
from modeldeck.domain.errors import ConfigProblem

SETTINGS = [
    Setting("budget.day_usd", "2", "config.toml line 3"),
    Setting("budget.month_usd", None),
    Setting("selection.free_first", False, "environment OPENROUTER_PREFER_FREE_MODELS"),
    Setting("favourites", ["cloud/a", "cloud/\x1b[31mb"], "deck.toml"),
]
PROBLEMS = (
    ConfigProblem(2, "budget.day_us", "`budget.day_us` is not a setting.", "Did you mean day_usd?"),
    ConfigProblem(None, None, "The environment variable X is 'y'."),
)


def test_show_names_value_and_origin_of_every_setting(cli: Terminal) -> None:
    cli.settings = SETTINGS
    assert cli("config", "show", "--json").json == [
        {"key": "budget.day_usd", "value": "2", "origin": "config.toml line 3", "locked": False},
        {"key": "budget.month_usd", "value": None, "origin": "default", "locked": False},
        {
            "key": "selection.free_first",
            "value": False,
            "origin": "environment OPENROUTER_PREFER_FREE_MODELS",
            "locked": True,
        },
        {"key": "favourites", "value": ["cloud/a", "cloud/\x1b[31mb"], "origin": "deck.toml", "locked": False},
    ]


def test_show_is_a_table_for_people(cli: Terminal) -> None:
    cli.settings = SETTINGS
    lines = cli("config", "show").out.splitlines()
    assert lines[0].split() == ["key", "value", "set", "by", "locked"]
    assert lines[2].split() == ["budget.month_usd", "-", "default"]
    assert lines[3].split()[-1] == "locked"
    assert "\x1b" not in "".join(lines)


def test_show_of_an_area_shows_that_area_alone(cli: Terminal) -> None:
    cli.settings = SETTINGS
    assert [row["key"] for row in cli("config", "show", "budget", "--json").json] == [
        "budget.day_usd",
        "budget.month_usd",
    ]
    assert [row["key"] for row in cli("config", "show", "favourites", "--json").json] == ["favourites"]


def test_show_of_an_unknown_area_names_the_areas(cli: Terminal) -> None:
    cli.settings = SETTINGS
    told = cli("config", "show", "budgets", "--json")
    assert told.code == 2
    assert told.json["error"]["hint"] == "Areas are budget, selection, favourites."


def test_check_of_a_good_file_says_so_with_its_warnings(cli: Terminal) -> None:
    cli.report = ConfigReport("config.toml", warnings=("MODEL_PREMIUM names 'x', which no provider lists.",))
    told = cli("config", "check", "--json")
    assert told.code == 0
    assert told.json == {
        "ok": True,
        "file": "config.toml",
        "problems": [],
        "warnings": ["MODEL_PREMIUM names 'x', which no provider lists."],
    }
    assert cli("config", "check").out.splitlines() == [
        "config.toml: ok",
        "  note: MODEL_PREMIUM names 'x', which no provider lists.",
    ]


def test_check_of_a_bad_file_lists_every_problem_and_exits_2(cli: Terminal) -> None:
    cli.report = ConfigReport("config.toml", PROBLEMS)
    told = cli("config", "check", "--json")
    assert told.code == 2
    assert told.json["problems"][0] == {
        "line": 2,
        "key": "budget.day_us",
        "message": "`budget.day_us` is not a setting.",
        "hint": "Did you mean day_usd?",
    }
    plain = cli("config", "check")
    assert plain.code == 2
    assert plain.out.splitlines() == [
        "config.toml: 2 wrong",
        "  line 2: `budget.day_us` is not a setting.",
        "    Did you mean day_usd?",
        "  The environment variable X is 'y'.",
    ]


def test_check_of_a_file_that_is_not_there_is_wrong_usage(cli: Terminal, tmp_path: Path) -> None:
    assert cli("config", "check", str(tmp_path / "absent.toml")).code == 2


def test_config_alone_tells_what_there_is(cli: Terminal) -> None:
    told = cli("config")
    assert told.code == 2
    assert "check" in told.err
    assert "show" in told.err
