from typing import Any

import httpx
import pytest

from fake_gemini import ANSWER, STREAM, crlf
from fake_wire import Wire, collect, failure_of, make_call
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.ports import Provider


async def test_ids_cannot_leave_their_place_in_the_url(wire: Wire, gemini: Provider) -> None:
    await collect(gemini.stream(make_call("a?b#c")))
    assert wire.requests[-1].url.raw_path.startswith(b"/v1beta/models/a%3Fb%23c:streamGenerateContent?alt=sse")
    await collect(gemini.stream(make_call("tunedModels/mine")))
    assert wire.requests[-1].url.path == "/v1beta/tunedModels/mine:streamGenerateContent"


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"GEMINI_API_KEY": "b", "GOOGLE_GENERATIVE_AI_API_KEY": "c"}, "b"),
        ({"GOOGLE_API_KEY": "a", "GEMINI_API_KEY": "b"}, "a"),
        ({"GOOGLE_GENERATIVE_AI_API_KEY": "c"}, "c"),
    ],
)
async def test_the_order_of_key_variables(wire: Wire, clock: FakeClock, environment: dict[str, str], key: str) -> None:
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    await collect(wire.provider("gemini", clock, environment=environment).stream(make_call()))
    assert wire.requests[-1].headers["x-goog-api-key"] == key


async def test_a_server_of_ones_own(wire: Wire, clock: FakeClock) -> None:
    settings = Settings(providers={"mine": ProviderSettings(kind="gemini", base_url="http://box:9")})
    wire.answer(STREAM, httpx.Response(200, content=crlf(*ANSWER)))
    provider = wire.provider("mine", clock, settings, {"MINE_API_KEY": "k-12345"})
    assert (await collect(provider.stream(make_call()))).text == "Paris"
    assert str(wire.requests[-1].url) == "http://box:9/v1beta/models/m:streamGenerateContent?alt=sse"
    assert wire.requests[-1].headers["x-goog-api-key"] == "k-12345"


@pytest.mark.parametrize(
    ("status", "error", "kind", "parameter"),
    [
        (400, {"message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}, ErrorKind.AUTH, None),
        (403, {"message": "Method doesn't allow unregistered callers."}, ErrorKind.AUTH, None),
        (403, {"message": "no", "status": "PERMISSION_DENIED"}, ErrorKind.FORBIDDEN, None),
        (400, {"message": "User location", "status": "FAILED_PRECONDITION"}, ErrorKind.FORBIDDEN, None),
        (404, {"message": "models/x is not found for API version v1beta"}, ErrorKind.NOT_FOUND, None),
        (
            400,
            {"message": "The input token count (9) exceeds the maximum number of tokens allowed (8)."},
            ErrorKind.CONTEXT,
            None,
        ),
        (400, {"message": "Thinking level is not supported for this model."}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": "Thinking is not enabled for models/gemini-2.0-flash"}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": "This model only works in thinking mode."}, ErrorKind.PARAMETER, "thinking"),
        (400, {"message": 'Unknown name "topP" at x: Cannot find field.'}, ErrorKind.PARAMETER, "topP"),
        (503, {"message": "overloaded", "status": "UNAVAILABLE"}, ErrorKind.OVERLOADED, None),
    ],
)  # fmt: skip
async def test_refusals(
    wire: Wire, gemini: Provider, status: int, error: Any, kind: ErrorKind, parameter: str | None
) -> None:
    wire.answer(STREAM, httpx.Response(status, json={"error": {"code": status, **error}}))
    failure = await failure_of(gemini, make_call("gemini-2.5-flash"))
    assert (failure.kind, failure.parameter) == (kind, parameter)
