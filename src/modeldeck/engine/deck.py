"""The façade that every face holds: one object for catalog, selection, running, tasks, money and hardware."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self, Unpack

from modeldeck.engine.assembly import Engine
from modeldeck.engine.parts import DeckParts, Prompt, RefreshReport

# Annotations alone must not load the whole domain: a plain list needs a third of it.
if TYPE_CHECKING:
    from types import TracebackType

    from modeldeck.domain.advice import Recommendation
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.request import Request, RequestFields
    from modeldeck.domain.run import Answer, EventStream
    from modeldeck.domain.selection import Selection
    from modeldeck.engine.catalog import Catalog
    from modeldeck.engine.choices import Choices
    from modeldeck.engine.experiences import Experiences
    from modeldeck.engine.history import History
    from modeldeck.engine.limits import Limits
    from modeldeck.engine.lists import Lists
    from modeldeck.engine.machine import Machine
    from modeldeck.engine.money import Money
    from modeldeck.engine.probing import Probe
    from modeldeck.engine.standing import Standing
    from modeldeck.engine.tasks import Tasks
    from modeldeck.ports import Clock, ProviderInfo

__all__ = ["Deck", "DeckParts", "Prompt", "RefreshReport"]


class Deck:
    """See the module's docstring. Safe to use from several threads; every method says when it blocks.

    Opening settles what dead processes left open in the ledger and shows the stored lists; it sends nothing.
    """

    def __init__(self, parts: DeckParts) -> None:
        self._parts = parts
        self._engine = Engine(parts)
        self._closed = False
        parts.ledger.recover()
        self._engine.lists.show()

    # life

    def close(self) -> None:
        """Stop what runs in the background, close connections and files; the deck cannot be used afterwards."""
        if self._closed:
            return
        self._closed = True
        try:
            self._engine.background.stop()
        finally:
            self._parts.on_close()

    async def disconnect(self) -> None:
        """Close the connections of the running event loop; await it before a loop that used `run` ends."""
        await self._engine.disconnect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def clock(self) -> Clock:
        """The deck's clock, so that faces show ages by the same time."""
        return self._parts.clock

    @property
    def tour(self) -> str:
        """One sentence about the simulated models: how to see them, or, when they are shown, what they leave out."""
        return self._parts.tour

    @property
    def simulated(self) -> bool:
        """Whether this deck only simulates: no key, no network, no money."""
        return self._parts.simulated

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about settings, variables and budgets that a person should read once.

        Names that nobody lists are spoken of only when something is listed.
        """
        limited = bool(self._parts.loaded.settings.budget.limits)
        budget = self._engine.budget.warning() if limited else None
        names = self._engine.unlisted_names() if any(model.listed for model in self.catalog.models) else ()
        return (*self._parts.loaded.warnings, *names, *([budget] if budget else []))

    # what the deck knows, room by room

    @property
    def catalog(self) -> Catalog:
        """All models of all enabled providers."""
        return self._engine.catalog

    @property
    def lists(self) -> Lists:
        """The providers' lists: fetch them."""
        return self._engine.lists

    @property
    def standing(self) -> Standing:
        """How each model stands right now, and its quality."""
        return self._engine.standing

    @property
    def tasks(self) -> Tasks:
        """Tasks with their policies and assignments."""
        return self._engine.tasks

    @property
    def choices(self) -> Choices:
        """What a person chose inside the program: favourites, mode, filters, theme."""
        return self._engine.choices

    @property
    def money(self) -> Money:
        """Live spend, usage totals, budgets."""
        return self._engine.money

    @property
    def history(self) -> History:
        """Past runs and the selections behind them."""
        return self._engine.history

    @property
    def experience(self) -> Experiences:
        """What was learned from attempts."""
        return self._engine.experience

    @property
    def limits(self) -> Limits:
        """Quotas and cooldowns."""
        return self._engine.limits

    @property
    def machine(self) -> Machine:
        """Hardware readings, loaded models, fit."""
        return self._engine.machine

    def providers(self) -> tuple[ProviderInfo, ...]:
        """All enabled providers, keyed or not."""
        return tuple(provider.info for provider in self._parts.providers.values())

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
        return self._engine.chooser.choose(self._request(prompt, **fields)).selection

    def run(self, prompt: Prompt, **fields: Unpack[RequestFields]) -> EventStream:
        """Select, send, fall back, stream: an async iterator of events that always ends with Finished.

        Before the first event it raises what `select` raises, and BudgetError. Cancelling the task or closing the
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
