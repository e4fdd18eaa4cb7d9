"""The façade that every face holds: one object for catalog, selection, running, tasks, money and hardware."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from modeldeck.engine.assembly import Engine
from modeldeck.engine.parts import DeckParts, Prompt, RefreshReport

# Annotations alone must not load the whole domain: a plain list needs a third of it.
if TYPE_CHECKING:
    from types import TracebackType

    from modeldeck.domain.hardware import Hardware, LoadedModel
    from modeldeck.domain.model import Model
    from modeldeck.domain.profile import Specialization
    from modeldeck.domain.quota import Cooldown, Quota
    from modeldeck.domain.request import Request
    from modeldeck.domain.run import Answer, EventStream, RunSummary
    from modeldeck.domain.selection import Selection, StoredSelection
    from modeldeck.domain.settings import DeckState
    from modeldeck.domain.task import Mode, Task
    from modeldeck.domain.usage import BudgetReport, GroupBy, PeriodName, Spend, UsageReport
    from modeldeck.engine.fit import Fit
    from modeldeck.engine.quality import Quality
    from modeldeck.ports import Clock, Experience, ProviderInfo

__all__ = ["Deck", "DeckParts", "Prompt", "RefreshReport"]


class Deck:
    """See the module's docstring. Safe to use from several threads; every method says when it blocks.

    Opening settles what dead processes left open in the ledger and shows the stored lists; it sends nothing.
    """

    def __init__(self, parts: DeckParts) -> None:
        self._parts = parts
        self._engine = Engine(parts)
        self._closed = False
        self.catalog = self._engine.catalog
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
        names = self._engine.tasks.warnings() if self.catalog.models else ()
        return (*self._parts.loaded.warnings, *names, *([budget] if budget else []))

    # catalog

    def providers(self) -> tuple[ProviderInfo, ...]:
        """All enabled providers, keyed or not."""
        return tuple(provider.info for provider in self._parts.providers.values())

    def refresh(self, names: Collection[str] | None = None, *, timeout_s: float = 20.0) -> RefreshReport:
        """Fetch the lists of the named (default: all) providers side by side, store them, update the catalog.

        Blocks up to `timeout_s`. The work is done in the deck's own thread, so it may be called inside a running
        event loop, which stands still meanwhile. A provider that fails keeps its last list, marked stale.
        """
        return self._engine.lists.refresh(names, timeout_s)

    def ensure_listed(self, *, timeout_s: float = 5.0) -> RefreshReport:
        """Fetch only providers without a cached list. Blocks; touches no network when all have one.

        Local servers that do not run are not asked, and are not in the report.
        """
        return self._engine.lists.ensure(timeout_s)

    def status(self, model: Model) -> str:
        """`ok`, or why the model cannot be called now: `no key`, `stale`, `cooldown 43 s`, `hidden`, `unlisted`."""
        return self._engine.standing.of(model)

    def quality(self, model: Model, specialization: Specialization | None = None) -> Quality:
        """The quality prior (0..1) of a model for a specialization (None: general), with its origin."""
        return self._engine.standing.quality(model, specialization)

    def fit(self, model: Model) -> Fit:
        """Whether a local model fits the free memory of the last hardware reading."""
        return self._engine.machine.fit(model)

    def experience(self, model: str) -> Experience | None:
        """What happened with a model so far, over all tasks; None before the first attempt."""
        return self._parts.experience.all().get(model)

    def experiences(self) -> Mapping[str, Experience]:
        """The same for every model that was ever tried, by id."""
        return self._parts.experience.all()

    # choosing and running

    def select(self, prompt: Prompt, **fields: Any) -> Selection:
        """Choose a model for a prompt and say why; sends nothing. `fields` are those of Request, plus system, images.

        Only an empty catalog makes the first selection wait, up to 5 s, for the providers' lists.

        Raises:
            NothingSelectableError: no model passes; the message names the commonest reasons.
            UnknownModelError: a given model name resolves to nothing.
            BudgetError: the model of manual mode may not be paid for.
        """
        self._engine.lists.ensure_any()
        return self._engine.chooser.choose(_request(prompt, fields)).selection

    def run(self, prompt: Prompt, **fields: Any) -> EventStream:
        """Select, send, fall back, stream: an async iterator of events that always ends with Finished.

        Before the first event it raises what `select` raises, and BudgetError. Cancelling the task or closing the
        iterator closes the HTTP stream and settles the ledger row as cancelled.
        """
        return self._engine.running.events(_request(prompt, fields))

    def ask(self, prompt: Prompt, *, timeout_s: float | None = None, **fields: Any) -> Answer:
        """The blocking form of `run`; may be called from any thread, also inside a running event loop.

        Raises:
            RunFailedError: every attempt failed, or the answer broke off; `.answer` holds what there is.
        """
        return self._engine.running.answer(_request(prompt, fields), timeout_s)

    # tasks

    def tasks(self) -> tuple[Task, ...]:
        """Every known task with its policy as it holds now; `source` says which layer set it."""
        return self._engine.tasks.all()

    def task(self, name: str) -> Task:
        """One task by name or alias; an unknown name gets the default policy under its own name."""
        return self._engine.tasks.get(name)

    def assign(
        self,
        task: str,
        model: str | None,
        *,
        prefer: bool = False,
        tier: str | None = None,
        strategy: str | None = None,
    ) -> Task:
        """Assign a model (any text that resolves; None or "auto": let the engine choose) to a task, in deck.toml.

        `prefer` makes the mode hybrid instead of manual. Returns the task as it holds now, which an environment
        variable may still override (then `source` says so).
        """
        return self._engine.tasks.assign(task, model, prefer=prefer, tier=tier, strategy=strategy)

    def unassign(self, task: str) -> Task:
        """Forget the program's own assignment of a task."""
        return self._engine.tasks.unassign(task)

    # choices made in the program

    @property
    def state(self) -> DeckState:
        """The choices kept in deck.toml."""
        return self._engine.choices.state

    def update_state(self, **changes: Any) -> DeckState:
        """Change fields of the state (favourites, recent, theme, mode, preferred, filters, hidden) and save it.

        Raises:
            StorageError: the file cannot be written; the change still holds for this process.
        """
        try:
            return self._engine.choices.update(**changes)
        finally:
            if "hidden" in changes:
                self._engine.lists.show()

    def toggle_favourite(self, model: str) -> bool:
        """Flip a favourite; returns whether it is one now."""
        return self._engine.choices.toggle_favourite(model)

    def set_mode(self, mode: Mode, model: str | None = None) -> None:
        """Set the playground's mode and, when given, its model (kept with the recent ones)."""
        self._engine.choices.set_mode(mode, model)

    # money and history

    def spend(self) -> Spend:
        """The live money line; cheap enough for ten calls a second."""
        return self._engine.money.spend()

    def usage(self, period: PeriodName = "today", by: GroupBy | None = None) -> UsageReport:
        """Totals of a period, with groups when `by` is given."""
        return self._engine.money.usage(period, by)

    def daily_cost(self, days: int = 30) -> tuple[Decimal, ...]:
        """Cost in USD of each of the last `days` local days, oldest first."""
        return self._engine.money.daily_cost(days)

    def budget(self) -> BudgetReport:
        """Budgets, what is spent and reserved, what remains."""
        return self._engine.budget.report()

    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Past runs, newest first."""
        return self._parts.ledger.runs(limit)

    def why(self, run: str | None = None) -> StoredSelection | None:
        """The selection behind a run; None: the newest."""
        return self._parts.ledger.selection(run)

    def last_pick(self, task: str) -> StoredSelection | None:
        """The newest selection made for a task."""
        return self._parts.ledger.last_selection(self.task(task).name)

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

    # limits and hardware

    def quotas(self) -> tuple[Quota, ...]:
        """Rate limits as last seen."""
        return self._engine.limits.quotas()

    def cooldowns(self) -> tuple[Cooldown, ...]:
        """What is excluded right now."""
        return self._engine.limits.cooldowns()

    def hardware(self) -> Hardware:
        """Read the machine. Blocks a few ms: not for the screen's event loop."""
        return self._engine.machine.read()

    def loaded(self, names: Iterable[str] | None = None) -> tuple[LoadedModel, ...]:
        """Models that local runtimes hold in memory. Blocks on loopback requests; same rule as `refresh`."""
        return self._engine.machine.read_loaded(None if names is None else set(names))


def _request(prompt: Prompt, fields: Mapping[str, Any]) -> Request:
    from modeldeck.domain.request import make_request

    return make_request(prompt, **fields)
