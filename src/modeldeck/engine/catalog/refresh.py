"""Fetching the lists of providers side by side, each with its own failure."""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

from modeldeck.domain.errors import ErrorKind, Failure, ProviderError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.model import Model
from modeldeck.engine.catalog.facts import derive_facts
from modeldeck.engine.catalog.last_known import keep_last_known
from modeldeck.engine.catalog.references import References
from modeldeck.engine.parts import RefreshReport
from modeldeck.ports import CachedListing, CatalogCache, Clock, Provider, ProviderInfo

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)

LOADED_TIMEOUT_S = 2.0
"""A runtime on this machine answers at once or is busy; the readings come again soon."""
OPENROUTER = "openrouter"
"""The provider whose list also states prices for models of others."""


async def fetch_lists(
    providers: Collection[Provider],
    cache: CatalogCache,
    clock: Clock,
    timeout_s: float,
    *,
    references: References | None = None,
    openrouter: Sequence[Model] = (),
    before: Mapping[str, CachedListing] = MappingProxyType({}),
) -> RefreshReport:
    """Fetch and store every provider's list; a failed one keeps its last list with the reason beside it.

    A provider that does not answer within `timeout_s` seconds counts as failed. Lists of hosted providers are stored
    when all have come, with what `references` and OpenRouter's list add to them.

    Args:
        providers: whom to ask.
        cache: where lists and failures are stored.
        clock: dates the lists, and limits the waiting.
        timeout_s: seconds.
        references: facts and prices that lists leave out; None: lists are stored as they come.
        openrouter: OpenRouter's last list, for when it is not fetched now.
        before: the last lists by provider; local ones complete what runtimes tell only of loaded models.

    Raises:
        StorageError: a list cannot be stored; the others are not waited for, nor for their turn at a locked database.
    """
    absent: list[str] = []
    failed: dict[str, str] = {}
    listed: dict[str, int] = {}
    hosted: dict[str, Sequence[Model]] = {}
    fetches = [asyncio.ensure_future(_fetch(provider, clock, timeout_s)) for provider in providers]
    if all(provider.info.local for provider in providers):
        references = None
    reading = asyncio.ensure_future(_read(references, clock, timeout_s))
    try:
        for fetch in asyncio.as_completed(fetches):
            info, outcome = await fetch
            if isinstance(outcome, ProviderError):
                cache.fail(info.name, outcome.message, clock.now())
                if info.local and outcome.failure.kind is ErrorKind.UNREACHABLE:
                    absent.append(info.name)
                else:
                    failed[info.name] = outcome.message
                continue
            listed[info.name] = len(outcome)
            if info.local and info.name in before:
                _store(cache, info.name, keep_last_known(outcome, before[info.name].models), clock)
            elif references is None or info.local:
                _store(cache, info.name, outcome, clock)
            else:
                hosted[info.name] = outcome
        note = await reading
        if references is not None:
            complete = await asyncio.to_thread(references.complete, hosted, hosted.get(OPENROUTER, openrouter))
            for name, models in complete.items():
                _store(cache, name, models, clock)
    finally:
        for unfinished in (*fetches, reading):
            unfinished.cancel()
    return RefreshReport(listed, failed, tuple(absent), () if note is None else (note,))


def _store(cache: CatalogCache, provider: str, models: Iterable[Model], clock: Clock) -> None:
    cache.store(provider, map(derive_facts, models), clock.now())


async def _read(references: References | None, clock: Clock, timeout_s: float) -> str | None:
    """Bring the public facts up to date when it is time; a sentence about why that failed, else None."""
    if references is None or not references.due():
        return None
    try:
        if await _within(clock, timeout_s, references.read()) is not None:
            return None
        reason = f"it did not answer within {timeout_s:g} s"
    except ProviderError as error:
        reason = error.message
    references.failed(reason)
    return f"Facts of {references.name} were not brought up to date: {reason}"


async def fetch_loaded(providers: Iterable[Provider], clock: Clock) -> tuple[LoadedModel, ...]:
    """What the runtimes hold in memory; one that does not answer in time holds nothing as far as anybody knows."""
    answers = await asyncio.gather(*(_within(clock, LOADED_TIMEOUT_S, provider.loaded()) for provider in providers))
    return tuple(model for answer in answers if answer is not None for model in answer)


async def close_all(providers: Iterable[Provider]) -> None:
    """Close the connections of the running loop; each provider is closed even when another one fails to."""
    outcomes = await asyncio.gather(*(provider.aclose() for provider in providers), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            _log.warning("A connection did not close cleanly: %s", type(outcome).__name__)


async def _fetch(
    provider: Provider, clock: Clock, timeout_s: float
) -> tuple[ProviderInfo, Sequence[Model] | ProviderError]:
    """What a provider lists, or why it does not."""
    info = provider.info
    try:
        models = await _within(clock, timeout_s, provider.list_models())
    except ProviderError as error:
        return info, error
    if models is None:
        message = f"{info.title} did not answer within {timeout_s:g} s."
        return info, ProviderError(Failure(ErrorKind.TIMEOUT, message))
    return info, models


async def _within(clock: Clock, seconds: float, work: Coroutine[Any, Any, _Result]) -> _Result | None:
    """The result of `work`, or None when it takes longer; it is cancelled then."""
    task = asyncio.ensure_future(work)
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((task, timer), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        timer.cancel()
