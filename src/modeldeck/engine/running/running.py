"""Prompts on their way: as a stream of events in the caller's loop, or as one answer for a blocking caller."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from modeldeck.domain.request import Request
from modeldeck.domain.run import Answer, Event, Finished
from modeldeck.domain.settings import FallbackSettings
from modeldeck.domain.usage import RunKind
from modeldeck.engine.background import BackgroundLoop
from modeldeck.engine.catalog.lists import FIRST_LISTS_S, Lists
from modeldeck.engine.money.books import Books
from modeldeck.engine.parts import DeckParts
from modeldeck.engine.running.conversations import Conversations
from modeldeck.engine.selection.choosing import Chooser
from modeldeck.engine.selection.local_room import LocalRoom

FOREVER = float("inf")


class Running:
    """Starts runs; any number may go on at once, in any number of event loops."""

    def __init__(
        self,
        parts: DeckParts,
        chooser: Chooser,
        books: Books,
        lists: Lists,
        background: BackgroundLoop,
        conversations: Conversations,
        local: LocalRoom,
    ) -> None:
        self._parts = parts
        self._chooser = chooser
        self._books = books
        self._lists = lists
        self._background = background
        self._conversations = conversations
        self._local = local

    async def events(self, request: Request, deadline: float = FOREVER) -> AsyncGenerator[Event, None]:
        """The events of one run; `deadline` in monotonic seconds. Raises what choosing raises, and BudgetError."""
        import asyncio
        from contextlib import aclosing

        from modeldeck.engine.running.runner import Runner  # imports asyncio

        if self._lists.want_any():
            await asyncio.to_thread(self._lists.ensure, timeout_s=FIRST_LISTS_S)
        if self._local.wants_a_look:
            await asyncio.to_thread(self._local.look)
        plan = self._chooser.plan(request, deadline)
        runner = Runner(
            providers=self._parts.providers,
            books=self._books,
            clock=self._parts.clock,
            random=self._parts.random,
            settings=_patience(self._parts.loaded.settings.fallback, request.kind),
        )
        async with aclosing(runner.run(plan)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    self._conversations.keep(request, event.answer)
                yield event

    def answer(self, request: Request, timeout_s: float | None) -> Answer:
        """Run to the end and return the answer. Raises RunFailedError when it is not complete."""
        from modeldeck.engine.running.answers import final_answer, require_success

        deadline = FOREVER if timeout_s is None else self._parts.clock.monotonic() + timeout_s
        answer = self._background.run(final_answer(self.events(request, deadline)))
        return require_success(answer, [provider.info for provider in self._parts.providers.values()])


def _patience(settings: FallbackSettings, kind: RunKind) -> FallbackSettings:
    """A probe asks what works now: it may leave out a parameter that is refused, but waits for nothing."""
    if kind is RunKind.PROMPT:
        return settings
    return replace(settings, max_retries=min(1, settings.max_retries), max_wait_s=0)
