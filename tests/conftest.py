"""What every test may ask for; puts `tests/fakes.py` on the path."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fakes import FakeClock, World
from modeldeck import Deck


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def world(clock: FakeClock) -> World:
    return World(clock=clock)


@pytest.fixture
def simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deck]:
    """A deck of simulated models whose lists are there, as `Deck.open` makes it."""
    monkeypatch.setenv("MODELDECK_DEMO_SPEED", "0")
    monkeypatch.setenv("MODELDECK_DEMO_SEED", "7")
    with Deck.open(config_dir=tmp_path / "config", data_dir=tmp_path / "data", demo=True) as opened:
        opened.lists.ensure()
        yield opened
