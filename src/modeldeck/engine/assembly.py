"""The deck's collaborators and how they hang together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from modeldeck.engine.background import BackgroundLoop
from modeldeck.engine.catalog import Catalog
from modeldeck.engine.choices import Choices
from modeldeck.engine.late import late
from modeldeck.engine.limits import Limits
from modeldeck.engine.lists import Lists
from modeldeck.engine.live_settings import LiveSettings
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks

# What only choosing, running and money need takes half of the engine's import time; plain lists do without.
if TYPE_CHECKING:
    from datetime import datetime

    from modeldeck.domain.quota import Quota
    from modeldeck.domain.settings import LoadedSettings
    from modeldeck.engine.advice import Adviser
    from modeldeck.engine.books import Books
    from modeldeck.engine.budget import Budget
    from modeldeck.engine.choosing import Chooser
    from modeldeck.engine.conversations import Conversations
    from modeldeck.engine.discovery import Discoverer
    from modeldeck.engine.estimating import Profiler
    from modeldeck.engine.experiences import Experiences
    from modeldeck.engine.external import ExternalAttempts
    from modeldeck.engine.history import History
    from modeldeck.engine.learning import Learning
    from modeldeck.engine.local_room import LocalRoom
    from modeldeck.engine.machine import Machine
    from modeldeck.engine.money import Money
    from modeldeck.engine.parts import DeckParts
    from modeldeck.engine.probing import Prober
    from modeldeck.engine.rates import Rates
    from modeldeck.engine.reviews import Reviews
    from modeldeck.engine.running import Running
    from modeldeck.engine.strategies import Strategies
    from modeldeck.engine.throttle import Throttle

_LASTING = frozenset({"books", "machine", "profiler"})
"""Late collaborators that hold more than settings: open attempts, the last readings."""


class Engine:
    """One of each collaborator, connected; the deck's methods hand over to them. Building it sends nothing."""

    def __init__(self, parts: DeckParts) -> None:
        providers, clock = parts.providers, parts.clock
        free_only = {name for name, provider in providers.items() if provider.info.free_only}
        self._parts = parts
        self.background = BackgroundLoop(self.disconnect)
        self.choices = Choices(parts.loaded.state, parts.state_file)
        self.catalog = Catalog(parts.loaded.settings.models, free_only, now=clock.now)
        self.settings = LiveSettings(parts.loaded, parts.settings_source, lambda: self.choices.state, self.adopt)
        self._lay_out()
        self.lists = Lists(
            catalog=self.catalog,
            cache=parts.cache,
            providers=providers,
            choices=self.choices,
            background=self.background,
            listening=parts.listening,
            references=parts.references,
            clock=clock,
        )
        self.choices.on_hidden = self.lists.show

    def _lay_out(self) -> None:
        """What every start needs and what keeps nothing but the settings."""
        parts = self._parts
        settings = parts.loaded.settings
        votes = parts.ratings.votes if settings.selection.learning else tuple
        self.limits = Limits(parts.limits, parts.clock, parts.random, settings.fallback, self._own_quotas)
        self.standing = Standing(self.catalog, parts.providers, self.limits, self.choices, parts.clock, votes)
        self.tasks = Tasks(parts.loaded, self.choices, self.resolved, lambda text: self.strategies.require(text))

    def adopt(self, loaded: LoadedSettings) -> None:
        """Go on under other settings.

        What runs, what was listed and what was read of the machine stays; every other collaborator is made anew with
        its next use. Runs under way end under the settings that they began with.
        """
        tables = loaded.settings.providers
        free_only = {name for name in self._parts.providers if name in tables and tables[name].free_only}
        self._parts = replace(self._parts, loaded=loaded)
        self.catalog.adopt(loaded.settings.models, free_only)
        self._lay_out()
        for name, maker in vars(type(self)).items():
            if isinstance(maker, late) and name not in _LASTING:
                self.__dict__.pop(name, None)
        if "books" in self.__dict__:
            self.books.adopt(self.budget, self.limits, self.local_room, self.learning)
        self.lists.show()

    @late
    def budget(self) -> Budget:
        """Made with the first look at money, or for a person who set a limit."""
        from modeldeck.engine.budget import Budget

        return Budget(self._parts.ledger, self._parts.clock, self._parts.loaded.settings.budget)

    @late
    def books(self) -> Books:
        """Made with the first look at money or the first selection."""
        from modeldeck.engine.books import Books

        parts = self._parts
        return Books(
            ledger=parts.ledger,
            experience=self.learning,
            budget=self.budget,
            limits=self.limits,
            local=self.local_room,
            clock=parts.clock,
            session=parts.session,
        )

    @late
    def learning(self) -> Learning:
        """Made with the first selection or the first attempt."""
        from modeldeck.engine.learning import Learning

        return Learning(self._parts.experience, self._parts.loaded.settings.selection.learning)

    @late
    def local_room(self) -> LocalRoom:
        """Made with the first selection or the first attempt."""
        from modeldeck.engine.local_room import LocalRoom

        local = self._parts.loaded.settings.local
        return LocalRoom(local, self.catalog, lambda: self.machine, self._parts.clock)

    @late
    def rates(self) -> Rates:
        """Made with the first question about limits, for a person who set any."""
        from modeldeck.engine.rates import Rates

        return Rates(self._parts.ledger, self._parts.loaded.settings)

    @late
    def strategies(self) -> Strategies:
        """Made with the first selection. Raises UsageError when a script's strategy is none."""
        from modeldeck.engine.strategies import Strategies

        return Strategies(self._parts.loaded.settings.selection.weights, self._parts.strategies)

    @late
    def profiler(self) -> Profiler:
        """Made with the first selection. Raises UsageError when a script's estimator cannot be asked."""
        from modeldeck.engine.estimating import Profiler

        return Profiler(self._parts.complexity_estimator)

    @late
    def history(self) -> History:
        """Made with the first look at past runs."""
        from modeldeck.engine.history import History

        parts = self._parts
        return History(
            ledger=parts.ledger,
            ratings=parts.ratings,
            conversations=self.conversations,
            tasks=self.tasks,
            clock=parts.clock,
            on_rated=self.standing.read_votes,
        )

    @late
    def conversations(self) -> Conversations:
        """Made with the first run, or the first look at what was said."""
        from modeldeck.engine.conversations import Conversations

        parts = self._parts
        return Conversations(parts.turns, parts.clock, keep_any=parts.loaded.settings.privacy.history)

    @late
    def experience(self) -> Experiences:
        """Made with the first look at what was learned."""
        from modeldeck.engine.experiences import Experiences

        return Experiences(self._parts.experience, self.tasks, self.resolved, self._parts.clock)

    @late
    def money(self) -> Money:
        """Made with the first look at money."""
        from modeldeck.engine.money import Money

        return Money(self._parts.ledger, self.books, self.budget, self._parts.clock)

    @late
    def machine(self) -> Machine:
        """Made with the first reading, or the first local model in a list."""
        from modeldeck.engine.machine import Machine

        parts = self._parts
        return Machine(parts.probe, parts.providers, self.background, parts.clock)

    @late
    def chooser(self) -> Chooser:
        """Made with the first selection."""
        from modeldeck.engine.choosing import Chooser, Sources

        parts = self._parts
        return Chooser(
            Sources(
                settings=parts.loaded.settings,
                catalog=self.catalog,
                standing=self.standing,
                tasks=self.tasks,
                choices=self.choices,
                limits=self.limits,
                budget=self.budget,
                books=self.books,
                local=self.local_room,
                experience=self.learning,
                profiler=self.profiler,
                strategies=self.strategies,
                hardware=self.machine.read,
                clock=parts.clock,
                random=parts.random,
            )
        )

    @late
    def running(self) -> Running:
        """Made with the first run."""
        from modeldeck.engine.running import Running

        return Running(
            self._parts,
            self.chooser,
            self.books,
            self.lists,
            self.background,
            self.conversations,
            self.local_room,
        )

    @late
    def prober(self) -> Prober:
        """Made with the first probe."""
        from modeldeck.engine.probing import Prober

        return Prober(self.running, self.background)

    @late
    def reviews(self) -> Reviews:
        """Made with the first look back."""
        from modeldeck.engine.reviews import Reviews

        return Reviews(self._parts.ledger, self._parts.clock, self.resolved)

    @late
    def adviser(self) -> Adviser:
        """Made when somebody asks for advice."""
        from modeldeck.engine.advice import Adviser

        return Adviser(
            catalog=self.catalog,
            standing=self.standing,
            tasks=self.tasks,
            money=self.money,
            reviews=self.reviews,
            providers=self._parts.providers,
            clock=self._parts.clock,
        )

    @late
    def discoverer(self) -> Discoverer:
        """Made when somebody asks what changed."""
        from modeldeck.engine.discovery import Discoverer

        return Discoverer(self.catalog, self.lists, self.adviser, self._parts.providers, self._parts.clock)

    @late
    def throttle(self) -> Throttle:
        """Made when somebody asks whether a model had enough."""
        from modeldeck.engine.throttle import Throttle

        return Throttle(self.catalog, self.standing, self.limits, self._parts.ledger, self._parts.clock)

    @late
    def external(self) -> ExternalAttempts:
        """Made with the first attempt that another program reports."""
        from modeldeck.engine.external import ExternalAttempts

        return ExternalAttempts(self._parts, self.catalog, self.standing, self.tasks, self.learning)

    def resolved(self, text: str) -> str:
        """The full id of what a person means by `text`. Raises UnknownModelError."""
        return self.catalog.resolve(text, self.standing.keyed).id

    def _own_quotas(self, now: datetime) -> tuple[Quota, ...]:
        """The person's own rate limits; without any, nothing is loaded for them."""
        settings = self._parts.loaded.settings
        limits = (settings.limits, *(provider.limits for provider in settings.providers.values()))
        return self.rates.quotas(now) if any(each.any_set for each in limits) else ()

    def unlisted_names(self) -> tuple[str, ...]:
        """One sentence for each name in settings and variables that nobody lists."""
        from modeldeck.engine.unlisted import unlisted_names

        return unlisted_names(self._parts.loaded, self.catalog, self.standing.keyed)

    def forget_old(self) -> None:
        """Delete prompts, turns and selections that the person does not want to keep any longer."""
        days = self._parts.loaded.settings.monitoring.retention_days
        if days is not None:
            from modeldeck.engine.retention import forget_old

            forget_old(self._parts.ledger, self._parts.turns, self._parts.clock.now() - timedelta(days=days))

    async def disconnect(self) -> None:
        """Close the providers' connections that belong to the running event loop."""
        from modeldeck.engine.refresh import close_all  # imports asyncio

        await close_all(self._parts.providers.values())
