import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

import httpx
import pytest

from fake_wire import Pieces, Read, Wire, collect, failure_of, make_call, sample
from fakes import FakeClock
from modeldeck.domain.call import Chunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.request import Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.domain.usage import Usage
from modeldeck.ports import Provider

ANSWER = (
    b'data: {"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1}}}\n\n'
    b'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}\n\n'
    b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}\n\n'
    b'data: {"type":"message_stop"}\n\n'
)
ENABLED_REFUSED = (
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort".'
)
ADAPTIVE_REFUSED = "adaptive thinking is not supported on this model"


@pytest.fixture
def anthropic(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer("/v1/models", httpx.Response(200, content=sample("anthropic-models.json")))
    wire.answer("/v1/messages", httpx.Response(200, content=ANSWER))
    return wire.provider("anthropic", clock, environment={"ANTHROPIC_API_KEY": "sk-ant-secret"})


def refusal(message: str, status: int = 400, kind: str = "invalid_request_error", **fields: Any) -> httpx.Response:
    error = {"type": kind, "message": message, **fields}
    return httpx.Response(status, json={"type": "error", "error": error, "request_id": "req_1"})


def bodies(wire: Wire) -> list[dict[str, Any]]:
    return [json.loads(request.content) for request in wire.asked("/v1/messages")]


async def failure_after(wire: Wire, provider: Provider, response: httpx.Response) -> Failure:
    wire.answer("/v1/messages", response)
    return await failure_of(provider, make_call("claude-new"))


async def test_an_answer(wire: Wire, anthropic: Provider) -> None:
    read = await collect(anthropic.stream(make_call("claude-new")))
    assert (read.text, read.stop) == ("Hello", "stop")
    assert read.usage is not None
    assert read.usage.usage == Usage(5, 4, reported=True)
    (request,) = wire.requests
    assert str(request.url) == "https://api.anthropic.com/v1/messages"
    assert request.headers["x-api-key"] == "sk-ant-secret"
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in request.headers


@pytest.mark.parametrize("base", ["https://api.anthropic.com", "https://api.anthropic.com/v1/", "api.anthropic.com"])
def test_base_urls_as_people_have_them(wire: Wire, clock: FakeClock, base: str) -> None:
    provider = wire.provider("anthropic", clock, environment={"ANTHROPIC_BASE_URL": base})
    assert provider.info.base_url == "https://api.anthropic.com/v1"


async def test_the_list(wire: Wire, anthropic: Provider) -> None:
    models = await anthropic.list_models()
    assert [model.native_id for model in models] == ["claude-new", "claude-budget", "claude-bare"]
    assert wire.requests[0].url.query == b"limit=1000"


async def test_a_list_in_pages(wire: Wire, anthropic: Provider) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after_id")
        name = "b" if after == "a & co" else "a & co"
        entry = {"type": "model", "id": name, "display_name": name}
        return httpx.Response(200, json={"data": [entry], "has_more": after is None, "last_id": name})

    wire.handle("/v1/models", page)
    assert [model.native_id for model in await anthropic.list_models()] == ["a & co", "b"]
    assert len(wire.requests) == 2


async def test_a_list_that_never_ends_is_given_up(wire: Wire, anthropic: Provider) -> None:
    entry = {"type": "model", "id": "a"}
    wire.answer("/v1/models", httpx.Response(200, json={"data": [entry], "has_more": True, "last_id": "a"}))
    assert [model.native_id for model in await anthropic.list_models()] == ["a"]
    assert len(wire.requests) == 2


async def test_what_is_no_list(wire: Wire, anthropic: Provider) -> None:
    wire.answer("/v1/models", httpx.Response(200, json={"hello": 1}))
    with pytest.raises(ProviderError, match="no list of models") as caught:
        await anthropic.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED


async def test_the_list_says_how_a_model_thinks(wire: Wire, anthropic: Provider) -> None:
    await anthropic.list_models()
    for name in ("claude-new", "claude-budget"):
        await collect(anthropic.stream(make_call(name, params=Params(reasoning="high"))))
    assert [body["thinking"]["type"] for body in bodies(wire)] == ["adaptive", "enabled"]


async def test_a_refused_way_of_thinking_is_turned_around_once_and_remembered(wire: Wire, anthropic: Provider) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        adaptive = json.loads(request.content)["thinking"]["type"] == "adaptive"
        return refusal(ADAPTIVE_REFUSED) if adaptive else httpx.Response(200, content=ANSWER)

    wire.handle("/v1/messages", answer)
    for _ in range(2):
        assert (await collect(anthropic.stream(make_call("old", params=Params(reasoning="low"))))).text == "Hello"
    assert [body["thinking"]["type"] for body in bodies(wire)] == ["adaptive", "enabled", "enabled"]
    assert "output_config" not in bodies(wire)[1]


async def test_a_model_that_takes_neither_way_says_so(wire: Wire, anthropic: Provider) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        adaptive = json.loads(request.content)["thinking"]["type"] == "adaptive"
        return refusal(ADAPTIVE_REFUSED if adaptive else ENABLED_REFUSED)

    wire.handle("/v1/messages", answer)
    with pytest.raises(ProviderError) as caught:
        await collect(anthropic.stream(make_call("none", params=Params(reasoning="low"))))
    assert caught.value.failure.parameter == "thinking.type.enabled"
    assert len(wire.requests) == 2


async def test_other_refusals_are_not_asked_again(wire: Wire, anthropic: Provider) -> None:
    wire.answer("/v1/messages", refusal("`temperature` is deprecated for this model."))
    with pytest.raises(ProviderError) as caught:
        await collect(anthropic.stream(make_call(params=Params(reasoning="low", temperature=0.5))))
    assert caught.value.failure.parameter == "temperature"
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("message", "parameter"),
    [
        ("output_config.format: Extra inputs are not permitted", "output_config.format"),
        ("max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens for old", "max_tokens"),
        ("temperature: range: 0..1", "temperature"),
        ("This model does not support the effort parameter.", "effort"),
        ("Something is wrong: nobody knows what", None),
    ],
)
async def test_the_field_that_a_refusal_names(
    wire: Wire, anthropic: Provider, message: str, parameter: str | None
) -> None:
    failure = await failure_after(wire, anthropic, refusal(message))
    assert (failure.kind, failure.parameter) == (ErrorKind.PARAMETER, parameter)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (refusal("invalid x-api-key", 401, "authentication_error"), ErrorKind.AUTH),
        (refusal("Pay first", 402, "billing_error"), ErrorKind.CREDIT),
        (refusal("Your credit balance is too low to access the Anthropic API."), ErrorKind.CREDIT),
        (
            refusal("Limit reached", 429, "rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}),
            ErrorKind.CREDIT,
        ),
        (refusal("Not allowed", 403, "permission_error"), ErrorKind.FORBIDDEN),
        (refusal("model: claude-x", 404, "not_found_error"), ErrorKind.NOT_FOUND),
        (refusal("prompt is too long: 200001 tokens > 200000 maximum"), ErrorKind.CONTEXT),
        (refusal("input length and `max_tokens` exceed context limit: 9 + 8 > 16"), ErrorKind.CONTEXT),
        (httpx.Response(413, content=b"<html><title>413 Too Large</title></html>"), ErrorKind.CONTEXT),
        (refusal("Slow down", 429, "rate_limit_error"), ErrorKind.RATE_MINUTE),
        (refusal("Internal", 500, "api_error"), ErrorKind.OVERLOADED),
        (refusal("Too long", 504, "timeout_error"), ErrorKind.OVERLOADED),
        (refusal("Overloaded", 529, "overloaded_error"), ErrorKind.OVERLOADED),
    ],
)
async def test_every_class_of_error(wire: Wire, anthropic: Provider, response: httpx.Response, kind: ErrorKind) -> None:
    failure = await failure_after(wire, anthropic, response)
    assert failure.kind is kind
    assert "sk-ant-secret" not in failure.message


