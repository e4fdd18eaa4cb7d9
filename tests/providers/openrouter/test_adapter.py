import json
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from fake_wire import Wire, collect, make_call, sample, sse
from fakes import FakeClock
from modeldeck.domain.errors import ErrorKind, ProviderError
from modeldeck.domain.quota import Quota
from modeldeck.domain.request import Params
from modeldeck.ports import Provider

USAGE = '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"cost":0.000123}}'
ANSWER = sse('{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}', USAGE, "[DONE]")


@pytest.fixture
def keyed(wire: Wire, clock: FakeClock) -> Provider:
    wire.answer("/models", httpx.Response(200, content=sample("openrouter-models.json")))
    wire.answer("/chat/completions", httpx.Response(200, content=ANSWER))
    return wire.provider("openrouter", clock, environment={"OPENROUTER_API_KEY": "sk-or-12345678"})


async def test_the_list_needs_no_key(wire: Wire, clock: FakeClock) -> None:
    wire.answer("/models", httpx.Response(200, content=sample("openrouter-models.json")))
    provider = wire.provider("openrouter", clock)
    models = await provider.list_models()
    assert models[0].id == "openrouter/acme/grand-1"
    assert len(wire.requests) == 1
    assert "authorization" not in wire.requests[0].headers
    assert provider.quotas() == ()
    assert provider.info.usable is False


async def test_requests_carry_key_and_attribution(wire: Wire, keyed: Provider) -> None:
    await collect(keyed.stream(make_call("acme/grand-1")))
    headers = wire.requests[0].headers
    assert str(wire.requests[0].url) == "https://openrouter.ai/api/v1/chat/completions"
    assert headers["authorization"] == "Bearer sk-or-12345678"
    assert headers["x-openrouter-title"] == "modeldeck"
    assert headers["http-referer"]


async def test_the_charged_cost_is_passed_on_exactly(keyed: Provider) -> None:
    read = await collect(keyed.stream(make_call()))
    assert read.usage is not None
    assert read.usage.cost_usd == Decimal("0.000123")


async def test_reasoning_and_privacy_have_their_own_fields(wire: Wire, keyed: Provider) -> None:
    await collect(keyed.stream(make_call(params=Params(reasoning="high"), deny_training=True)))
    await collect(keyed.stream(make_call()))
    asked, plain = (json.loads(request.content) for request in wire.requests)
    assert asked["reasoning"] == {"effort": "high"}
    assert asked["provider"] == {"data_collection": "deny"}
    assert "reasoning_effort" not in asked
    assert "stream_options" not in asked
    assert not {"reasoning", "provider"} & set(plain)


@pytest.mark.parametrize(("free_tier", "day_limit"), [(True, 50), (False, None)])
async def test_limits_of_the_account(wire: Wire, keyed: Provider, free_tier: bool, day_limit: int | None) -> None:
    wire.answer("/key", httpx.Response(200, json={"data": {"is_free_tier": free_tier, "limit": None}}))
    await keyed.list_models()
    assert set(keyed.quotas()) == {
        Quota("openrouter:free", "requests_minute", 20),
        Quota("openrouter:free", "requests_day", day_limit),
    }


@pytest.mark.parametrize(("affordable", "requests"), [(10114, 2), (255, 1)])
async def test_a_credit_that_pays_for_fewer_tokens_gives_those(
    wire: Wire, keyed: Provider, affordable: int, requests: int
) -> None:
    def charge(request: httpx.Request) -> httpx.Response:
        if json.loads(request.content).get("max_tokens") == affordable:
            return httpx.Response(200, content=ANSWER)
        message = f"requires more credits, or fewer max_tokens. You can only afford {affordable}."
        return httpx.Response(402, json={"error": {"message": message, "code": 402}})

    wire.handle("/chat/completions", charge)
    if requests == 1:
        with pytest.raises(ProviderError) as caught:
            await collect(keyed.stream(make_call()))
        assert caught.value.failure.kind is ErrorKind.CREDIT
    else:
        assert (await collect(keyed.stream(make_call()))).text == "Hi"
    assert len(wire.asked("/chat/completions")) == requests


async def test_a_list_without_limits_is_still_a_list(wire: Wire, keyed: Provider) -> None:
    wire.answer("/key", httpx.Response(401, json={"error": {"message": "No auth"}}))
    assert await keyed.list_models()
    assert keyed.quotas() == ()


async def test_a_refused_request_teaches_the_limit(wire: Wire, keyed: Provider) -> None:
    error = {
        "code": 429,
        "message": "Rate limit exceeded: free-models-per-day",
        "metadata": {"headers": {"X-RateLimit-Limit": "1000", "X-RateLimit-Reset": "1788307200000"}},
    }
    wire.answer("/chat/completions", httpx.Response(429, json={"error": error}))
    with pytest.raises(ProviderError) as caught:
        await collect(keyed.stream(make_call("acme/tiny-coder:free")))
    assert (caught.value.failure.kind, caught.value.failure.scope) == (ErrorKind.RATE_DAY, "openrouter:free")
    reset = datetime(2026, 9, 2, tzinfo=UTC)
    assert keyed.quotas() == (Quota("openrouter:free", "requests_day", 1000, 1000, 0, reset),)


async def test_limits_read_later_do_not_forget_what_was_learned(wire: Wire, keyed: Provider) -> None:
    await test_a_refused_request_teaches_the_limit(wire, keyed)
    wire.answer("/key", httpx.Response(200, json={"data": {"is_free_tier": False}}))
    await keyed.list_models()
    day = next(quota for quota in keyed.quotas() if quota.kind == "requests_day")
    assert (day.limit, day.used, day.remaining) == (1000, 1000, 0)


async def test_an_answer_that_is_no_list(wire: Wire, keyed: Provider) -> None:
    wire.answer("/models", httpx.Response(200, json={"status": "ok"}))
    with pytest.raises(ProviderError) as caught:
        await keyed.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED
    wire.answer("/models", httpx.Response(200, html="<html>"))
    with pytest.raises(ProviderError) as caught:
        await keyed.list_models()
    assert caught.value.failure.kind is ErrorKind.MALFORMED
