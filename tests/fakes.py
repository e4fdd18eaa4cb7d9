"""Everything a deck is made of, open to the test; tests import what they need from here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from fake_clock import START, FakeClock
from fake_ledger import MemoryLedger
from fake_models import free_model, local_model, make_model, make_policy, make_profile, make_situation
from fake_provider import FakeProvider, Hang, Script, Scripted, Wait, failure, reply, thoughts
from fake_stores import FakeProbe, MemoryCache, MemoryExperience, MemoryLimits, MemoryRatings, MemoryState, MemoryTurns
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.model import Model
from modeldeck.domain.settings import LocalSettings, Settings
from modeldeck.domain.task import DEFAULT_TASKS
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.facts import derive_facts
from modeldeck.engine.deck import DeckParts
from modeldeck.engine.machine.machine import Machine
from modeldeck.engine.selection.local_room import LocalRoom

__all__ = [
    "START",
    "FakeClock",
    "FakeProbe",
    "FakeProvider",
    "Hang",
    "MemoryCache",
    "MemoryExperience",
    "MemoryLedger",
    "MemoryLimits",
    "MemoryRatings",
    "MemoryState",
    "MemoryTurns",
    "Script",
    "Scripted",
    "Wait",
    "World",
    "failure",
    "free_model",
    "local_model",
    "make_model",
    "make_policy",
    "make_profile",
    "make_situation",
    "no_limit_here",
    "reply",
    "thoughts",
]


@dataclass
class World:
    """Everything a Deck is made of, open to the test."""

    clock: FakeClock = field(default_factory=FakeClock)
    providers: dict[str, FakeProvider] = field(default_factory=dict)
    cache: MemoryCache = field(default_factory=MemoryCache)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    experience: MemoryExperience = field(default_factory=MemoryExperience)
    ratings: MemoryRatings = field(default_factory=MemoryRatings)
    turns: MemoryTurns = field(default_factory=MemoryTurns)
    limits: MemoryLimits = field(default_factory=MemoryLimits)
    state_file: MemoryState = field(default_factory=MemoryState)
    probe: FakeProbe = field(default_factory=FakeProbe)
    settings: Settings = field(default_factory=Settings)
    loaded: dict[str, Any] = field(default_factory=dict)
    closed: int = 0

    def add(
        self, provider: str, *models: Model, scripts: Mapping[str, Sequence[Script]] | None = None, **info: Any
    ) -> FakeProvider:
        """A provider whose list is already cached, as fetching stores it."""
        made = FakeProvider(provider, models, scripts, clock=self.clock, **info)
        self.providers[provider] = made
        self.cache.store(provider, map(derive_facts, models), self.clock.now())
        return made

    def parts(self) -> DeckParts:
        def closing() -> None:
            self.closed += 1

        facts: dict[str, Any] = {"settings": self.settings, "state": self.state_file.load(), "tasks": DEFAULT_TASKS}
        on_close: Callable[[], None] = closing
        return DeckParts(
            loaded=LoadedSettings(**(facts | self.loaded)),
            providers=self.providers,
            cache=self.cache,
            ledger=self.ledger,
            experience=self.experience,
            ratings=self.ratings,
            turns=self.turns,
            limits=self.limits,
            state_file=self.state_file,
            probe=self.probe,
            clock=self.clock,
            random=Random(7),
            session=self.ledger.session,
            on_close=on_close,
        )


def no_limit_here(world: World) -> LocalRoom:
    """Local models may be asked for anything."""

    def machine() -> Machine:
        raise AssertionError("nobody needs to look without a limit")

    return LocalRoom(LocalSettings(), Catalog(), machine, world.clock)
