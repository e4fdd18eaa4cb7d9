"""The façade over fakes: its life and its warnings, tasks and choices, what it knows of models and providers."""

import subprocess
import sys
from decimal import Decimal

import pytest

from fake_stock import FREE, HOME, PAID
from fakes import START, FakeProbe, MemoryState, World, local_model
from modeldeck.domain.errors import StorageError
from modeldeck.domain.hardware import Hardware, LoadedModel, Memory
from modeldeck.domain.loaded import EnvironmentTask
from modeldeck.domain.settings import BudgetSettings, Settings, TierSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode, Tier
from modeldeck.engine.deck import Deck

# life


def test_opening_shows_the_stored_lists_settles_the_dead_and_sends_nothing(stocked: World, deck: Deck) -> None:
    assert {model.id for model in deck.catalog.models} == {PAID.id, FREE.id, HOME.id}
    assert stocked.ledger.recovered == 1
    assert stocked.providers["cloud"].listings == 0


def test_lists_of_disabled_providers_are_not_shown(stocked: World) -> None:
    del stocked.providers["cloud"]
    with Deck(stocked.parts()) as deck:
        assert {model.provider for model in deck.catalog.models} == {"home"}


def test_closing_twice_closes_once(stocked: World) -> None:
    deck = Deck(stocked.parts())
    deck.ask("Hello", model=PAID.id)
    deck.close()
    deck.close()
    assert stocked.closed == 1
    assert stocked.providers["cloud"].closed_loops == 1


def test_warnings_speak_of_settings_variables_and_budgets(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(day_usd=Decimal("0.0008")))
    stocked.loaded = {
        "warnings": ("careful",),
        "environment_tasks": (EnvironmentTask("coding", "nonsense", "AI_CODING_MODEL"),),
    }
    with Deck(stocked.parts()) as deck:
        assert len(deck.warnings) == 2
        for _ in range(4):
            deck.record(task="chat", model=PAID.id, success=True, cost=Decimal("0.0002"))
        assert [warning.split()[0] for warning in deck.warnings] == ["careful", "AI_CODING_MODEL", "100%"]


def test_tier_lists_that_name_nothing_are_warned_about_once_something_is_listed(stocked: World) -> None:
    tiers = {Tier.PREMIUM: TierSettings(paid=(PAID.id, "nonsense")), Tier.BUDGET: TierSettings(free=("nobody",))}
    stocked.settings = Settings(tiers=tiers)
    stocked.loaded = {"origins": {"tiers.budget.free": "environment MODEL_FREE_BUDGET_*"}}
    with Deck(stocked.parts()) as deck:
        assert deck.warnings == (
            "`tiers.premium.paid` in config.toml names 'nonsense', which no provider lists; it is left out.",
            "MODEL_FREE_BUDGET_* names 'nobody', which no provider lists; it is left out.",
        )
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        assert deck.warnings == ()


# tasks and choices


def test_assignments_steer_the_selection(deck: Deck) -> None:
    deck.tasks.assign("coding", "llama:8b")
    assert deck.select("def f(): pass", task="coding").model == HOME.id
    assert deck.tasks.get("coding").source == "deck.toml"
    deck.tasks.unassign("coding")
    assert deck.select("def f(): pass", task="coding").mode is Mode.AUTO
    assert deck.tasks.assign("coding", None, tier="premium").tier is Tier.PREMIUM
    assert "coding" in {task.name for task in deck.tasks.all()}


def test_the_chosen_mode_steers_the_playground(stocked: World) -> None:
    stocked.state_file = MemoryState(DeckState())
    with Deck(stocked.parts()) as deck:
        deck.choices.set_mode(Mode.MANUAL, HOME.id)
        assert deck.select("Hello", infer_task=True).model == HOME.id
        assert deck.choices.state.recent == (HOME.id,)
        assert deck.choices.toggle_favourite(PAID.id) is True
        stocked.state_file.broken = True
        with pytest.raises(StorageError):
            deck.choices.update(theme="deck-light")
        assert deck.choices.state.theme == "deck-light"


# hardware


def test_fit_uses_the_last_readings(stocked: World) -> None:
    big = local_model("home/big", size_bytes=40 * 2**30)
    stocked.add("home", HOME, big, local=True)
    stocked.probe = FakeProbe(Hardware(at=START, memory=Memory(total=16 * 2**30, available=8 * 2**30)))
    with Deck(stocked.parts()) as deck:
        assert deck.machine.fit(big).fits is None
        deck.machine.read()
        assert deck.machine.fit(big).fits is False
        stocked.providers["home"].in_memory = (LoadedModel("home/big", 40 * 2**30),)
        assert [held.model for held in deck.machine.read_loaded()] == ["home/big"]
        assert deck.machine.fit(big).fits is True
        assert deck.machine.read_loaded(["cloud"]) == ()
    assert stocked.probe.reads == 1


def test_quality_is_known_for_every_model(deck: Deck) -> None:
    assert all(0 <= deck.standing.quality(model).value <= 1 for model in deck.catalog.models)


def test_providers_are_told_with_their_keys_state(stocked: World) -> None:
    stocked.add("keyless", needs_key=True, has_key=False)
    with Deck(stocked.parts()) as deck:
        assert {info.name: info.usable for info in deck.providers()} == {"cloud": True, "home": True, "keyless": False}


def test_a_deck_that_only_reads_does_not_import_asyncio() -> None:
    code = "import modeldeck.engine.deck, sys; sys.exit('asyncio' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
