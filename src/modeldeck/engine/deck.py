"""The façade that every face holds: one object for catalog, selection, running, tasks, money and hardware."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from modeldeck.domain.hardware import Hardware, LoadedModel
from modeldeck.domain.model import Model
from modeldeck.domain.profile import Specialization
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.run import Answer, Event, EventStream, Request, RunSummary, make_request
from modeldeck.domain.selection import Selection, StoredSelection
from modeldeck.domain.settings import DeckState
from modeldeck.domain.task import Mode, Task
from modeldeck.domain.usage import BudgetReport, GroupBy, PeriodName, Spend, UsageReport
from modeldeck.engine.books import Books
from modeldeck.engine.budget import Budget
from modeldeck.engine.catalog import Catalog
from modeldeck.engine.choices import Choices
from modeldeck.engine.choosing import Chooser, Sources
from modeldeck.engine.external import ExternalAttempts
from modeldeck.engine.fit import Fit, fit
from modeldeck.engine.limits import Limits
from modeldeck.engine.money import Money
from modeldeck.engine.parts import DeckParts, Prompt, RefreshReport
from modeldeck.engine.quality import Quality
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks
from modeldeck.ports import Clock, Experience, Provider, ProviderInfo

if TYPE_CHECKING:
    from modeldeck.engine.background import BackgroundLoop

__all__ = ["Deck", "DeckParts", "Prompt", "RefreshReport"]

FOREVER = float("inf")


class Deck:
    """See the module's docstring. Safe to use from several threads; every method says when it blocks.

    Opening settles what dead processes left open in the ledger and shows the stored lists; it sends nothing.
    """

    catalog: Catalog

    def __init__(self, parts: DeckParts) -> None:
        self._parts = parts
        settings = parts.loaded.settings
        providers = parts.providers
        free_only = {name for name, provider in providers.items() if provider.info.free_only}
        self._choices = Choices(parts.loaded.state, parts.state_file)
        self.catalog = Catalog(settings.models, free_only, now=parts.clock.now)
        self._limits = Limits(parts.limits, parts.clock, parts.random, settings.fallback)
        self._standing = Standing(self.catalog, providers, self._limits, self._choices, parts.clock)
        self._tasks = Tasks(parts.loaded, self._choices, self._resolved_id)
        self._budget = Budget(parts.ledger, parts.clock, settings.budget)
        self._books = Books(
            ledger=parts.ledger,
            experience=parts.experience,
            budget=self._budget,
            limits=self._limits,
            clock=parts.clock,
            session=parts.session,
        )
        self._money = Money(parts.ledger, self._books, self._budget, parts.clock)
        self._chooser = Chooser(
            Sources(
                settings=settings,
                catalog=self.catalog,
                standing=self._standing,
                tasks=self._tasks,
                choices=self._choices,
                limits=self._limits,
                budget=self._budget,
                books=self._books,
                experience=parts.experience,
                hardware=self.hardware,
                clock=parts.clock,
                random=parts.random,
            )
        )
        self._external = ExternalAttempts(parts, self.catalog, self._standing, self._tasks)
        self._background: BackgroundLoop | None = None
        self._hardware: Hardware | None = None
        self._loaded: tuple[LoadedModel, ...] = ()
        self._closed = False
        parts.ledger.recover()
        self._show_lists()

    # life

    def close(self) -> None:
        """Stop what runs in the background, close connections and files; the deck cannot be used afterwards."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._background is not None:
                self._background.stop()
        finally:
            self._parts.on_close()

    async def disconnect(self) -> None:
        """Close the connections of the running event loop; await it before a loop that used `run` ends."""
        from modeldeck.engine.refresh import close_all

        await close_all(self._parts.providers.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def clock(self) -> Clock:
        """The deck's clock, so that faces show ages by the same time."""
        return self._parts.clock

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about settings, variables and budgets that a person should read once."""
        spent = self._budget.warning()
        return (*self._parts.loaded.warnings, *self._tasks.warnings(), *([spent] if spent else []))

    # catalog

    def providers(self) -> tuple[ProviderInfo, ...]:
        """All enabled providers, keyed or not."""
        return tuple(provider.info for provider in self._parts.providers.values())

    def refresh(self, names: Collection[str] | None = None, *, timeout_s: float = 20.0) -> RefreshReport:
        """Fetch the lists of the named (default: all) providers side by side, store them, update the catalog.

        Blocks up to `timeout_s`; the work runs in the deck's own thread, so it may be called inside a running loop,
        which then waits. A provider that fails keeps its last list, marked stale.
        """
        wanted = [provider for name, provider in self._parts.providers.items() if names is None or name in names]
        return self._refresh(wanted, timeout_s)

    def ensure_listed(self, *, timeout_s: float = 5.0) -> RefreshReport:
        """Fetch only providers without a cached list. Blocks; touches no network when all have one.

        A local provider is asked only when something listens at its address, one that needs a key only with a key or
        for the first time.
        """
        return self._refresh([one for one in self._parts.providers.values() if self._lacks_list(one)], timeout_s)

    def status(self, model: Model) -> str:
        """`ok`, or why the model cannot be called now: `no key`, `stale`, `cooldown 43 s`, `hidden`, `unlisted`."""
        return self._standing.of(model)

    def quality(self, model: Model, specialization: Specialization | None = None) -> Quality:
        """The quality prior (0..1) of a model for a specialization (None: general), with its origin."""
        return self._standing.quality(model, specialization)

    def fit(self, model: Model) -> Fit:
        """Whether a local model fits the free memory of the last hardware reading."""
        return fit(model, self._hardware, self._loaded)

    def experience(self, model: str) -> Experience | None:
        """What happened with a model so far, over all tasks; None before the first attempt."""
        return self._parts.experience.all().get(model)

    def experiences(self) -> Mapping[str, Experience]:
        """The same for every model that was ever tried, by id."""
        return self._parts.experience.all()

    # choosing and running

    def select(self, prompt: Prompt, **fields: Any) -> Selection:
        """Choose a model for a prompt and say why; sends nothing. `fields` are those of Request, plus system, images.

        Raises:
            NothingSelectableError: no model passes; the message names the commonest reasons.
            UnknownModelError: a given model name resolves to nothing.
            BudgetError: the model of manual mode may not be paid for.
        """
        return self._chooser.choose(make_request(prompt, **fields)).selection

    def run(self, prompt: Prompt, **fields: Any) -> EventStream:
        """Select, send, fall back, stream: an async iterator of events that always ends with Finished.

        Before the first event it raises what `select` raises, and BudgetError. Cancelling the task or closing the
        iterator closes the HTTP stream and settles the ledger row as cancelled.
        """
        return self._events(make_request(prompt, **fields), FOREVER)

    def ask(self, prompt: Prompt, *, timeout_s: float | None = None, **fields: Any) -> Answer:
        """The blocking form of `run`; may be called from any thread, also inside a running event loop.

        Raises:
            RunFailedError: every attempt failed, or the answer broke off; `.answer` holds what there is.
        """
        from modeldeck.engine.answers import final_answer, require_success

        deadline = FOREVER if timeout_s is None else self.clock.monotonic() + timeout_s
        events = self._events(make_request(prompt, **fields), deadline)
        return require_success(self._loop().run(final_answer(events)), self.providers())

    # tasks

    def tasks(self) -> tuple[Task, ...]:
        """Every known task with its policy as it holds now; `source` says which layer set it."""
        return self._tasks.all()

    def task(self, name: str) -> Task:
        """One task by name or alias; an unknown name gets the default policy under its own name."""
        return self._tasks.get(name)

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
        return self._tasks.assign(task, model, prefer=prefer, tier=tier, strategy=strategy)

    def unassign(self, task: str) -> Task:
        """Forget the program's own assignment of a task."""
        return self._tasks.unassign(task)

    # choices made in the program

    @property
    def state(self) -> DeckState:
        """The choices kept in deck.toml."""
        return self._choices.state

    def update_state(self, **changes: Any) -> DeckState:
        """Change fields of the state (favourites, recent, theme, mode, preferred, filters, hidden) and save it.

        Raises:
            StorageError: the file cannot be written; the change still holds for this process.
        """
        try:
            return self._choices.update(**changes)
        finally:
            if "hidden" in changes:
                self._show_lists()

    def toggle_favourite(self, model: str) -> bool:
        """Flip a favourite; returns whether it is one now."""
        return self._choices.toggle_favourite(model)

    def set_mode(self, mode: Mode, model: str | None = None) -> None:
        """Set the playground's mode and, when given, its model (kept with the recent ones)."""
        self._choices.set_mode(mode, model)

    # money and history

    def spend(self) -> Spend:
        """The live money line; cheap enough for ten calls a second."""
        return self._money.spend()

    def usage(self, period: PeriodName = "today", by: GroupBy | None = None) -> UsageReport:
        """Totals of a period, with groups when `by` is given."""
        return self._money.usage(period, by)

    def daily_cost(self, days: int = 30) -> tuple[Decimal, ...]:
        """Cost in USD of each of the last `days` local days, oldest first."""
        return self._money.daily_cost(days)

    def budget(self) -> BudgetReport:
        """Budgets, what is spent and reserved, what remains."""
        return self._budget.report()

    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Past runs, newest first."""
        return self._parts.ledger.runs(limit)

    def why(self, run: str | None = None) -> StoredSelection | None:
        """The selection behind a run; None: the newest."""
        return self._parts.ledger.selection(run)

    def last_pick(self, task: str) -> StoredSelection | None:
        """The newest selection made for a task."""
        return self._parts.ledger.last_selection(self._tasks.get(task).name)

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
        """Write down an attempt that another program made; `counted` False: the tokens are only an estimate."""
        self._external.record(
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
        return self._limits.quotas()

    def cooldowns(self) -> tuple[Cooldown, ...]:
        """What is excluded right now."""
        return self._limits.cooldowns()

    def hardware(self) -> Hardware:
        """Read the machine. Blocks a few ms: not for the screen's event loop."""
        self._hardware = self._parts.probe.read()
        return self._hardware

    def loaded(self, names: Iterable[str] | None = None) -> tuple[LoadedModel, ...]:
        """Models that local runtimes hold in memory. Blocks on loopback requests; same rule as `refresh`."""
        from modeldeck.engine.refresh import fetch_loaded

        wanted = None if names is None else set(names)
        asked = [
            provider
            for name, provider in self._parts.providers.items()
            if provider.info.local and (wanted is None or name in wanted)
        ]
        self._loaded = self._loop().run(fetch_loaded(asked, self.clock)) if asked else ()
        return self._loaded

    # inside

    def _loop(self) -> "BackgroundLoop":
        """The background loop, made when first needed: asyncio alone takes as long as a whole `list`."""
        from modeldeck.engine.background import BackgroundLoop

        if self._background is None:
            self._background = BackgroundLoop(self.disconnect)
        return self._background

    async def _events(self, request: Request, deadline: float) -> AsyncGenerator[Event, None]:
        from contextlib import aclosing

        from modeldeck.engine.runner import Runner

        plan = self._chooser.plan(request, deadline)
        runner = Runner(
            providers=self._parts.providers,
            books=self._books,
            clock=self.clock,
            random=self._parts.random,
            settings=self._parts.loaded.settings.fallback,
        )
        async with aclosing(runner.run(plan)) as events:
            async for event in events:
                yield event

    def _refresh(self, providers: list[Provider], timeout_s: float) -> RefreshReport:
        if not providers:
            return RefreshReport({}, {})
        from modeldeck.engine.refresh import fetch_lists

        report = self._loop().run(fetch_lists(providers, self._parts.cache, self.clock, timeout_s))
        self._show_lists()
        return report

    def _show_lists(self) -> None:
        listings = self._parts.cache.load()
        enabled = {name: listing for name, listing in listings.items() if name in self._parts.providers}
        self.catalog.update(enabled, self._choices.state.hidden)

    def _lacks_list(self, provider: Provider) -> bool:
        info, listing = provider.info, self.catalog.listing(provider.info.name)
        if listing is not None and listing.fetched_at is not None:
            return False
        if info.local:
            return self._parts.listening(info.base_url)
        return listing is None or info.usable

    def _resolved_id(self, text: str) -> str:
        return self.catalog.resolve(text, self._standing.keyed).id
