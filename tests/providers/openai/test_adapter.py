import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest

from fake_wire import Pieces, Read, Wire, collect, make_call, sample, sse
from fakes import FakeClock
from modeldeck.domain.call import Chunk, TextChunk
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.request import Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.ports import Provider

ANSWER = sse('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]")
KEY = "sk-test-12345678"


@pytest.fixture
def llamacpp(wire: Wire, clock: FakeClock) -> Provider:
    return wire.provider("llamacpp", clock)


async def failure_of(provider: Provider, into: Read | None = None) -> Any:
    with pytest.raises(ProviderError) as caught:
        await collect(provider.stream(make_call()), into)
    return caught.value.failure


async def test_a_call_goes_out_and_the_answer_comes_back(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))
    read = await collect(llamacpp.stream(make_call("tiny", "hi", Params(max_tokens=5))))
    assert (read.text, read.stop) == ("Hello", "stop")
    (request,) = wire.requests
    assert str(request.url) == "http://127.0.0.1:8080/v1/chat/completions"
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("modeldeck/")
    assert "authorization" not in request.headers
    assert json.loads(request.content)["max_tokens"] == 5


async def test_the_key_goes_into_the_header_only(wire: Wire, clock: FakeClock) -> None:
    provider = wire.provider("llamacpp", clock, environment={"LLAMA_API_KEY": KEY})
    wire.answer("/chat/completions", httpx.Response(401, json={"error": {"message": f"wrong key {KEY}"}}))
    failure = await failure_of(provider)
    assert wire.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert failure.kind is ErrorKind.AUTH
    assert failure.message == "wrong key ***"
    assert KEY not in repr(provider.info)


@pytest.mark.parametrize("key", ["schlüssel-12345", "two\nlines-123456"])
async def test_a_key_that_cannot_be_a_header_is_not_sent(wire: Wire, clock: FakeClock, key: str) -> None:
    provider = wire.provider("llamacpp", clock, environment={"LLAMA_API_KEY": key})
    failure = await failure_of(provider)
    assert failure.kind is ErrorKind.AUTH
    assert key not in failure.message
    assert wire.requests == []


async def test_lone_surrogates_do_not_stop_a_prompt(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))
    await collect(llamacpp.stream(make_call(text="a\ud800b 👋")))
    assert json.loads(wire.requests[0].content)["messages"][0]["content"] == "a?b 👋"


async def test_every_error_answer_is_classified(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(429, headers={"Retry-After": "7"}, text="slow down"))
    failure = await failure_of(llamacpp)
    assert (failure.kind, failure.retry_after_s, failure.message) == (ErrorKind.RATE_MINUTE, 7, "slow down")


async def test_a_huge_error_page_is_not_read_to_its_end(wire: Wire, llamacpp: Provider) -> None:
    body = Pieces(*[b"<p>" + b"x" * 50_000] * 100)
    wire.answer("/chat/completions", httpx.Response(502, stream=body))
    assert (await failure_of(llamacpp)).kind is ErrorKind.OVERLOADED
    assert body.given < 5
    assert body.closed


async def test_an_html_page_with_status_200_is_malformed(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, html="<html>Sign in</html>"))
    failure = await failure_of(llamacpp)
    assert failure.kind is ErrorKind.MALFORMED
    assert "Sign in" in failure.message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), ErrorKind.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx.ReadTimeout("slow"), ErrorKind.TIMEOUT),
        (httpx.ProxyError("407"), ErrorKind.UNREACHABLE),
        (httpx.RemoteProtocolError("closed"), ErrorKind.UNREACHABLE),
    ],
)
async def test_failures_before_the_answer(
    wire: Wire, llamacpp: Provider, error: httpx.TransportError, kind: ErrorKind
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise error

    wire.handle("/chat/completions", refuse)
    failure = await failure_of(llamacpp)
    assert failure.kind is kind
    assert "llama.cpp at http://127.0.0.1:8080/v1" in failure.message


@pytest.mark.parametrize("error", [httpx.ReadError("reset"), httpx.RemoteProtocolError("incomplete chunked read")])
async def test_a_connection_that_breaks_keeps_the_text(
    wire: Wire, llamacpp: Provider, error: httpx.TransportError
) -> None:
    wire.answer("/chat/completions", httpx.Response(200, stream=Pieces(ANSWER[:60], error)))
    read = Read()
    assert (await failure_of(llamacpp, read)).kind is ErrorKind.BROKEN_STREAM
    assert read.text == "Hello"


async def test_garbage_in_the_packing_is_malformed(wire: Wire, llamacpp: Provider) -> None:
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Pieces(b"not gzip"))
    wire.answer("/chat/completions", response)
    assert (await failure_of(llamacpp)).kind is ErrorKind.MALFORMED


