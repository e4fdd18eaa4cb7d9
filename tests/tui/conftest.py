"""A deck over fakes, and the app over it."""

import asyncio
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fake_app import MakeApp
from fakes import FakeClock, World, free_model, local_model, make_model
from modeldeck.engine.deck import Deck
from modeldeck.tui.app import DeckApp

THEMES = [
    tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "themes").glob("*.toml"))
]


class PatientClock(FakeClock):
    """A clock that does not jump: while an answer hangs, no timeout comes before the test acts."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@pytest.fixture
def clock() -> FakeClock:
    return PatientClock()


@pytest.fixture
def furnished(world: World) -> World:
    """Two clouds, one of them without a key, and a machine: a small deck with models of every kind."""
    world.add(
        "cloud",
        make_model("cloud/vendor/deepseek-r1", price=("0.5", "2")),
        free_model("cloud/vendor/deepseek-r1:free"),
        make_model("cloud/vendor/gpt-5-mini", price=("0.25", "2"), context=400_000),
        needs_key=True,
    )
    world.add("locked", make_model("locked/haiku", price=("1", "5")), needs_key=True, has_key=False)
    world.add("home", local_model("home/llama3.1:8b", size_bytes=4_900_000_000), local=True)
    return world


@pytest.fixture
def make_app(furnished: World) -> MakeApp:
    """The app over the furnished world as it is when this is called."""

    def make(**fields: Any) -> DeckApp:
        keymap = fields.pop("keymap", {})
        return DeckApp(Deck(furnished.parts()), THEMES, keymap, **fields)

    return make
