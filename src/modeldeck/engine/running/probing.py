"""Whether models answer right now: a tiny prompt to each, as runs of their own kind, inside budgets and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from modeldeck.domain.errors import DeckError, ErrorKind, Failure
from modeldeck.domain.request import Message, Params, Request
from modeldeck.domain.run import Answer
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import AttemptStatus, RunKind
from modeldeck.engine.running.answers import final_answer

if TYPE_CHECKING:
    from modeldeck.engine.background import BackgroundLoop
    from modeldeck.engine.running.running import Running

PROBE_PROMPT = "Reply with the word ok."
PROBE_TOKENS = 64
"""Room for the word and for a thought before it; little enough to cost next to nothing."""
AT_ONCE = 4
"""More at once would meet the per-minute limits of free models sooner than answers."""


class Probe(NamedTuple):
    """What one probe came to; `error` says in one sentence why there was no answer."""

    model: str
    ok: bool
    error: str | None = None
    ttft_ms: float | None = None
    tokens_per_second: float | None = None


class Prober:
    """Sends probes, a few at a time."""

    def __init__(self, running: Running, background: BackgroundLoop) -> None:
        self._running = running
        self._background = background

    def probe(self, models: Sequence[str], prompt: str | None = None) -> tuple[Probe, ...]:
        """Ask each model (full ids) once and wait for all of them; the answers come in the same order. Blocks."""
        return self._background.run(self._all(models, prompt or PROBE_PROMPT))

    async def _all(self, models: Sequence[str], prompt: str) -> tuple[Probe, ...]:
        import asyncio  # most uses of the deck run no event loop

        gate = asyncio.Semaphore(AT_ONCE)

        async def one(model: str) -> Probe:
            async with gate:
                return await self._one(model, prompt)

        return tuple(await asyncio.gather(*map(one, models)))

    async def _one(self, model: str, prompt: str) -> Probe:
        request = Request(
            messages=(Message("user", prompt),),
            mode=Mode.MANUAL,
            model=model,
            params=Params(max_tokens=PROBE_TOKENS),
            kind=RunKind.PROBE,
        )
        try:
            answer = await final_answer(self._running.events(request))
        except DeckError as error:  # not sent: no key, over budget, too small
            return Probe(model, False, error.message)
        failure = _failure(answer)
        if failure is not None:
            return Probe(model, False, failure.message)
        return Probe(model, True, None, answer.ttft_ms, answer.tokens_per_second)


def _failure(answer: Answer) -> Failure | None:
    """Why the probe failed; a model that only came to think within its few tokens did answer."""
    if answer.status is AttemptStatus.SUCCEEDED:
        return None
    failure = answer.failure or Failure(ErrorKind.BROKEN_STREAM, "The probe was stopped.")
    thought = failure.kind is ErrorKind.EMPTY and answer.usage.output_tokens > 0
    return None if thought else failure
