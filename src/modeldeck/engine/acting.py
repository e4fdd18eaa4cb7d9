"""Choosing, running and paying: the collaborators behind a prompt, each made when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.engine.groundwork import Groundwork
from modeldeck.engine.late import late

# What choosing, running and money need takes half of the engine's import time; plain lists do without.
if TYPE_CHECKING:
    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.engine.looking_back.learning import Learning
    from modeldeck.engine.machine.machine import Machine
    from modeldeck.engine.money.books import Books
    from modeldeck.engine.money.budget import Budget
    from modeldeck.engine.profiling.estimating import Profiler
    from modeldeck.engine.running.conversations import Conversations
    from modeldeck.engine.running.external import ExternalAttempts
    from modeldeck.engine.running.probing import Prober
    from modeldeck.engine.running.running import Running
    from modeldeck.engine.selection.choosing import Chooser
    from modeldeck.engine.selection.local_room import LocalRoom


class Acting(Groundwork):
    """What acts on a prompt, on top of the groundwork."""

    def adopt(self, loaded: LoadedSettings) -> None:
        """Go on under other settings; see `Groundwork.adopt`. Attempts that are open stay in the same books."""
        super().adopt(loaded)
        if "books" in self.__dict__:
            self.books.adopt(self.budget, self.limits, self.local_room, self.learning)

    @late
    def budget(self) -> Budget:
        """Made with the first look at money, or for a person who set a limit."""
        from modeldeck.engine.money.budget import Budget

        return Budget(self._parts.ledger, self._parts.clock, self._parts.loaded.settings.budget)

    @late
    def books(self) -> Books:
        """Made with the first look at money or the first selection."""
        from modeldeck.engine.money.books import Books

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
        from modeldeck.engine.looking_back.learning import Learning

        return Learning(self._parts.experience, self._parts.loaded.settings.selection.learning)

    @late
    def local_room(self) -> LocalRoom:
        """Made with the first selection or the first attempt."""
        from modeldeck.engine.selection.local_room import LocalRoom

        local = self._parts.loaded.settings.local
        return LocalRoom(local, self.catalog, lambda: self.machine, self._parts.clock)

    @late
    def profiler(self) -> Profiler:
        """Made with the first selection. Raises UsageError when a script's estimator cannot be asked."""
        from modeldeck.engine.profiling.estimating import Profiler

        return Profiler(self._parts.complexity_estimator)

    @late
    def machine(self) -> Machine:
        """Made with the first reading, or the first local model in a list."""
        from modeldeck.engine.machine.machine import Machine

        parts = self._parts
        return Machine(parts.probe, parts.providers, self.background, parts.clock)

    @late
    def chooser(self) -> Chooser:
        """Made with the first selection."""
        from modeldeck.engine.selection.choosing import Chooser, Sources

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
    def conversations(self) -> Conversations:
        """Made with the first run, or the first look at what was said."""
        from modeldeck.engine.running.conversations import Conversations

        parts = self._parts
        return Conversations(parts.turns, parts.clock, keep_any=parts.loaded.settings.privacy.history)

    @late
    def running(self) -> Running:
        """Made with the first run."""
        from modeldeck.engine.running.running import Running

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
        from modeldeck.engine.running.probing import Prober

        return Prober(self.running, self.background)

    @late
    def external(self) -> ExternalAttempts:
        """Made with the first attempt that another program reports."""
        from modeldeck.engine.running.external import ExternalAttempts

        return ExternalAttempts(self._parts, self.catalog, self.standing, self.tasks, self.learning)