async def test_closing_the_stream_closes_the_connection(wire: Wire, llamacpp: Provider) -> None:
    body = Pieces(*[sse('{"choices":[{"delta":{"content":"x"}}]}')] * 1000)
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    stream = cast("AsyncGenerator[Chunk, None]", llamacpp.stream(make_call()))
    async with aclosing(stream):
        assert await anext(stream) == TextChunk("x")
    assert body.closed
    assert body.given < 5


async def test_cancelling_the_task_closes_the_connection(wire: Wire, llamacpp: Provider) -> None:
    body = Hanging(ANSWER[:60])
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    read = Read()
    task = asyncio.create_task(collect(llamacpp.stream(make_call()), read))
    await body.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert read.text == "Hello"
    assert body.closed


async def test_the_connection_is_left_at_done(wire: Wire, llamacpp: Provider) -> None:
    body = Hanging(ANSWER)
    wire.answer("/chat/completions", httpx.Response(200, stream=body))
    assert (await collect(llamacpp.stream(make_call()))).stop == "stop"
    assert body.closed


class Hanging(httpx.AsyncByteStream):
    """One piece, then silence for ever."""

    def __init__(self, piece: bytes) -> None:
        self.piece = piece
        self.closed = False
        self.reached = asyncio.Event()

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        yield self.piece
        self.reached.set()
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed = True


def test_clients_are_not_shared_across_loops(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))

    async def ask() -> str:
        text = (await collect(llamacpp.stream(make_call()))).text
        await llamacpp.aclose()
        return text

    assert [asyncio.run(ask()) for _ in range(3)] == ["Hello"] * 3


async def test_closing_twice_or_before_anything_is_fine(llamacpp: Provider) -> None:
    await llamacpp.aclose()
    await llamacpp.aclose()
    assert llamacpp.quotas() == ()


async def test_a_list_with_what_is_loaded(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/v1/models", httpx.Response(200, content=sample("llamacpp-router.json")))
    assert [model.id for model in await llamacpp.list_models()] == ["llamacpp/tiny", "llamacpp/eye"]
    assert await llamacpp.loaded() == (LoadedModel("llamacpp/tiny", 572160),)
    assert wire.asked("/props") == []


async def test_one_model_has_the_context_it_was_started_with(wire: Wire, llamacpp: Provider) -> None:
    entry = {"id": "x.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 131072}}
    wire.answer("/v1/models", httpx.Response(200, json={"data": [entry]}))
    (model,) = await llamacpp.list_models()
    assert model.context == 131072
    wire.answer("/props", httpx.Response(200, json={"default_generation_settings": {"n_ctx": 4096}}))
    (model,) = await llamacpp.list_models()
    assert model.context == 4096


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(404, html="<h1>Jenkins</h1>"),
        httpx.Response(403, html="<h1>Forbidden</h1>"),
        httpx.Response(200, html="<h1>Welcome to nginx</h1>"),
        httpx.Response(200, json={"status": "ok"}),
        httpx.Response(302, headers={"Location": "/login"}),
    ],
)
async def test_another_program_on_a_usual_port_means_that_ours_is_absent(
    wire: Wire, llamacpp: Provider, response: httpx.Response
) -> None:
    wire.answer("/v1/models", response)
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE
    assert await llamacpp.loaded() == ()


async def test_at_an_address_that_was_named_the_real_failure_is_told(wire: Wire, clock: FakeClock) -> None:
    named = wire.provider("llamacpp", clock, environment={"MODELDECK_LLAMACPP_BASE_URL": "http://localhost:9999"})
    wire.answer("/v1/models", httpx.Response(200, html="<h1>Welcome to nginx</h1>"))
    with pytest.raises(ProviderError, match="Welcome to nginx") as caught:
        await named.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED


