"""A service that never leaves the process: it speaks OpenRouter's protocol and makes everything up."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from decimal import Decimal
from random import Random
from threading import Lock
from typing import Any

import httpx

from modeldeck.domain.pricing import ZERO
from modeldeck.ports import Clock
from modeldeck.providers.demo.answers import compose
from modeldeck.providers.demo.listing import listing
from modeldeck.providers.demo.models import BY_ID, ROUTER_CHOICE, DemoModel
from modeldeck.providers.demo.request import (
    REQUESTS_PER_MINUTE,
    ChatRequest,
    Refusal,
    day_limit,
    minute_limit,
    overloaded,
    read_request,
    refusal,
    refuse_request,
    unknown_model,
)
from modeldeck.providers.demo.stream import Beat, Delivery
from modeldeck.providers.wire.values import as_dict, as_str, parse_json

FLAKY_SHARE = 0.5
"""How often a flaky model fails."""
ROUND_TRIP_S = 0.12


class DemoTransport(httpx.AsyncBaseTransport):
    """Answers `GET /models`, `GET /key` and `POST /chat/completions` below any base URL.

    The same seed, model and prompt give the same text; the same seed, model and number of the call give the same
    timing and the same failures. Usable from several threads and event loops.

    Args:
        clock: the time of the service; all waiting goes through it.
        seed: of everything that is left to chance.
        speed: divides every waiting time; 0 does not wait at all.
    """

    def __init__(self, clock: Clock, *, seed: str = "0", speed: float = 1.0) -> None:
        self._clock = clock
        self._seed = seed
        self._speed = speed
        self._lock = Lock()
        self._calls: Counter[str] = Counter()
        self._minutes: dict[str, tuple[datetime, int]] = {}
        self._spent = ZERO

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request; unknown addresses get 404."""
        path = request.url.path
        if request.method == "POST" and path.endswith("/chat/completions"):
            return await self._chat(await request.aread())
        await self._wait(ROUND_TRIP_S)
        if request.method == "GET" and path.endswith("/models"):
            return httpx.Response(200, json=listing(self._clock.now()))
        if request.method == "GET" and path.endswith("/key"):
            return httpx.Response(200, json=self._key())
        return _refused(refusal(404, "Not Found"))

    async def _chat(self, content: bytes) -> httpx.Response:
        try:
            body = as_dict(parse_json(content))
        except ValueError:
            return _refused(refusal(400, "The request is not JSON"))
        if body.get("stream") is not True:
            return _refused(refusal(400, "The simulation only streams: set `stream` to true"))
        name = as_str(body.get("model")) or "(nothing)"
        model = BY_ID.get(name)
        if model is None:
            return _refused(unknown_model(name))
        return await self._answer(model, read_request(body))

    async def _answer(self, model: DemoModel, request: ChatRequest) -> httpx.Response:
        number, in_this_minute = self._count(model)
        random = Random(f"{self._seed}\n{model.id}\n{number}")
        refused = refuse_request(model, request) or self._fault(model, in_this_minute, random)
        if refused is not None:
            await self._wait(ROUND_TRIP_S)
            return _refused(refused)
        ident = f"gen-simulated-{random.getrandbits(64):016x}"
        beats = self._deliver(ident, model, request, random).beats()
        headers = {"Content-Type": "text/event-stream", "X-Generation-Id": ident}
        return httpx.Response(200, headers=headers, stream=TimedStream(beats, self._clock, self._speed))

    def _deliver(self, ident: str, model: DemoModel, request: ChatRequest, random: Random) -> Delivery:
        served = BY_ID[ROUTER_CHOICE] if model.prices is None else model
        whole = compose(served, request.prompt, self._seed, effort=request.effort, schema=request.schema)
        room = max(1, served.context - request.prompt_tokens)
        limits = (limit for limit in (request.max_tokens, served.max_output, room) if limit is not None)
        answer = whole.cut(min(limits))
        return Delivery(
            ident=ident,
            at=self._clock.now(),
            model=served,
            answer=answer,
            finish_reason="stop" if answer.tokens == whole.tokens else "length",
            prompt_tokens=request.prompt_tokens,
            random=random,
            charge=self._charge,
        )

    def _fault(self, model: DemoModel, in_this_minute: int, random: Random) -> Refusal | None:
        """What the model's name promises to go wrong before it answers."""
        if "daily" in model.words:
            return day_limit(self._clock.now())
        if "limited" in model.words and in_this_minute > REQUESTS_PER_MINUTE:
            return minute_limit(model, self._clock.now())
        if "flaky" in model.words and random.random() < FLAKY_SHARE:
            return overloaded(model)
        return None

    def _count(self, model: DemoModel) -> tuple[int, int]:
        """The number of this call of the model, and its number within the present minute."""
        minute = self._clock.now().replace(second=0, microsecond=0)
        with self._lock:
            self._calls[model.id] += 1
            last, count = self._minutes.get(model.id, (minute, 0))
            self._minutes[model.id] = (minute, count + 1 if last == minute else 1)
            return self._calls[model.id], self._minutes[model.id][1]

    def _charge(self, cost: Decimal) -> None:
        with self._lock:
            self._spent += cost

    def _key(self) -> dict[str, Any]:
        """The account (openrouter.ai/docs, limits): nothing was ever bought, nothing limits it."""
        data = {"label": "simulated", "limit": None, "limit_remaining": None, "is_free_tier": True}
        return {"data": {**data, "usage": float(self._spent)}}

    async def _wait(self, seconds: float) -> None:
        await self._clock.sleep(seconds / self._speed if self._speed else 0)


class TimedStream(httpx.AsyncByteStream):
    """Bytes that arrive when they are due. Closing it ends it at once: no further byte, no further wait."""

    def __init__(self, beats: Iterator[Beat], clock: Clock, speed: float) -> None:
        self._beats = beats
        self._clock = clock
        self._speed = speed
        self._start = clock.monotonic()
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        beat = None if self._closed else next(self._beats, None)
        if beat is None:
            raise StopAsyncIteration
        await self._clock.sleep(self._due_in(beat))
        if self._closed:
            raise StopAsyncIteration
        if beat.data is None:
            raise httpx.ReadError("simulated: the connection was dropped")
        return beat.data

    async def aclose(self) -> None:
        self._closed = True

    def _due_in(self, beat: Beat) -> float:
        """Seconds to wait; measured from the start, so that late wake-ups do not add up."""
        if not self._speed:
            return 0.0
        return max(0.0, self._start + beat.at / self._speed - self._clock.monotonic())


def _refused(refused: Refusal) -> httpx.Response:
    return httpx.Response(refused.status, json=refused.body)
