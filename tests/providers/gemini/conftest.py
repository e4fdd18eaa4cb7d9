import httpx
import pytest

from fake_gemini import ANSWER, KEY, STREAM, crlf
from fake_wire import Wire
from fakes import FakeClock
from modeldeck.ports import Provider


@pytest.fixture
def gemini(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    return wire.provider("gemini", clock, environment={"GEMINI_API_KEY": KEY})
