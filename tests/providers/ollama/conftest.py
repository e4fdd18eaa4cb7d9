import httpx
import pytest

from fake_ollama import ANSWER, PS
from fake_wire import Wire, sample
from fakes import FakeClock
from modeldeck.ports import Provider


@pytest.fixture
def ollama(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer("/api/tags", httpx.Response(200, content=sample("ollama-tags.json")))
    wire.answer("/api/ps", httpx.Response(200, json=PS))
    wire.answer("/api/chat", httpx.Response(200, content=ANSWER))
    return wire.provider("ollama", clock)
