"""A terminal with a small market behind it."""

import logging
from collections.abc import Iterator

import pytest

from fake_terminal import Terminal
from fakes import World, free_model, local_model, make_model


@pytest.fixture
def cli(market: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("NO_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    yield Terminal(market, monkeypatch)
    logger = logging.getLogger("modeldeck")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def market(world: World) -> World:
    """A cloud with a key, one without, and a local runtime."""
    world.add(
        "cloud",
        make_model("cloud/vendor/big", price=("3", "15"), context=200_000),
        make_model("cloud/vendor/mini", price=("0.25", "1")),
        free_model("cloud/vendor/gratis:free"),
        make_model("cloud/vendor/secret", price=None),
        needs_key=True,
    )
    world.add("locked", make_model("locked/one"), needs_key=True, has_key=False)
    world.add("home", local_model("home/llama:8b"), local=True)
    return world
