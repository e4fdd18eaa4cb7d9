"""A simulated answer as OpenRouter streams it: which bytes at which second (openrouter.ai/docs, streaming)."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from modeldeck.domain.pricing import ZERO
from modeldeck.domain.record import record
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import cost_of
from modeldeck.providers.demo.answers import SimulatedAnswer
from modeldeck.providers.demo.models import DemoModel

KEEP_ALIVE = b": OPENROUTER PROCESSING\n\n"
KEEP_ALIVE_S = 0.5
EVENTS_PER_SECOND = 40.0
"""Faster models send several tokens in one event, as services do."""
JITTER = 0.3
BREAK_SHARE = 0.4
"""How much of its text a model sends before it breaks."""


@record
class Beat:
    """Bytes due at second `at` of the stream; None: the connection drops."""

    at: float
    data: bytes | None


@record(kw_only=True)
class Delivery:
    """Everything that one stream is made of. `charge` is told the cost in USD once it is known."""

    ident: str
    at: datetime
    model: DemoModel
    answer: SimulatedAnswer
    finish_reason: str
    prompt_tokens: int
    random: Random
    charge: Callable[[Decimal], None]

    def beats(self) -> Iterator[Beat]:
        """The stream from its first keep-alive to `[DONE]`."""
        first_s = self.model.first_s * self._jitter()
        waiting = 0.0
        while waiting < first_s:
            yield Beat(waiting, KEEP_ALIVE)
            waiting += KEEP_ALIVE_S
        clock = first_s
        for delta, count in self._deltas():
            yield Beat(clock, self._event([self._choice(delta)]))
            clock += count / self.model.rate * self._jitter()
        yield from self._ending(clock)

    def _deltas(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Pieces of thinking, then of text, each with its number of tokens."""
        size = max(1, round(self.model.rate / EVENTS_PER_SECOND))
        for piece in _bundles(self.answer.thinking, size):
            thinking = "".join(piece)
            details = [{"type": "reasoning.text", "text": thinking, "format": None, "index": 0}]
            yield {"role": "assistant", "content": "", "reasoning": thinking, "reasoning_details": details}, len(piece)
        for piece in _bundles(self._sent_text(), size):
            yield {"role": "assistant", "content": "".join(piece)}, len(piece)

    def _ending(self, at: float) -> Iterator[Beat]:
        if "breaks" in self.model.words:
            yield from self._break(at)
            return
        nothing = {"role": "assistant", "content": ""}
        yield Beat(at, self._event([self._choice(nothing, self.finish_reason)]))
        yield Beat(at, self._event([self._choice(nothing, self.finish_reason)], usage=self._usage()))
        yield Beat(at, b"data: [DONE]\n\n")

    def _break(self, at: float) -> Iterator[Beat]:
        if "off" in self.model.words:
            yield Beat(at, None)
            return
        error = {
            "code": 502,
            "message": "Simulated failure: the model stopped in the middle of its answer",
            "metadata": {"error_type": "provider_unavailable"},
        }
        choice = self._choice({"role": "assistant", "content": ""}, "error")
        yield Beat(at, self._event([choice], error=error, usage=self._usage()))
        yield Beat(at, b"data: [DONE]\n\n")

    def _sent_text(self) -> Sequence[str]:
        if "breaks" not in self.model.words:
            return self.answer.text
        return self.answer.text[: max(1, round(len(self.answer.text) * BREAK_SHARE))]

    def _usage(self) -> dict[str, Any]:
        """Counts of what was really sent, and its cost at the listed price."""
        thinking = len(self.answer.thinking)
        output = thinking + len(self._sent_text())
        usage = Usage(input_tokens=self.prompt_tokens, output_tokens=output, reasoning_tokens=thinking)
        cost = ZERO if self.model.pricing is None else cost_of(self.model.pricing, usage, self.at)
        self.charge(cost)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": output,
            "total_tokens": self.prompt_tokens + output,
            "cost": float(cost),
            "is_byok": False,
            "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thinking},
        }

    def _event(self, choices: list[dict[str, Any]], **fields: Any) -> bytes:
        chunk = {
            "id": self.ident,
            "provider": "Simulation",
            "model": self.model.id,
            "object": "chat.completion.chunk",
            "created": int(self.at.timestamp()),
            "choices": choices,
            **fields,
        }
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode("utf-8", "replace")

    def _choice(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {"index": 0, "delta": delta, "finish_reason": finish_reason, "native_finish_reason": finish_reason}

    def _jitter(self) -> float:
        return self.random.uniform(1 - JITTER, 1 + JITTER)


def _bundles(tokens: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(tokens), size):
        yield tokens[start : start + size]
