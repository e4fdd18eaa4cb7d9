from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.settings import Settings, StrategyWeights, TaskBudget
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Strategy
from modeldeck.storage.settings.config_file import load_settings

Read = Callable[[str], Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str) -> Settings:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_settings(path, DeckState(), {}).settings

    return read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[budget]\nday_usd = -3", "line 2: `budget.day_usd` is -3; allowed: an amount of USD, 0 or more"),
        ("[budget]\nsoft_percent = 180", "allowed: a number from 0 to 100"),
        ("[budget]\nsoft_percent = true", "is true; allowed: a number or a text"),
        ("[fallback]\nenabled = 'yes'", "is 'yes'; allowed: true or false"),
        ("[fallback]\nmax_retries = -1", "allowed: a whole number from 0 to 20"),
        ("[fallback]\nmax_wait_s = -0.1", "allowed: a number of seconds, 0 or more"),
        ("[providers.ollama.timeouts]\ntotal_s = 0", "allowed: a number of seconds above 0"),
        ("[providers.ollama.timeouts]\ntotal_s = inf", "allowed: a number of seconds above 0"),
        ("[providers.ollama]\nbase_url = 'localhost:11434'", "allowed: an address that begins with http:// or https"),
        ("[providers.ollama]\nbase_url = 'http://me:secret@host/v1'", "not allowed; allowed: an address that begins"),
        ("[providers.openrouter]\napi_key_env = 'my key'", "allowed: the name of an environment variable"),
        ("[providers.mine]\nkind = 'openai'", "`providers.mine` is a provider of your own and lacks base_url"),
        ("[providers.'a/b']\nkind = 'openai'", "is no provider name"),
        ("[selection]\nfavourite_bonus = 2", "allowed: a score from 0 to 1"),
        ("[selection]\nfloors = { expert = 11 }", "`selection.floors.expert` is 11; allowed: a score from 0 to 1"),
        ("[selection]\nfloors = { expert = nan }", "`selection.floors.expert` is NaN; allowed: a score from 0 to 1"),
        ("[selection]\ndefault_model = ' '", "allowed: a text that is not empty"),
        ("[tasks.chat]\nmin_quality = -0.1", "allowed: a score from 0 to 1, or above 1 up to 10"),
        ("[tasks.chat]\ncontext_needed = 0", "allowed: a whole number above 0"),
        ("[tasks.chat]\nmax_latency_ms = 0", "allowed: a number of milliseconds above 0"),
        ("[tasks.chat]\ncapabilities = ['flying']", "unknown capability 'flying'; allowed: chat, streaming, tools"),
        ("[tasks.chat]\nmode = 'manual'", "is 'manual' but no model is given; add `model`"),
        ("[tasks.chat]\nmode = 'auto'\nmodel = 'a/b'", "line 3: `tasks.chat.model` is given although the mode is"),
        ("[tiers.budget]\npaid = ['a/b', '']", "allowed: a list of model names"),
        ("[models.gpt]\nquality = 1", "`models.gpt` is no model id"),
        ("[models.'a/b']\nquality = 7", "allowed: a score from 0 to 1"),
        ("[models.'a/b']\nprice = { input = -1 }", "allowed: an amount of USD, 0 or more"),
        ("[models.'a/b']\ncapabilities = ['x']", '`models."a/b".capabilities` names an unknown capability'),
        ("[models.'a/b']\nalias = 'x'\n[models.'a/c']\nalias = 'x'", 'line 4: `models."a/c".alias` is also the alias'),
        ("[models.'a/b']\nsafety = 7", "is 7; allowed: a score from 0 to 1"),
        (
            "[models.'a/b']\nspecialization = { coding = 2 }",
            '`models."a/b".specialization.coding` is 2; allowed: a score',
        ),
        ("[models.'a/b']\nspecialization = { poems = 1 }", '`models."a/b".specialization.poems` is not a setting'),
        ("[limits]\nrequests_day = 0", "line 2: `limits.requests_day` is 0; allowed: a whole number above 0"),
        (
            "[providers.groq.limits]\ntokens_minute = -1",
            "`providers.groq.limits.tokens_minute` is -1; allowed: a whole",
        ),
        ("[providers.openrouter]\nkind = 'openai'", "is 'openai', but openrouter is known to speak openrouter"),
        ("[providers.openrouter]\napi_key_env = 'gsk_0123456789abcdefghij'", "is not allowed; allowed: the name of"),
        ("[selection]\nexploration = 1.5", "allowed: a share from 0 to 1"),
        ("[selection]\nlearning = 1", "is 1; allowed: true or false"),
        ("[selection.weights.cost]\nquality = -1", "allowed: a weight, 0 or more"),
        ("[selection.weights.thrift]\nquality = 1", "`selection.weights.thrift` is not a setting"),
        (
            "[selection.weights.cost]\nquality = 0\nsuccess = 0\ncost = 0\nspeed = 0\nload = 0",
            "`selection.weights.cost` holds only weights of 0; allowed: at least one above 0",
        ),
        ("[fallback]\nstrategy = 'best'", "is 'best'; allowed: 'balanced', 'quality'"),
        ("[budget.tasks.coding]\nday_usd = -1", "`budget.tasks.coding.day_usd` is -1; allowed: an amount of USD"),
        ("[filters]\nkind = 'cheap'", "is 'cheap'; allowed: 'free', 'paid' or 'local'"),
        ("[filters]\nproviders = ['opnrouter']", "names 'opnrouter'; allowed: openrouter"),
        ("[filters]\ncapabilities = ['flying']", "unknown capability 'flying'; allowed: chat"),
        ("[filters]\nmax_price = -1", "allowed: an amount of USD, 0 or more"),
        ("[filters]\nmin_context = 0", "allowed: a whole number above 0"),
        ("[local]\nmax_loaded = 0", "allowed: a whole number above 0"),
        ("[monitoring]\nretention_days = 0", "allowed: a whole number of days from 1 to 36500"),
        ("[monitoring]\nretention_days = 1e400", "allowed: a whole number of days from 1 to 36500"),
        ("[tasks.'']\npurpose = 'x'", "is no task name"),
        ('[tasks."a\\nb"]\npurpose = "x"', "is no task name"),
        ("[monitoring]\nhealth_check_minutes = 0", "allowed: a number of minutes above 0"),
        ("[safety]\nmin_safety = 11", "allowed: a score from 0 to 1, or above 1 up to 10"),
        ("[keymap]\n'models.filter' = ''", "allowed: a key, or several with commas between"),
        ("[tasks.narrative]\n[tasks.therapeutic_narrative]", "is another name of therapeutic_narrative, which is set"),
        ("[ui]\ntimezone = 'Mars/Olympus'", "line 2: `ui.timezone` is 'Mars/Olympus', unknown here"),
    ],
)
def test_a_value_out_of_range_or_in_contradiction_is_refused(read: Read, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert says in caught.value.message


@pytest.mark.parametrize(("given", "score"), [("0.7", 0.7), ("7", 0.7), ("1", 1.0), ("10", 1.0), ("0", 0.0)])
def test_thresholds_above_one_are_marks_out_of_ten(read: Read, given: str, score: float) -> None:
    settings = read(
        f"[tasks.chat]\nmin_quality = {given}\n[selection]\nfloors = {{ complex = {given} }}\n"
        f"[safety]\nmin_safety = {given}"
    )
    assert settings.tasks["chat"].min_quality == pytest.approx(score)
    assert settings.selection.floors.complex == pytest.approx(score)
    assert settings.safety.min_safety == pytest.approx(score)


def test_older_names_of_strategies_and_tasks_mean_the_same(read: Read) -> None:
    settings = read(
        "[selection.weights.performance_based]\ncost = 0\n[fallback]\nstrategy = 'cost_based'\n"
        "[budget.tasks.narrative]\nday_usd = 1"
    )
    assert settings.selection.weights == {Strategy.QUALITY: StrategyWeights(cost=0)}
    assert settings.fallback.strategy is Strategy.COST
    assert settings.budget.tasks == {"therapeutic_narrative": TaskBudget(day_usd=Decimal(1))}


@pytest.mark.parametrize(
    "text",
    [
        "[budget]\nday_usd = 0",
        "[budget]\nday_usd = '0.25'",
        "[providers.ollama]\nbase_url = 'http://192.168.1.5:11434'",
        "[models.'a/b']\nprice = { input = 0, output = 0 }",
        "[tasks.chat]\nmode = 'hybrid'\nmodel = 'a/b'",
        "[providers.ollama]\nkind = 'ollama'",
        "[providers.mine]\nkind = 'openai'\nbase_url = 'http://h/v1'\n[filters]\nproviders = ['mine', 'ollama']",
        "[selection.weights.performance_based]\ncost = 0",
        "[fallback]\nstrategy = 'cost_based'",
        "[tiers.premium]\nfree = ['nobody/knows']",
    ],
)
def test_unusual_but_sensible_values_are_allowed(read: Read, text: str) -> None:
    assert read(text) != Settings()
