"""What the tests of the wire side may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from fake_wire import Wire
from fakes import FakeClock
from modeldeck.ports import Provider

# A slow machine is no failure: properties are about results, not about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def llamacpp(wire: Wire, clock: FakeClock) -> Provider:
    """A local server that speaks the OpenAI-chat protocol, at its usual address."""
    return wire.provider("llamacpp", clock)


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded catalogs, streams and errors."""
    folder = os.environ.get("MODELDECK_RECORDED_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("MODELDECK_RECORDED_DATA names no folder with recordings")
    return Path(folder)
