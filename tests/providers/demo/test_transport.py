import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from fakes import FakeClock
from modeldeck.providers.demo.models import BY_ID
from modeldeck.providers.demo.transport import DemoTransport
from modeldeck.providers.wire.sse import SseComment, SseDecoder

URL = "https://demo.invalid/api/v1"


@pytest.fixture
async def client(clock: FakeClock) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=DemoTransport(clock), base_url=URL) as opened:
        yield opened


def chat(model: str, prompt: str = "Explain tides", **fields: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": True, **fields}


async def send(client: httpx.AsyncClient, model: str, prompt: str = "Explain tides", **fields: Any) -> httpx.Response:
    return await client.post("/chat/completions", json=chat(model, prompt, **fields))


def events_of(response: httpx.Response) -> list[dict[str, Any]]:
    decoder = SseDecoder()
    items = [item for item in (*decoder.feed(response.content), *decoder.close()) if not isinstance(item, SseComment)]
    assert items[-1].data == "[DONE]"
    return [json.loads(item.data) for item in items[:-1]]


def text_of(response: httpx.Response) -> str:
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events_of(response))


async def test_the_list_and_the_account_are_answered(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/models")).json()
    assert len(listed["data"]) == len(BY_ID)
    assert (await client.get("/key")).json()["data"]["usage"] == 0


async def test_an_answer_begins_with_keep_alives_and_ends_with_usage(client: httpx.AsyncClient) -> None:
    response = await send(client, "aurora/lantern-70b")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    assert response.content.startswith(b": OPENROUTER PROCESSING\n\n")
    events = events_of(response)
    assert {event["id"] for event in events} == {response.headers["x-generation-id"]}
    assert events[-2]["choices"][0]["finish_reason"] == "stop"
    usage = events[-1]["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["cost"] == pytest.approx((usage["prompt_tokens"] * 0.23 + usage["completion_tokens"] * 0.4) / 1e6)


async def test_the_account_adds_up_what_was_charged(client: httpx.AsyncClient) -> None:
    costs = [events_of(await send(client, model))[-1]["usage"]["cost"] for model in ("lumen/haven", "ionic/pro")]
    assert (await client.get("/key")).json()["data"]["usage"] == pytest.approx(sum(costs))


async def test_long_input_costs_more(client: httpx.AsyncClient) -> None:
    usage = events_of(await send(client, "ionic/pro", "word " * 200_000))[-1]["usage"]
    assert usage["prompt_tokens"] > 200_000
    assert usage["cost"] == pytest.approx((usage["prompt_tokens"] * 2.5 + usage["completion_tokens"] * 15) / 1e6)


async def test_max_tokens_is_honoured(client: httpx.AsyncClient) -> None:
    events = events_of(await send(client, "lumen/haven", max_tokens=20))
    assert events[-1]["usage"]["completion_tokens"] == 20
    assert events[-1]["choices"][0]["finish_reason"] == "length"


async def test_thinking_comes_before_the_text(client: httpx.AsyncClient) -> None:
    deltas = [event["choices"][0]["delta"] for event in events_of(await send(client, "marble/oracle"))]
    kinds = ["thinking" if delta.get("reasoning") else "text" for delta in deltas if any(delta.values())]
    assert kinds.index("text") == kinds.count("thinking")


async def test_the_router_names_the_model_that_answered(client: httpx.AsyncClient) -> None:
    events = events_of(await send(client, "compass/wayfinder-router"))
    assert events[-1]["model"] == "ionic/flash"
    assert events[-1]["usage"]["cost"] > 0


async def test_a_free_answer_costs_nothing(client: httpx.AsyncClient) -> None:
    assert events_of(await send(client, "aurora/lantern-70b:free"))[-1]["usage"]["cost"] == 0


async def test_an_empty_answer_is_complete(client: httpx.AsyncClient) -> None:
    response = await send(client, "willow/hush-9b-empty")
    assert text_of(response) == ""
    assert events_of(response)[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("model", "fields", "status", "words"),
    [
        ("nobody/nothing", {}, 400, "is not a valid model ID"),
        ("pinion/thimble-7b-4k", {"prompt": "x" * 20_000}, 400, "maximum context length is 4096 tokens"),
        ("pinion/thimble-7b-4k", {"max_tokens": 5000}, 400, "maximum context length"),
        ("aurora/lantern-405b", {"tools": []}, 200, ""),
        ("kestrel/swift-4b-mini", {"tools": [{"type": "function"}]}, 404, "tool use"),
        ("marble/oracle", {"reasoning": {"effort": "none"}}, 400, "Reasoning is mandatory"),
        ("cinder/ash-1b-daily:free", {}, 429, "free-models-per-day"),
    ],
)
async def test_requests_that_a_model_refuses(
    client: httpx.AsyncClient, model: str, fields: dict[str, Any], status: int, words: str
) -> None:
    response = await send(client, model, **fields)
    assert response.status_code == status
    if status != 200:
        assert words in response.json()["error"]["message"]
        assert response.json()["error"]["code"] == status


async def test_images_need_a_model_that_sees(client: httpx.AsyncClient) -> None:
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    messages = [{"role": "user", "content": parts}]
    for model, status in (("aurora/lantern-70b", 404), ("lumen/haven", 200)):
        response = await client.post("/chat/completions", json={**chat(model), "messages": messages})
        assert response.status_code == status


@pytest.mark.parametrize("content", [b"not json", b"[]", b'{"model": "lumen/haven"}'])
async def test_requests_that_are_none(client: httpx.AsyncClient, content: bytes) -> None:
    assert (await client.post("/chat/completions", content=content)).status_code == 400


async def test_other_addresses_are_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/credits")).status_code == 404
    assert (await client.get("/chat/completions")).status_code == 404


async def test_the_minute_limit_ends_with_the_minute(client: httpx.AsyncClient, clock: FakeClock) -> None:
    model = "cinder/spark-14b-limited:free"
    statuses = [(await send(client, model, "Hi")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    limits = (await send(client, model, "Hi")).json()["error"]["metadata"]["headers"]
    reset = int(limits["X-RateLimit-Reset"]) / 1000
    clock.advance(reset - clock.now().timestamp())
    assert (await send(client, model, "Hi")).status_code == 200


async def test_a_flaky_model_fails_now_and_then_and_always_at_the_same_calls(clock: FakeClock) -> None:
    async def statuses(seed: str) -> list[int]:
        async with httpx.AsyncClient(transport=DemoTransport(clock, seed=seed), base_url=URL) as fresh:
            return [(await send(fresh, "basalt/torrent-32b-flaky", "Hi")).status_code for _ in range(12)]

    first = await statuses("0")
    assert set(first) == {200, 503}
    assert first == await statuses("0")
    assert first != await statuses("1")


async def test_one_model_breaks_inside_the_stream(client: httpx.AsyncClient) -> None:
    response = await send(client, "tidal/current-24b-breaks")
    last = events_of(response)[-1]
    assert last["error"]["code"] == 502
    assert last["choices"][0]["finish_reason"] == "error"
    assert 0 < last["usage"]["completion_tokens"] <= len(text_of(response))


async def test_another_one_drops_the_connection(client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ReadError):
        await send(client, "tidal/eddy-24b-breaks-off")


@pytest.mark.parametrize(("model", "rate"), [("aurora/lantern-180b-slow", 8), ("kestrel/swift-4b-mini", 320)])
async def test_text_arrives_at_the_models_own_rate(
    client: httpx.AsyncClient, clock: FakeClock, model: str, rate: float
) -> None:
    start = clock.monotonic()
    response = await send(client, model, "Write a python function")
    took = clock.monotonic() - start - BY_ID[model].first_s
    tokens = events_of(response)[-1]["usage"]["completion_tokens"]
    assert tokens / took == pytest.approx(rate, rel=0.25)


async def test_the_speed_divides_the_waiting(clock: FakeClock) -> None:
    times = []
    for speed in (1.0, 4.0, 0.0):
        start = clock.monotonic()
        async with httpx.AsyncClient(transport=DemoTransport(clock, speed=speed), base_url=URL) as fast:
            await send(fast, "lumen/haven")
        times.append(clock.monotonic() - start)
    assert times[0] == pytest.approx(4 * times[1])
    assert times[2] == 0


async def test_closing_stops_the_stream_at_once(clock: FakeClock) -> None:
    transport = DemoTransport(clock)
    request = httpx.Request("POST", f"{URL}/chat/completions", json=chat("aurora/lantern-180b-slow"))
    stream = (await transport.handle_async_request(request)).stream
    assert isinstance(stream, httpx.AsyncByteStream)
    pieces = aiter(stream)
    assert await anext(pieces)
    start = clock.monotonic()
    waiting = asyncio.ensure_future(anext(pieces))
    await asyncio.sleep(0)
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await waiting
    assert [piece async for piece in pieces] == []
    assert clock.monotonic() - start < 1
