"""Edits of config.toml while a deck is open: what follows at once, what waits, and what a broken edit does."""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from fakes import START, free_model, local_model, make_model
from modeldeck.clock import SystemClock
from modeldeck.domain.errors import ConfigError, DeckError
from modeldeck.domain.settings import Settings
from modeldeck.domain.task import Mode, Tier
from modeldeck.engine.catalog.filter import usual_filter
from modeldeck.engine.live_settings import Reloaded
from modeldeck.main import Deck
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database
from modeldeck.storage.package_data import load_vendors

BIG, GRATIS, HOME = "openrouter/vendor/big", "openrouter/vendor/gratis:free", "ollama/llama:8b"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def deck(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deck]:
    """A deck without a settings file so far, over lists that were fetched before."""
    for name in [name for name in os.environ if name.startswith(("MODEL", "AI_", "OPENROUTER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENROUTER_API_KEY", "k")
    monkeypatch.setenv("MODELDECK_OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1")  # without a network, yet in reach
    database = Database(tmp_path / "deck.db", SystemClock())
    database.open()
    stored = {"openrouter": [make_model(BIG, price=("3", "15")), free_model(GRATIS)], "ollama": [local_model(HOME)]}
    for provider in load_vendors():
        SqliteCatalogCache(database).store(provider, stored.get(provider, []), START)
    database.close()
    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, no_network=True) as deck:
        yield deck


def edit(path: Path, text: str) -> None:
    """Write the file as an editor does, at a time of its own."""
    path.write_text(text)
    times = path.stat()
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + len(text) * 1_000_000))


def listed(deck: Deck) -> set[str]:
    return {model.id for model in deck.catalog.models}


def picked(deck: Deck, **fields: str) -> str:
    return deck.select("Hello there", task="qa", tier=Tier(fields["tier"]) if "tier" in fields else None).model


def filtered(deck: Deck) -> set[str]:
    wanted = usual_filter(deck.settings.loaded.settings.filters)
    return {model.id for model in wanted.apply(deck.catalog.models)}


Look = Callable[[Deck], object]


@pytest.mark.parametrize(
    ("text", "look", "before", "after"),
    [
        ('[tiers.premium]\nfree = ["llama:8b"]', lambda deck: picked(deck, tier="premium"), BIG, HOME),
        ('[tasks.qa]\nmodel = "vendor/big"', picked, GRATIS, BIG),
        ("[tasks.rhymes]\nfree_only = true", lambda deck: deck.tasks.all()[-1].name, "default", "rhymes"),
        ('[selection]\ndefault_model = "vendor/big"', picked, GRATIS, BIG),
        (
            '[models."ollama/llama:8b"]\nhidden = true',
            lambda deck: deck.standing.status(deck.catalog.get(HOME)) == "hidden",
            False,
            True,
        ),
        ('[models."ollama/llama:8b"]\ncontext = 5', lambda deck: deck.catalog.get(HOME).context, 128_000, 5),
        ("[providers.openrouter]\nfree_only = true", listed, {BIG, GRATIS, HOME}, {GRATIS, HOME}),
        ("[providers.openrouter]\nenabled = false", listed, {BIG, GRATIS, HOME}, {HOME}),
        ("[budget]\nday_usd = 2", lambda deck: deck.money.budget().limits, {}, {"day": Decimal(2)}),
        ('[filters]\nkind = "local"', filtered, {BIG, GRATIS, HOME}, {HOME}),
        (
            "[privacy]\ndeny_training = true",
            lambda deck: deck.settings.loaded.settings.privacy.deny_training,
            False,
            True,
        ),
        ("[fallback]\nmax_retries = 0", lambda deck: deck.settings.loaded.settings.fallback.max_retries, 3, 0),
    ],
    ids=[
        "tiers",
        "tasks",
        "own-task",
        "selection",
        "hidden",
        "facts",
        "free-only",
        "switched-off",
        "budget",
        "filters",
        "privacy",
        "fallback",
    ],
)
def test_an_edit_holds_at_once(deck: Deck, path: Path, text: str, look: Look, before: object, after: object) -> None:
    assert look(deck) == before
    edit(path, text)
    assert deck.settings.edited()
    told = deck.reload()
    assert (told.areas, told.restart) == ((text[1:].partition("]")[0].partition(".")[0],), ())
    assert look(deck) == after
    path.unlink()
    deck.reload()
    assert look(deck) == before


