"""A whole mocked request (select among 1,000, send, parse, price, record) against the same one by bare httpx."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.catalog import fill_cache
from benchmarks.measure import interleave, report
from modeldeck.domain.run import Finished
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.deck import Deck
from modeldeck.engine.launch import Options
from modeldeck.main import make_parts
from modeldeck.providers.registry import build_providers, parse_vendors
from modeldeck.storage.package_data import load_vendors

REQUESTS_AT_ONCE = 20
CHUNKS = 60
PROMPT = "Write a Python function that reads a CSV file and plots the sums of each week."
URL = "https://openrouter.ai/api/v1/chat/completions"


def _event(**fields: object) -> bytes:
    return f"data: {json.dumps({'id': 'gen-1', 'object': 'chat.completion.chunk', **fields})}\n\n".encode()


class Answer(httpx.AsyncByteStream):
    """The same streamed answer for everyone."""

    pieces = (
        *(_event(choices=[{"index": 0, "delta": {"content": "some words "}}]) for _ in range(CHUNKS)),
        _event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        _event(choices=[], usage={"prompt_tokens": 40, "completion_tokens": 120, "cost": 0.0001}),
        b"data: [DONE]\n\n",
    )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def _answer(request: httpx.Request) -> httpx.Response:
    request.read()
    return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Answer())


TRANSPORT = httpx.MockTransport(_answer)


async def _bare(client: httpx.AsyncClient) -> None:
    body = {"model": "aurora/lantern", "messages": [{"role": "user", "content": PROMPT}], "stream": True}
    text: list[str] = []
    async with client.stream("POST", URL, json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line[6:])["choices"]
                text += [choice["delta"].get("content", "") for choice in choices]
    assert len("".join(text)) == CHUNKS * len("some words ")


async def _ours(deck: Deck) -> None:
    async for event in deck.run(PROMPT):
        if isinstance(event, Finished):
            assert event.answer.status is AttemptStatus.SUCCEEDED, event.answer.failure
            assert len(event.answer.text) == CHUNKS * len("some words ")


def _open(folder: str) -> Deck:
    """A deck over a cache of 1,000 models whose provider answers from this file; its ledger is a real one."""
    fill_cache(folder, 1_000)
    parts = make_parts(Options(config_dir=Path(folder, "config"), data_dir=Path(folder, "data")))
    vendors = parse_vendors({"openrouter": load_vendors()["openrouter"]})
    environment = {"OPENROUTER_API_KEY": "benchmark"}
    settings = parts.loaded.settings
    providers = build_providers(vendors, settings, environment, clock=parts.clock, transport=TRANSPORT)
    return Deck(replace(parts, providers=providers))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, _open(folder) as deck, asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=TRANSPORT)

        def repeat(ask: Callable[[], Awaitable[None]]) -> None:
            async def several() -> None:
                for _ in range(REQUESTS_AT_ONCE):
                    await ask()

            runner.run(several())

        subjects = {
            "bare httpx": lambda: repeat(lambda: _bare(client)),
            "deck.run among 1,000 models": lambda: repeat(lambda: _ours(deck)),
        }
        medians = {name: seconds / REQUESTS_AT_ONCE for name, seconds in interleave(subjects, rounds=9).items()}
        runner.run(deck.disconnect())
        runner.run(client.aclose())
    report("One mocked request", medians, "bare httpx", {"deck.run among 1,000 models": 5})
