"""Every effective value with its source; secrets stay out."""

from decimal import Decimal
from pathlib import Path

import pytest

from modeldeck.domain.configuration import Setting
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import Mode, Tier
from modeldeck.storage.settings.config_file import load_settings
from modeldeck.storage.settings.view import effective_settings, safe_address

KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"


def view(path: Path, text: str = "", state: DeckState | None = None, **variables: str) -> dict[str, Setting]:
    path.write_text(text)
    rows = effective_settings(load_settings(path, state or DeckState(), variables))
    assert len({row.key for row in rows}) == len(rows)
    return {row.key: row for row in rows}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_values_are_what_json_can_say(path: Path) -> None:
    rows = view(path, '[budget]\nday_usd = 0.10\n[filters]\nkind = "free"\nproviders = ["ollama"]\n')
    assert rows["budget.day_usd"] == Setting("budget.day_usd", "0.10", "config.toml line 2")
    assert rows["filters.kind"] == Setting("filters.kind", "free", "config.toml line 4")
    assert rows["filters.providers"].value == ["ollama"]
    assert rows["selection.free_first"] == Setting("selection.free_first", True)
    assert isinstance(rows["budget.day_usd"].value, str)
    assert not any(isinstance(row.value, Decimal) for row in rows.values())


def test_of_tables_with_a_name_only_what_was_set_is_listed(path: Path) -> None:
    rows = view(path, '[models."a/b"]\nquality = 0.5\n[selection.weights.cost]\ncost = 2\n')
    assert [key for key in rows if key.startswith("models")] == ['models."a/b".quality']
    assert [key for key in rows if "weights" in key] == ["selection.weights.cost.cost"]


def test_choices_stand_above_the_file_key_by_key(path: Path) -> None:
    state = DeckState(
        theme="plum",
        mode=Mode.HYBRID,
        favourites=("a/b",),
        filters={"kind": "paid", "providers": "a,b", "sort": "name"},
        assignments={"coding": Assignment(mode=Mode.MANUAL, model="a/b", tier=Tier.PREMIUM), "mine": Assignment()},
    )
    text = '[ui]\ntheme = "file"\n[filters]\nkind = "free"\nmin_context = 5\n[tasks.coding]\nstrategy = "cost"\n'
    rows = view(path, text, state)
    chosen = {key: row.value for key, row in rows.items() if row.origin == "deck.toml"}
    assert chosen == {
        "ui.theme": "plum",
        "filters.kind": "paid",
        "filters.providers": ["a", "b"],
        "filters.sort": "name",
        "tasks.coding.mode": "manual",
        "tasks.coding.model": "a/b",
        "tasks.coding.tier": "premium",
        "tasks.mine.mode": "auto",
        "tasks.mine.model": None,
        "mode": "hybrid",
        "favourites": ["a/b"],
    }
    assert rows["filters.min_context"].origin == "config.toml line 5"
    assert rows["tasks.coding.strategy"].origin == "config.toml line 7"
    assert not any(row.locked for row in rows.values())


def test_what_a_variable_holds_is_locked(path: Path) -> None:
    rows = view(path, AI_CHAT_MODEL="x", OPENROUTER_PREFER_FREE_MODELS="no")
    assert {key for key, row in rows.items() if row.locked} == {
        "selection.free_first",
        "tasks.chat.mode",
        "tasks.chat.model",
    }


def test_a_key_in_a_wrong_place_is_not_shown(path: Path) -> None:
    rows = view(path, f'[selection]\ndefault_model = "{KEY}"\n[tiers.budget]\nfree = ["{KEY}"]\n', AI_CHAT_MODEL=KEY)
    assert "0123456789abcdef" not in str(rows)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://me:secret@host:8/v1", "https://host:8/v1"),
        ("https://host/v1?key=secret#x", "https://host/v1"),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434"),
    ],
)
def test_an_address_is_shown_without_what_could_be_secret(given: str, shown: str) -> None:
    assert safe_address(given) == shown
