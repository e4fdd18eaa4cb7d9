from collections.abc import Callable
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.settings import DeckState, Settings
from modeldeck.storage.settings_file import load_settings

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
        ("[providers.openrouter]\napi_key_env = 'my key'", "allowed: the name of an environment variable"),
        ("[providers.mine]\nkind = 'openai'", "`providers.mine` is a provider of your own and lacks base_url"),
        ("[providers.'a/b']\nkind = 'openai'", "is no provider name"),
        ("[selection]\nfavourite_bonus = 2", "allowed: a score from 0 to 1"),
        ("[selection]\nfloors = { expert = 11 }", "`selection.floors.expert` is 11.0; allowed: a score from 0 to 1"),
        ("[selection]\nfloors = { expert = nan }", "`selection.floors.expert` is nan; allowed: a score from 0 to 1"),
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
        ("[ui]\ntimezone = 'Mars/Olympus'", "line 2: `ui.timezone` is 'Mars/Olympus', unknown here"),
    ],
)
def test_a_value_out_of_range_or_in_contradiction_is_refused(read: Read, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert says in caught.value.message


@pytest.mark.parametrize(("given", "score"), [("0.7", 0.7), ("7", 0.7), ("1", 1.0), ("10", 1.0), ("0", 0.0)])
def test_thresholds_above_one_are_marks_out_of_ten(read: Read, given: str, score: float) -> None:
    settings = read(f"[tasks.chat]\nmin_quality = {given}\n[selection]\nfloors = {{ complex = {given} }}")
    assert settings.tasks["chat"].min_quality == pytest.approx(score)
    assert settings.selection.floors.complex == pytest.approx(score)


@pytest.mark.parametrize(
    "text",
    [
        "[budget]\nday_usd = 0",
        "[budget]\nday_usd = '0.25'",
        "[providers.ollama]\nbase_url = 'http://192.168.1.5:11434'",
        "[providers.local]\nenabled = false",
        "[models.'a/b']\nprice = { input = 0, output = 0 }",
        "[tasks.chat]\nmode = 'hybrid'\nmodel = 'a/b'",
    ],
)
def test_unusual_but_sensible_values_are_allowed(read: Read, text: str) -> None:
    assert read(text) != Settings()
