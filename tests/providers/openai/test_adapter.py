import json
from decimal import Decimal

import httpx
import pytest

from fake_wire import Wire, collect, failure_of, make_call, sample, sse
from fakes import FakeClock
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.request import Params
from modeldeck.domain.settings import ProviderSettings, Settings
from modeldeck.ports import Provider

ANSWER = sse('{"choices":[{"delta":{"content":"Hello"}}]}', '{"choices":[{"finish_reason":"stop"}]}', "[DONE]")
KEY = "sk-test-12345678"


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
