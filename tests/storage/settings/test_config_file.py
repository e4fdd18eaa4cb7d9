import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.model import Capability
from modeldeck.domain.settings import Settings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import DEFAULT_TASKS, Criteria, Mode, Strategy, Task, Tier
from modeldeck.storage.settings.config_file import load_settings

Read = Callable[[str], LoadedSettings]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def read(path: Path) -> Read:
    def read(text: str) -> LoadedSettings:
        path.write_text(text, encoding="utf-8")
        return load_settings(path, DeckState(), {})

    return read


def task(loaded: LoadedSettings, name: str) -> Task:
    return next(each for each in loaded.tasks if each.name == name)


EVERYTHING = """
[providers.mine]
kind = "openai"
base_url = "https://models.example/v1"
api_key_env = "MINE_KEY"
local = false
timeouts = { connect_s = 1.5, total_s = 60 }

[providers.openrouter]
free_only = true

[tiers.premium]
free = ["openrouter/a:free"]
paid = ["openrouter/b", "openrouter/c"]

[tasks.coding]
mode = "hybrid"
model = "ollama/coder"
tier = "premium"
strategy = "performance_based"
capabilities = ["tools", "function-calling", "JSON"]
min_quality = 7.5
max_cost_usd = 0.01
max_latency_ms = 2000
context_needed = 32_000

[tasks.poems]
purpose = "rhymes"
free_only = true

[selection]
strategy = "cost_based"
default_model = "openrouter/b"
free_first = false
favourite_bonus = 0.05
floors = { expert = 0.8 }

[fallback]
max_retries = 1
max_wait_s = 0

[budget]
day_usd = 0.1
month_usd = 5
soft_percent = 75
unknown_price = "allow"

[models."openrouter/deepseek/deepseek-r1:free"]
price = { input = 0.55 }
context = 64000
quality = 0.8
capabilities = ["reasoning"]
alias = "r1"

[privacy]
history = false

[savings]
baseline = "openrouter/dear"

[keymap]
"models.filter" = "ctrl+f"

[ui]
theme = "deck-light"
timezone = "Europe/Berlin"
"""


def test_without_a_file_everything_is_as_documented(path: Path) -> None:
    loaded = load_settings(path, DeckState(), {})
    assert loaded == LoadedSettings(settings=Settings(), state=DeckState(), tasks=DEFAULT_TASKS)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "﻿# made by an editor on Windows\r\n"])
def test_an_empty_file_changes_nothing(read: Read, text: str) -> None:
    assert read(text).settings == Settings()


