"""Decks under a config.toml as a person writes it."""

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from fake_shop import GRATIS, HOME, OTHER, PAID, Open
from fakes import World
from modeldeck.domain.state import DeckState
from modeldeck.engine.deck import Deck
from modeldeck.storage.settings.config_file import load_settings


@pytest.fixture
def shop(world: World) -> World:
    world.add("cloud", GRATIS, PAID)
    world.add("other", OTHER)
    world.add("home", HOME, local=True)
    return world


@pytest.fixture
def opened(shop: World, tmp_path: Path) -> Open:
    """A deck under this config.toml."""

    def open_deck(text: str) -> Deck:
        path = tmp_path / "config.toml"
        path.write_text(dedent(text), encoding="utf-8")
        loaded = load_settings(path, DeckState(), {})
        shop.settings = loaded.settings
        shop.loaded = {"tasks": loaded.tasks, "origins": loaded.origins}
        return Deck(replace(shop.parts()))

    return open_deck
