"""The façade that every face holds: one object for catalog, selection, running, tasks, money and hardware."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self, Unpack

from modeldeck.engine.assembly import Engine
from modeldeck.engine.parts import DeckParts, Prompt, RefreshReport
from modeldeck.engine.rooms import Rooms

# Annotations alone must not load the whole domain: a plain list needs a third of it.
if TYPE_CHECKING:
    from types import TracebackType

    from modeldeck.domain.advice import Discovery, Recommendation
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.request import Request, RequestFields
    from modeldeck.domain.run import Answer, EventStream
    from modeldeck.domain.selection import Selection
    from modeldeck.engine.running.probing import Probe
    from modeldeck.engine.running.steps import Step

__all__ = ["Deck", "DeckParts", "Prompt", "RefreshReport"]


class Deck(Rooms):
    """See the module's docstring. Safe to use from several threads; every method says when it blocks.

    Opening settles what dead processes left open in the ledger and shows the stored lists; it sends nothing.
    """

    def __init__(self, parts: DeckParts) -> None:
        super().__init__(parts, Engine(parts))
        self._closed = False
        parts.ledger.recover()
        if parts.first is None:
            self._engine.lists.show()
        else:
            self._engine.lists.show_first(parts.first)

    # life

    def close(self) -> None:
        """Stop what runs in the background, close connections and files; the deck cannot be used afterwards.

        What is older than `[monitoring] retention_days` is deleted now, so that no start has to wait for it.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._engine.background.stop()
            self._engine.forget_old()
        finally:
            self._parts.on_close()

    async def disconnect(self) -> None:
        """Close the connections of the running event loop; await it before a loop that used `run` ends."""
        await self._engine.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    # choosing and running

    def select(self, prompt: Prompt, **fields: Unpack[RequestFields]) -> Selection:
        """Choose a model for a prompt and say why; sends nothing. `fields` are those of Request, plus system, images.

        Only an empty catalog makes the first selection wait, up to 5 s, for the providers' lists.

        Raises:
            NothingSelectableError: no model passes; the message names the commonest reasons.
            UnknownModelError: a given model name resolves to nothing.
            BudgetError: the model of manual mode may not be paid for.
        """
        self._engine.lists.ensure_any()
        self._engine.local_room.look()
        return self._engine.chooser.choose(self._request(prompt, **fields)).selection

    def fallback_chain(
        self, prompt: Prompt, *, max_length: int = 3, **fields: Unpack[RequestFields]
    ) -> tuple[str, ...]:
        """The ids of the models to try for a prompt, in their order: the chosen one, then its fallbacks.

        Raises what `select` raises, and UsageError for a length below 1.
        """
        if max_length < 1:
            from modeldeck.domain.errors import UsageError

            raise UsageError(f"max_length is {max_length}; allowed: 1 or more.")
        selection = self.select(prompt, **fields)
        return (selection.model, *selection.fallback_chain)[:max_length]

    def run(self, prompt: Prompt, **fields: Unpack[RequestFields]) -> EventStream:
        """Select, send, fall back, stream: an async iterator of events that always ends with Finished.

        Before the first event it raises what `select` raises, BudgetError, and LimitError when a rate limit or a limit
        of local models was reached in the meantime. Cancelling the task or closing the
        iterator closes the HTTP stream and settles the ledger row as cancelled.
        """
        return self._engine.running.events(self._request(prompt, **fields))

    def ask(self, prompt: Prompt, *, timeout_s: float | None = None, **fields: Unpack[RequestFields]) -> Answer:
        """The blocking form of `run`; may be called from any thread, also inside a running event loop.

        Raises:
            RunFailedError: every attempt failed, or the answer broke off; `.answer` holds what there is.
        """
        return self._engine.running.answer(self._request(prompt, **fields), timeout_s)

    def probe(self, models: Sequence[str], prompt: str | None = None) -> tuple[Probe, ...]:
        """Send a tiny prompt to each model and say which ones answered, in the same order. Blocks.

        Probes are runs like others: in the ledger, inside budgets and limits; they wait for nothing.

        Raises:
            UnknownModelError: a name resolves to nothing.
        """
        names = [self._engine.resolved(model) for model in models]
        return self._engine.prober.probe(names, prompt)

    def run_steps(
        self, steps: Iterable[Step], *, timeout_s: float | None = None, **fields: Unpack[RequestFields]
    ) -> list[Answer]:
        """Work in several steps: select, send and fall back for each, one after the other; blocks like `ask`.

        Each step is a run of its own in the ledger. A later step sees what the earlier ones brought in one of two
        ways: it is a function of their answers, or all steps name one `conversation`.

        Args:
            steps: prompts, requests, mappings of the fields of `ask` (with `prompt`), or functions that take the
                answers so far (a tuple) and return one of these.
            timeout_s: seconds for each step.
            fields: hold for every step that does not say otherwise.

        Raises:
            StepFailedError: a step failed; `.answers` holds those of the steps before, `.answer` what there is of it.
        """
        from modeldeck.engine.running.steps import run_steps  # few scripts work in steps

        return run_steps(self.ask, steps, timeout_s, fields)

    def record(
        self,
        *,
        task: str,
        model: str,
        success: bool,
        latency_ms: float | None = None,
        cost: Decimal | float | None = None,
        input_tokens: int = 0,
        output_tokens: int = 0,
        counted: bool = True,
    ) -> None:
        """Write down an attempt that another program made; `counted` False: its tokens are only an estimate."""
        self._engine.external.record(
            task=task,
            model=model,
            success=success,
            latency_ms=latency_ms,
            cost=cost,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            counted=counted,
        )

    def discover(self, *, force: bool = True, days: float = 30, timeout_s: float = 20.0) -> Discovery:
        """Fetch the providers' lists and say what changed since they were last stored. Blocks like `lists.refresh`.

        Args:
            force: fetch every list; False: only those fetched more than `days` ago, or never.
            days: the age from which a list is stale.
            timeout_s: seconds for all lists together.
        """
        return self._engine.discoverer.discover(force=force, days=days, timeout_s=timeout_s)

    def is_rate_limited(self, model: str, limit: int = 50) -> bool:
        """Whether a model (any name that resolves) is out by a rate limit now, or had `limit` requests today.

        Requests are counted where a quota is to be spared: over all declared free models of the same provider, or of
        this model alone when it is free by its price; today began at 00:00 UTC, when free quotas are reset. For a
        local or a paid model only what the provider itself said counts.
        """
        return self._engine.throttle.limited(model, limit)

    def performance(self, model: str | None = None, *, hours: float = 24) -> Performance:
        """How one model (any name that resolves; None: all models) did in the last hours, by the ledger."""
        return self._engine.reviews.performance(model, hours)

    def performances(self, *, hours: float = 24) -> tuple[Performance, ...]:
        """The same for each model that was tried in the last hours, the most used first."""
        return self._engine.reviews.performances(hours)

    def recommendations(self) -> tuple[Recommendation, ...]:
        """Plain advice from what the deck knows now, the most urgent first; empty when there is nothing to say."""
        return self._engine.adviser.recommendations()

    def _request(self, prompt: Prompt, **fields: Unpack[RequestFields]) -> Request:
        """A list of messages is the whole conversation already; anything else continues the one it names."""
        from modeldeck.domain.request import Request, make_request

        request = make_request(prompt, **fields)
        if request.conversation is None or not isinstance(prompt, str | Request):
            return request
        return self._engine.conversations.continued(request)
