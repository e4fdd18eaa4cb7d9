"""Providers that follow a script."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from fake_clock import FakeClock
from modeldeck.domain.call import Call, Chunk, ReasoningChunk, StopChunk, TextChunk, UsageChunk
from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.domain.quota import Quota
from modeldeck.domain.settings import Timeouts
from modeldeck.domain.usage import Usage
from modeldeck.ports import ProviderInfo


@dataclass(frozen=True)
class Wait:
    """In a script: the provider is silent for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Hang:
    """In a script: the provider never says anything again."""


Scripted = Chunk | Failure | Wait | Hang | BaseException
Script = Sequence[Scripted]


def reply(
    text: str = "Hello there.", *, usage: Usage | None = None, cost_usd: Decimal | None = None, reason: str = "stop"
) -> Script:
    """A complete answer, word by word, with the provider's own usage at its end when given."""
    words: list[Scripted] = [TextChunk(word + " ") for word in text.split(" ")]
    if usage is not None:
        words.append(UsageChunk(usage, cost_usd))
    return [*words, StopChunk(reason)]


def thoughts(text: str) -> list[Scripted]:
    """Thinking text, in one piece."""
    return [ReasoningChunk(text)]


def failure(kind: ErrorKind, message: str = "", **fields: Any) -> Failure:
    """A classified failure with a message that names its kind."""
    return Failure(kind, message or f"scripted {kind.value}", **fields)


class FakeProvider:
    """Answers by script: each call takes the next script of its model; the last one repeats."""

    def __init__(
        self,
        name: str,
        models: Sequence[Model] = (),
        scripts: Mapping[str, Sequence[Script]] | None = None,
        *,
        clock: FakeClock | None = None,
        local: bool = False,
        needs_key: bool = False,
        has_key: bool = True,
        free_only: bool = False,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._info = ProviderInfo(
            name=name,
            title=name.title(),
            base_url=f"http://{name}.test",
            local=local,
            needs_key=needs_key,
            has_key=has_key,
            key_names=(f"{name.upper()}_API_KEY",) if needs_key else (),
            key_from=f"{name.upper()}_API_KEY" if needs_key and has_key else None,
            free_only=free_only,
            timeouts=timeouts,
        )
        self.models = list(models)
        self.scripts = {model: list(scripts) for model, scripts in (scripts or {}).items()}
        self.list_failure: Failure | None = None
        self.list_delay_s = 0.0
        self.told_quotas: tuple[Quota, ...] = ()
        self.in_memory: tuple[LoadedModel, ...] = ()
        self.calls: list[Call] = []
        self.open_streams = 0
        self.closed_loops = 0
        self.close_error: Exception | None = None
        self.listings = 0
        self._clock = clock or FakeClock()

    @property
    def info(self) -> ProviderInfo:
        return self._info

    def change_info(self, **fields: Any) -> None:
        self._info = replace(self._info, **fields)

    async def list_models(self) -> Sequence[Model]:
        self.listings += 1
        if self.list_delay_s:
            await self._clock.sleep(self.list_delay_s)
        if self.list_failure is not None:
            raise ProviderError(self.list_failure)
        return tuple(self.models)

    async def stream(self, call: Call) -> AsyncIterator[Chunk]:
        self.calls.append(call)
        scripts = self.scripts.get(call.native_id) or [reply()]
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        self.open_streams += 1
        try:
            for step in script:
                await asyncio.sleep(0)
                match step:
                    case Wait(seconds):
                        await self._clock.sleep(seconds)
                    case Hang():
                        await asyncio.get_running_loop().create_future()
                    case Failure():
                        raise ProviderError(step)
                    case BaseException():
                        raise step
                    case _:
                        yield step
        finally:
            self.open_streams -= 1

    async def loaded(self) -> Sequence[LoadedModel]:
        return self.in_memory

    def quotas(self) -> Sequence[Quota]:
        return self.told_quotas

    async def aclose(self) -> None:
        if self.close_error is not None:
            raise self.close_error
        self.closed_loops += 1