def test_an_empty_file_needs_no_validator(path: Path) -> None:
    path.write_text("# nothing")
    code = (
        "import sys; from pathlib import Path; from modeldeck.domain.state import DeckState\n"
        "from modeldeck.storage.settings.config_file import load_settings\n"
        "load_settings(Path(sys.argv[1]), DeckState(), {}); print('pydantic' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_every_area_is_read(read: Read) -> None:
    settings = read(EVERYTHING).settings
    mine = settings.providers["mine"]
    assert (mine.kind, mine.base_url, mine.api_key_env, mine.local) == (
        "openai", "https://models.example/v1", "MINE_KEY", False,
    )  # fmt: skip
    assert (mine.timeouts.connect_s, mine.timeouts.total_s, mine.timeouts.idle_s) == (1.5, 60.0, 60.0)
    assert settings.providers["openrouter"].free_only
    assert settings.tiers[Tier.PREMIUM].paid == ("openrouter/b", "openrouter/c")
    assert (settings.selection.strategy, settings.selection.free_first) == (Strategy.COST, False)
    assert (settings.selection.floors.expert, settings.selection.floors.simple) == (0.8, 0.25)
    assert (settings.fallback.max_retries, settings.fallback.max_wait_s) == (1, 0.0)
    assert settings.models["openrouter/deepseek/deepseek-r1:free"].alias == "r1"
    assert not settings.privacy.history
    assert settings.savings.baseline == "openrouter/dear"
    assert settings.keymap == {"models.filter": "ctrl+f"}
    assert (settings.ui.theme, settings.ui.timezone) == ("deck-light", "Europe/Berlin")


def test_money_is_exact(read: Read) -> None:
    budget = read(EVERYTHING).settings.budget
    assert (str(budget.day_usd), budget.month_usd) == ("0.1", Decimal(5))


def test_tasks_are_laid_over_the_defaults(read: Read) -> None:
    loaded = read(EVERYTHING)
    assert task(loaded, "coding") == Task(
        name="coding",
        purpose="write, explain and mend code",
        mode=Mode.HYBRID,
        model="ollama/coder",
        tier=Tier.PREMIUM,
        strategy=Strategy.QUALITY,
        criteria=Criteria(
            required_capabilities=frozenset({Capability.TOOLS, Capability.JSON}),
            max_cost_usd=Decimal("0.01"),
            max_latency_ms=2000.0,
            min_quality=0.75,
            context_needed=32_000,
        ),
        source="config.toml",
    )
    poems = task(loaded, "poems")
    assert (poems.purpose, poems.tier, poems.criteria.free_only) == ("rhymes", Tier.FALLBACK, True)
    assert [each.name for each in loaded.tasks] == [each.name for each in DEFAULT_TASKS] + ["poems"]
    assert task(loaded, "summarization") in DEFAULT_TASKS


def test_a_task_known_by_its_alias_is_one_task(read: Read) -> None:
    loaded = read('[tasks.narrative]\ntier = "budget"\n')
    assert task(loaded, "therapeutic_narrative").tier is Tier.BUDGET
    assert len(loaded.tasks) == len(DEFAULT_TASKS)


def test_a_model_without_a_mode_means_exactly_that_model(read: Read) -> None:
    assert task(read('[tasks.chat]\nmodel = "ollama/llama"\n'), "chat").mode is Mode.MANUAL


def test_what_a_default_task_asks_for_can_be_switched_off(read: Read) -> None:
    assert task(read("[tasks.extraction]\nrequire_fast = false\n"), "extraction").require_fast is False


def test_origins_name_file_and_line_of_each_key_that_is_set(read: Read) -> None:
    origins = read('[budget]\nday_usd = 1\n[models."a/b.c"]\nquality = 0.5\n').origins
    assert origins == {
        "budget.day_usd": "config.toml line 2",
        'models."a/b.c".quality': "config.toml line 4",
    }


def test_the_theme_chosen_in_the_program_wins(path: Path) -> None:
    path.write_text('[ui]\ntheme = "from-file"\n')
    loaded = load_settings(path, DeckState(theme="chosen"), {})
    assert (loaded.settings.ui.theme, loaded.origins["ui.theme"]) == ("chosen", "deck.toml")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[budget]\n\nday_us = 3\n", 3, "`budget.day_us` is not a setting"),
        ("[budgets]\nday_usd = 3\n", 1, "`budgets` is not a setting"),
        ("[tiers.premum]\nfree = []\n", 1, "`tiers.premum` is not a setting"),
        ("[providers.ollama.timeouts]\nidle = 3\n", 2, "`providers.ollama.timeouts.idle` is not a setting"),
        ("\n[tasks.chat]\nmode = 'manul'\n", 3, "is 'manul'; allowed: 'manual', 'auto' or 'hybrid'"),
        ("[selection]\nstrategy = 'best'\n", 2, "is 'best'; allowed: 'balanced', 'quality'"),
        ("[selection]\nfallback_mode = 'any'\n", 2, "is 'any'; allowed: 'auto' or 'none'"),
        ("[tiers.premium]\nfree = 'a/b'\n", 2, "allowed: a list in brackets"),
        ("[tiers.premium]\nfree = ['a/b',\n 3]\n", 2, "is 3; allowed: a text in quotes"),
        ("[fallback]\nmax_retries = 'many'\n", 2, "is 'many'; allowed: a whole number"),
        ("[fallback]\nmax_retries = 1.5\n", 2, "is 1.5; allowed: a whole number"),
        ("[fallback]\nenabled = 'si'\n", 2, "is 'si'; allowed: true or false"),
        ("[budget]\nday_usd = 'ten'\n", 2, "is 'ten'; allowed: a number"),
        ("[budget]\nday_usd = nan\n", 2, "is NaN; allowed: a number"),
        ("budget = 3\n", 1, "`budget` is 3; allowed: a table of settings"),
        ("providers = []\n", 1, "allowed: a table of settings"),
        ("[ui]\ntheme = 2026-01-01\n", 2, "allowed: a text in quotes"),
    ],
)
def test_a_wrong_value_is_named_with_line_and_key(path: Path, read: Read, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.message.startswith(f"{path}, line {line}: ")
    assert says in caught.value.message


def test_a_misspelt_key_comes_with_the_nearest_and_all_allowed(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read("[budget]\nday_us = 3\nnope = 1\n")
    assert caught.value.hint == (
        "Did you mean day_usd? Allowed here: session_usd, day_usd, month_usd, soft_percent, unknown_price, tasks. "
        "1 more: `modeldeck config check` lists them."
    )


def test_everything_that_is_wrong_is_found_at_once(path: Path, read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read(
            "[budget]\nday_us = 3\nsoft_percent = 180\nmonth_usd = 'ten'\n"
            "[tasks.chat]\nmode = 'manual'\nmodel = 3\n[tasks.qa]\nmode = 'manual'\n[fallback]\nmax_retries = [1, 2]\n"
        )
    assert caught.value.message.startswith(f"{path}, line 2: `budget.day_us` is not a setting")
    assert [(each.line, each.key) for each in caught.value.problems] == [
        (2, "budget.day_us"),
        (3, "budget.soft_percent"),
        (4, "budget.month_usd"),
        (7, "tasks.chat.model"),
        (9, "tasks.qa.mode"),
        (11, "fallback.max_retries"),
    ]


def test_a_misspelt_tier_comes_with_the_tiers(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read("[tiers.premum]\nfree = []\n")
    assert caught.value.hint == "Did you mean premium? Allowed here: premium, budget, fallback."


@pytest.mark.parametrize(
    "text",
    [
        '[providers.openrouter]\napi_key = "sk-or-v1-0123456789abcdef0123456789abcdef"\n',
        '[providers.openrouter]\napi_key_env = "sk-or-v1-0123456789abcdef0123456789abcdef"\n',
        '[providers.openrouter]\nkind = "sk-or-v1-0123456789abcdef0123456789abcdef"\n',
        '[providers.mine]\nkind = "openai"\nbase_url = "me:sk-or-v1-0123456789abcdef@host"\n',
        'api_key = "sk-or-v1-0123456789abcdef0123456789abcdef\n',
    ],
)
def test_a_key_in_the_wrong_place_is_never_repeated(read: Read, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert "0123456789" not in f"{caught.value.message} {caught.value.hint}"