def test_a_broken_edit_names_the_line_and_changes_nothing(deck: Deck, path: Path) -> None:
    edit(path, "[budget]\nday_usd = 2\n")
    deck.reload()
    edit(path, '[budget]\nday_usd = -1\n[tasks.qa]\nmodel = "vendor/big"\n')
    with pytest.raises(ConfigError, match=r"config\.toml, line 2: `budget.day_usd` is -1; allowed: an amount of USD"):
        deck.reload()
    assert deck.money.budget().limits == {"day": Decimal(2)}
    assert picked(deck) == GRATIS
    assert not deck.settings.edited()
    edit(path, "[budget]\nday_usd = 3\n")
    assert deck.settings.edited()
    assert deck.reload().areas == ("budget",)


def test_a_file_that_nobody_touched_is_not_edited(deck: Deck, path: Path) -> None:
    assert not deck.settings.edited()
    edit(path, "# a thought\n")
    assert deck.settings.edited()
    assert deck.reload() == Reloaded()
    assert not deck.settings.edited()


def test_what_is_read_only_at_the_start_says_so(deck: Deck, path: Path) -> None:
    edit(path, '[providers.ollama]\nbase_url = "http://127.0.0.1:9"\n[ui]\ntimezone = "Europe/Berlin"\n')
    assert deck.reload() == Reloaded(("providers", "ui"), ("providers.ollama", "ui.timezone"))
    edit(path, "# as it was\n")
    assert deck.reload() == Reloaded(("providers", "ui"))


def test_a_provider_that_was_off_at_the_start_waits_for_the_next_one(tmp_path: Path, path: Path, deck: Deck) -> None:
    edit(path, "[providers.openrouter]\nenabled = false\n")
    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, no_network=True) as without:
        edit(path, "[providers.openrouter]\nenabled = true\n")
        assert without.reload().restart == ("providers.openrouter",)
        assert listed(without) == {HOME}


def test_a_provider_that_is_switched_off_is_not_used_any_more(deck: Deck, path: Path) -> None:
    edit(path, "[providers.openrouter]\nenabled = false\n")
    deck.reload()
    with pytest.raises(DeckError, match="openrouter"):
        deck.ask("Hello", model=BIG)
    assert "openrouter" not in [provider.name for provider in deck.providers()]


def test_choices_and_assignments_outlast_an_edit(deck: Deck, path: Path) -> None:
    deck.choices.toggle_favourite(BIG)
    deck.tasks.assign("qa", "vendor/big")
    edit(path, '[tasks.qa]\nmodel = "llama:8b"\n')
    deck.reload()
    task = deck.tasks.get("qa")
    assert (task.mode, task.model, task.source) == (Mode.MANUAL, BIG, "deck.toml")
    deck.tasks.unassign("qa")
    assert picked(deck) == HOME
    assert deck.choices.state.favourites == (BIG,)


def test_variables_stay_above_the_file(tmp_path: Path, path: Path, deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_QA_MODEL", "vendor/big")
    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, no_network=True) as held:
        edit(path, '[tasks.qa]\nmodel = "llama:8b"\n')
        held.reload()
        assert held.tasks.get("qa").source == "environment AI_QA_MODEL"
        assert picked(held) == BIG


def test_a_simulated_deck_reads_no_settings(tmp_path: Path, path: Path) -> None:
    with Deck.open(config_dir=tmp_path, data_dir=tmp_path, demo=True) as deck:
        edit(path, "[budget]\nday_usd = 2\n")
        assert not deck.settings.edited()
        assert deck.reload() == Reloaded()
        assert deck.settings.loaded.settings == Settings()
