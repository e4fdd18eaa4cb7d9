from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck.domain.errors import ConfigError
from modeldeck.domain.loaded import EnvironmentTask, LoadedSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Tier
from modeldeck.storage.settings.config_file import load_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(path: Path, **variables: str) -> LoadedSettings:
    return load_settings(path, DeckState(), variables)


def test_tiers_come_from_the_variables_in_the_order_of_their_numbers(path: Path) -> None:
    loaded = load(
        path,
        MODEL_PREMIUM="openai/gpt-5",
        MODEL_FREE_PREMIUM_2="b:free",
        MODEL_FREE_PREMIUM_10="c:free",
        MODEL_FREE_PREMIUM_1="a:free",
        MODEL_FREE_BUDGET_3="d:free",
        MODEL_FALLBACK="e",
    )
    tiers = loaded.settings.tiers
    assert (tiers[Tier.PREMIUM].free, tiers[Tier.PREMIUM].paid) == (("a:free", "b:free", "c:free"), ("openai/gpt-5",))
    assert (tiers[Tier.BUDGET].free, tiers[Tier.BUDGET].paid) == (("d:free",), ())
    assert tiers[Tier.FALLBACK].paid == ("e",)
    assert loaded.origins["tiers.premium.paid"] == "environment MODEL_PREMIUM"
    assert loaded.origins["tiers.budget.free"] == "environment MODEL_FREE_BUDGET_*"


def test_a_variable_wins_over_its_half_of_the_tier_only(path: Path) -> None:
    path.write_text('[tiers.premium]\nfree = ["file:free"]\npaid = ["file"]\n')
    premium = load(path, MODEL_PREMIUM="variable").settings.tiers[Tier.PREMIUM]
    assert (premium.free, premium.paid) == (("file:free",), ("variable",))


def test_tasks_are_held_by_their_variables(path: Path) -> None:
    loaded = load(
        path,
        AI_CHAT_MODEL="a",
        AI_MOOD_SEARCH_MODEL="b",
        AI_PREFERENCE_MODEL="c",
        AI_NARRATIVE_MODEL="d",
        AI_DEFAULT_MODEL="e",
        AI_POEMS_MODEL="f",
        AI_QA_MODEL="  ",
    )
    assert {held.task: (held.model, held.variable) for held in loaded.environment_tasks} == {
        "chat": ("a", "AI_CHAT_MODEL"),
        "mood_search": ("b", "AI_MOOD_SEARCH_MODEL"),
        "preference_extraction": ("c", "AI_PREFERENCE_MODEL"),
        "therapeutic_narrative": ("d", "AI_NARRATIVE_MODEL"),
        "poems": ("f", "AI_POEMS_MODEL"),
    }
    assert loaded.settings.selection.default_model == "e"
    assert EnvironmentTask("chat", "a", "AI_CHAT_MODEL") in loaded.environment_tasks


@pytest.mark.parametrize(
    ("word", "meaning"), [("true", True), ("1", True), ("YES", True), ("off", False), ("0", False)]
)
def test_switches_win_over_the_file(path: Path, word: str, meaning: bool) -> None:
    path.write_text(f"[selection]\nfree_first = {str(not meaning).lower()}\n[providers.openrouter]\nenabled = false\n")
    loaded = load(path, OPENROUTER_PREFER_FREE_MODELS=word, OPENROUTER_SHOW_FREE_ONLY=word)
    assert loaded.settings.selection.free_first is meaning
    openrouter = loaded.settings.providers["openrouter"]
    assert (openrouter.free_only, openrouter.enabled) == (meaning, False)
    assert loaded.origins["selection.free_first"] == "environment OPENROUTER_PREFER_FREE_MODELS"


def test_the_highest_price_holds_for_every_task(path: Path) -> None:
    path.write_text("[tasks.poems]\nfree_only = true\n")
    loaded = load(path, OPENROUTER_MAX_COST_PER_TOKEN="0.000001")
    assert {task.criteria.max_cost_per_token for task in loaded.tasks} == {Decimal("0.000001")}
    assert next(task for task in loaded.tasks if task.name == "poems").criteria.free_only


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENROUTER_SHOW_FREE_ONLY", "perhaps"),
        ("OPENROUTER_PREFER_FREE_MODELS", "2"),
        ("OPENROUTER_MAX_COST_PER_TOKEN", "cheap"),
        ("OPENROUTER_MAX_COST_PER_TOKEN", "-1"),
        ("OPENROUTER_MAX_COST_PER_TOKEN", "inf"),
    ],
)
def test_a_variable_that_means_nothing_stops_instead_of_costing_money(path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(path, **{name: value})
    assert name in caught.value.message
    assert repr(value) in caught.value.message
    assert "allowed:" in caught.value.message


def test_other_variables_change_nothing(path: Path) -> None:
    plain = load(path)
    assert load(path, MODEL_="x", MODEL_FREE_PREMIUM="x", AI__MODEL="", PATH="/bin", AI_MODEL="x") == plain
