"""What the engine needs from the world, as Protocols; `main` plugs the real things in, tests plug in fakes.

The stores are in `modeldeck.stores` and named here too: everything that is plugged in can be imported from one place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from modeldeck.domain.record import record
from modeldeck.domain.settings import ProviderSettings, Timeouts
from modeldeck.stores import (
    CachedListing,
    CatalogCache,
    Experience,
    ExperienceStore,
    Ledger,
    LimitStore,
    RatingStore,
    ReferenceCache,
    Sent,
    TurnStore,
    Votes,
)

# Annotations alone must not load the whole domain: a plain list needs a third of it.
if TYPE_CHECKING:
    from modeldeck.domain.call import Call, Chunk
    from modeldeck.domain.hardware import Hardware, LoadedModel
    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.domain.model import Model, Origin
    from modeldeck.domain.pricing import Pricing
    from modeldeck.domain.quota import Quota
    from modeldeck.domain.state import DeckState

__all__ = [
    "CachedListing",
    "CatalogCache",
    "Clock",
    "Experience",
    "ExperienceStore",
    "HardwareProbe",
    "Ledger",
    "LimitStore",
    "PluginContext",
    "PriceBook",
    "Provider",
    "ProviderInfo",
    "RatingStore",
    "ReferenceCache",
    "ReferenceSource",
    "Sent",
    "SettingsSource",
    "StateFile",
    "TurnStore",
    "Votes",
]


class Clock(Protocol):
    """All time comes from here."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        ...

    def local_day(self, at: datetime) -> str:
        """The local calendar day `YYYY-MM-DD` of a UTC time, in the ledger's timezone."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait without blocking the event loop."""
        ...


@record(kw_only=True)
class ProviderInfo:
    """What is known about a provider without asking it. `key_names` are variables that could hold its key.

    `key_from` is the one that does. `public_list`: it lists its models to everybody, although calling them needs a
    key. `cut_off`: it is not on this machine, and the network is switched off.
    """

    name: str
    title: str
    base_url: str
    local: bool
    needs_key: bool
    has_key: bool
    key_names: tuple[str, ...] = ()
    key_from: str | None = None
    public_list: bool = False
    free_only: bool = False
    cut_off: bool = False
    timeouts: Timeouts = Timeouts()

    @property
    def usable(self) -> bool:
        """Whether a prompt could be sent: the key is there, or none is needed."""
        return self.has_key or not self.needs_key

    @property
    def lists(self) -> bool:
        """Whether it could say what it offers: to us with our key, or to everybody."""
        return self.usable or self.public_list


class Provider(Protocol):
    """One service or runtime that serves models."""

    @property
    def info(self) -> ProviderInfo:
        """Name, address and key, as settings and environment give them; asks nobody."""
        ...

    async def list_models(self) -> Sequence[Model]:
        """Everything offered now. Raises ProviderError; UNREACHABLE for a local server that does not run."""
        ...

    def stream(self, call: Call) -> AsyncIterator[Chunk]:
        """Send and stream. Raises ProviderError before or between chunks; closing it closes the connection."""
        ...

    async def loaded(self) -> Sequence[LoadedModel]:
        """Models in memory right now; empty where the provider cannot tell or does not answer. Never raises."""
        ...

    def quotas(self) -> Sequence[Quota]:
        """Rate limits as last read from answers."""
        ...

    async def aclose(self) -> None:
        """Close the connections that belong to the running event loop."""
        ...


@record(kw_only=True)
class PluginContext:
    """What the provider of another package gets to know; see `modeldeck.plugins`.

    `settings` is its `[providers.NAME]`, `environment` holds the variables that its key may be in.
    `no_network`: loopback addresses only.
    """

    name: str
    settings: ProviderSettings
    environment: Mapping[str, str]
    clock: Clock
    no_network: bool = False


class ReferenceSource(Protocol):
    """A public collection of facts about the models of many providers."""

    @property
    def name(self) -> str:
        """The origin that its facts carry."""
        ...

    async def fetch(self) -> Sequence[Model]:
        """All that it says about models of known providers, under their catalog ids. Raises ProviderError."""
        ...


class PriceBook(Protocol):
    """Prices that are installed with the program. The first question loads them, which takes a while."""

    @property
    def name(self) -> str:
        """The origin that its prices carry."""
        ...

    def price(self, model: Model) -> tuple[Pricing, Origin] | None:
        """The prices of this model at its provider, and when they were read; None when they are not in the book."""
        ...

    def models(self) -> Sequence[Model]:
        """The priced models of known providers, marked as unlisted."""
        ...


class StateFile(Protocol):
    """`deck.toml`."""

    def load(self) -> DeckState:
        """The choices in the file; the defaults where there is none or it cannot be read. Never raises."""
        ...

    def save(self, state: DeckState) -> None:
        """Write atomically. Raises StorageError."""
        ...


class SettingsSource(Protocol):
    """`config.toml` and the environment."""

    def edited(self) -> bool:
        """Whether the file changed since it was read last. Never raises."""
        ...

    def read(self, state: DeckState) -> LoadedSettings:
        """Everything that holds, with the choices of `state` over the file. Raises ConfigError."""
        ...


class HardwareProbe(Protocol):
    """Readings of the machine; never raises."""

    def read(self) -> Hardware:
        """What can be read now; everything else is None."""
        ...
