"""Every shipped provider in turn: a test that asks for `dialect` runs once per provider."""

import pytest

from fake_dialect import KEY, Dialect
from fake_dialects import DIALECTS
from fake_wire import Wire
from fakes import FakeClock
from modeldeck.ports import Provider


@pytest.fixture(params=tuple(DIALECTS.values()), ids=tuple(DIALECTS))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    chosen: Dialect = request.param
    return chosen


@pytest.fixture
def provider(dialect: Dialect, wire: Wire, clock: FakeClock) -> Provider:
    """The provider behind the dialect, with a key, on the scripted wire."""
    return wire.provider(dialect.name, clock, environment=dict.fromkeys(dialect.vendor.keys, KEY))