async def test_a_guarded_or_loading_server_is_not_absent(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/v1/models", httpx.Response(401, json={"error": {"message": "Invalid API Key"}}))
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.AUTH
    wire.answer("/v1/models", httpx.Response(503, json={"error": {"code": 503, "message": "Loading model"}}))
    with pytest.raises(ProviderError, match="Loading model"):
        await llamacpp.list_models()


async def test_a_local_server_that_accepts_and_says_nothing_is_absent(wire: Wire, llamacpp: Provider) -> None:
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("silence")

    wire.handle("/v1/models", hang)
    with pytest.raises(ProviderError) as caught:
        await llamacpp.list_models()
    assert caught.value.failure.kind is ErrorKind.UNREACHABLE


@pytest.mark.parametrize("status", [403, 404])
async def test_xais_list_without_prices_stands_in_for_the_one_with(wire: Wire, clock: FakeClock, status: int) -> None:
    provider = wire.provider("xai", clock, environment={"XAI_API_KEY": KEY})
    wire.answer("/v1/models", httpx.Response(200, json={"data": [{"id": "grok-x"}]}))
    wire.answer("/v1/language-models", httpx.Response(status, json={"error": "no"}))
    (model,) = await provider.list_models()
    assert (model.id, model.pricing) == ("xai/grok-x", None)
    priced = {"id": "grok-x", "prompt_text_token_price": 0, "completion_text_token_price": 2_000_000}
    wire.answer("/v1/language-models", httpx.Response(200, json={"models": [priced]}))
    (model,) = await provider.list_models()
    assert model.pricing == Pricing(Decimal(0), Decimal("0.0002"))


async def test_a_custom_server(wire: Wire, clock: FakeClock) -> None:
    table = ProviderSettings(kind="openai", base_url="https://gpu.example.com/inference", api_key_env="GPU_TOKEN")
    provider = wire.provider("gpu", clock, Settings(providers={"gpu": table}), {"GPU_TOKEN": KEY})
    wire.answer("/inference/models", httpx.Response(200, json=[{"id": "m1"}]))
    (model,) = await provider.list_models()
    assert (model.id, model.local, model.pricing) == ("gpu/m1", False, None)
    assert wire.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert await provider.loaded() == ()
    assert len(wire.requests) == 1


async def test_a_server_that_refuses_to_be_asked_for_usage_is_asked_without(wire: Wire, llamacpp: Provider) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        if "stream_options" in json.loads(request.content):
            detail = [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]
            return httpx.Response(422, json={"detail": detail})
        return httpx.Response(200, content=ANSWER)

    wire.handle("/chat/completions", refuse)
    assert (await collect(llamacpp.stream(make_call()))).text == "Hello"
    assert (await collect(llamacpp.stream(make_call()))).text == "Hello"
    assert len(wire.requests) == 3


async def test_a_limit_of_tokens_goes_out_under_the_name_that_a_reasoning_model_wants(
    wire: Wire, llamacpp: Provider
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        if "max_tokens" in json.loads(request.content):
            message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
            return httpx.Response(400, json={"error": {"message": message, "param": "max_tokens"}})
        return httpx.Response(200, content=ANSWER)

    wire.handle("/chat/completions", refuse)
    assert (await collect(llamacpp.stream(make_call(params=Params(max_tokens=7))))).text == "Hello"
    assert json.loads(wire.requests[-1].content)["max_completion_tokens"] == 7


async def test_other_parameters_are_the_callers_business(wire: Wire, llamacpp: Provider) -> None:
    wire.answer("/chat/completions", httpx.Response(400, json={"error": {"message": "no", "param": "seed"}}))
    assert (await failure_of(llamacpp)).parameter == "seed"
    assert len(wire.requests) == 1


async def test_models_that_the_chat_endpoint_refuses_are_asked_at_the_other(wire: Wire, clock: FakeClock) -> None:
    openai = wire.provider("openai", clock, environment={"OPENAI_API_KEY": KEY})
    end = '{"type":"response.completed","response":{"status":"completed"}}'
    delta = '{"type":"response.output_text.delta","delta":"Hello"}'
    refusal = {"error": {"message": "Verify your organization", "param": "reasoning.summary", "code": "x"}}
    answers = iter([httpx.Response(400, json=refusal), httpx.Response(200, content=sse(delta, end))])
    wire.handle("/v1/responses", lambda _: next(answers))
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))
    read = await collect(openai.stream(make_call("gpt-5-pro-2025-10-06")))
    assert (read.text, read.stop) == ("Hello", "stop")
    first, second = wire.asked("/v1/responses")
    assert json.loads(first.content)["reasoning"] == {"summary": "auto"}
    assert json.loads(second.content)["reasoning"] == {}
    await collect(openai.stream(make_call("gpt-5-mini")))
    assert len(wire.asked("/chat/completions")) == 1