@pytest.mark.parametrize(("header", "retryable"), [("true", True), ("false", False)])
async def test_whether_to_try_again(wire: Wire, anthropic: Provider, header: str, retryable: bool) -> None:
    response = httpx.Response(529, json={"error": {"message": "busy"}}, headers={"x-should-retry": header})
    assert (await failure_after(wire, anthropic, response)).retryable is retryable


async def test_every_answer_tells_the_limits_of_its_model(wire: Wire, anthropic: Provider) -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "49",
        "anthropic-ratelimit-requests-reset": "2026-09-01T12:00:30Z",
    }
    wire.answer("/v1/messages", httpx.Response(200, content=ANSWER, headers=headers))
    await collect(anthropic.stream(make_call("claude-new")))
    (quota,) = anthropic.quotas()
    assert (quota.scope, quota.kind, quota.limit, quota.used) == ("anthropic/claude-new", "requests_minute", 50, 1)
    refused = httpx.Response(429, json={}, headers={**headers, "anthropic-ratelimit-requests-remaining": "0"})
    await failure_after(wire, anthropic, refused)
    (quota,) = anthropic.quotas()
    assert (quota.used, quota.remaining) == (50, 0)


async def test_closing_an_answer_closes_its_connection(wire: Wire, anthropic: Provider) -> None:
    body = Pieces(ANSWER[:250], ANSWER[250:])
    wire.answer("/v1/messages", httpx.Response(200, stream=body))
    read = Read()
    async with aclosing(cast("AsyncGenerator[Chunk, None]", anthropic.stream(make_call()))) as chunks:
        async for chunk in chunks:
            read.take(chunk)
            if read.text:
                break
    assert body.closed
    assert body.given == 1


async def test_a_server_of_ones_own(wire: Wire, clock: FakeClock) -> None:
    wire.answer("/v1/models", httpx.Response(200, json={"data": [{"id": "tiny", "object": "model"}]}))
    wire.answer("/v1/messages", httpx.Response(200, content=ANSWER))
    table = ProviderSettings(kind="anthropic", base_url="http://127.0.0.1:4040")
    box = wire.provider("box", clock, Settings(providers={"box": table}))
    assert (box.info.base_url, box.info.local) == ("http://127.0.0.1:4040/v1", True)
    (model,) = await box.list_models()
    assert (model.id, model.local) == ("box/tiny", True)
    assert (await collect(box.stream(make_call("tiny")))).text == "Hello"
    assert wire.requests[-1].headers["anthropic-version"] == "2023-06-01"
