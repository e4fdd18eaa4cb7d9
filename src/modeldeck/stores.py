"""What the engine keeps: the stores as Protocols, with the values that they hand over.

Every method of a store may raise StorageError.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol

from modeldeck.domain.record import record

# Annotations alone must not load the whole domain: a plain list needs a third of it.
if TYPE_CHECKING:
    from modeldeck.domain.conversation import Turn
    from modeldeck.domain.feedback import Rating
    from modeldeck.domain.model import Model
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.quota import Cooldown, Quota
    from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord, RunSummary
    from modeldeck.domain.selection import StoredSelection
    from modeldeck.domain.usage import GroupBy, PeriodName, Totals, UsageGroup


@record
class CachedListing:
    """A provider's last list, or a source's last facts.

    `error` is why the newest refresh failed (the list is then an older one, or empty).
    """

    provider: str
    models: tuple[Model, ...]
    fetched_at: datetime | None
    tried_at: datetime | None = None
    error: str | None = None


class CatalogCache(Protocol):
    """Provider lists on disk."""

    def load(self, first: int | None = None, also: Collection[str] = ()) -> Mapping[str, CachedListing]:
        """Every list by provider, its models sorted by name.

        Args:
            first: of each list only so many models, the first by name; None: all.
            also: ids of models that are wanted in any case.
        """
        ...

    def store(self, provider: str, models: Iterable[Model], fetched_at: datetime) -> None:
        """Keep a list in place of the provider's last one."""
        ...

    def fail(self, provider: str, error: str, tried_at: datetime) -> None:
        """Remember a failed refresh; the last list stays."""
        ...


class ReferenceCache(Protocol):
    """On disk, by source: what others than their providers say about models."""

    def load(self, source: str) -> CachedListing:
        """The last facts, in no order; without models and times when there are none."""
        ...

    def store(self, source: str, models: Iterable[Model], fetched_at: datetime) -> None:
        """Keep facts in place of the source's last ones."""
        ...

    def fail(self, source: str, error: str, tried_at: datetime) -> None:
        """Remember a failed fetch; the last facts stay."""
        ...


class Sent(NamedTuple):
    """An attempt as rate limits count it: input and output tokens, or the estimate of its input while it is open."""

    key: int
    at: datetime
    model: str
    tokens: int
    open: bool


class Ledger(Protocol):
    """The append-only record of attempts, with rollups. All money in USD."""

    def exclusively(self) -> AbstractContextManager[None]:
        """While it lasts no other thread or process writes, and what is written is kept whole or not at all."""
        ...

    def start_run(self, record: RunRecord) -> None:
        """Write a run with the selection behind it; its attempts follow."""
        ...

    def open_attempt(self, attempt: OpenAttempt) -> int:
        """Write an open row before anything is sent; returns its key."""
        ...

    def settle_attempt(self, key: int, attempt: Attempt, saved: Decimal | None) -> None:
        """Close an open row once; a second settlement of the same row changes nothing."""
        ...

    def recover(self) -> int:
        """Settle rows that dead processes left open as interrupted, at their estimate; returns how many."""
        ...

    def totals(self, period: PeriodName, day: str) -> Totals:
        """Sums for the period that contains the local day `day`."""
        ...

    def groups(self, period: PeriodName, day: str, by: GroupBy) -> tuple[UsageGroup, ...]:
        """The same sums by key, the most expensive first."""
        ...

    def reserved(self, task: str | None = None) -> Decimal:
        """Upper cost of all open rows, other processes' included; of one task or of all."""
        ...

    def sent(self, since: datetime, after: int = 0, again: Collection[int] = ()) -> tuple[Sent, ...]:
        """Attempts with a key above `after`, and those with the keys of `again`, in the order of their keys.

        With `after` 0: only those that began at `since` or later.
        """
        ...

    def forget(self, before: datetime) -> int:
        """Delete runs that began earlier, with their prompts and selections; returns how many. Totals stay."""
        ...

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        """Totals of each given local day, in the same order."""
        ...

    def runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The newest runs first."""
        ...

    def selection(self, run: str | None) -> StoredSelection | None:
        """The selection behind a run (None: the newest run); None when there is no such run."""
        ...

    def last_selection(self, task: str) -> StoredSelection | None:
        """The newest selection made for a task."""
        ...

    def last_model(self, run: str) -> str | None:
        """The model of a run's last attempt; None when nothing was attempted."""
        ...

    def performance(self, since: datetime, until: datetime, model: str | None = None) -> Performance:
        """What the attempts that began in a window came to, of one model or of all."""
        ...

    def performances(self, since: datetime, until: datetime) -> tuple[Performance, ...]:
        """The same for each model that was tried, the most used first."""
        ...

    def record_external(self, attempt: OpenAttempt, settled: Attempt) -> None:
        """Write an attempt that another program made, settled at once."""
        ...


@record
class Experience:
    """Outcomes of one model (for one task, or all tasks): calls, successes, and running means in ms and tok/s."""

    model: str
    task: str | None
    calls: int = 0
    successes: int = 0
    latency_ms: float | None = None
    ttft_ms: float | None = None
    tokens_per_second: float | None = None
    cost_usd: Decimal | None = None
    last_used: datetime | None = None

    @property
    def success_rate(self) -> float | None:
        """The share of calls that succeeded, 0..1; None without a call."""
        return self.successes / self.calls if self.calls else None


class ExperienceStore(Protocol):
    """What was learned from attempts."""

    def record(self, task: str, specialization: str, attempt: Attempt, at: datetime) -> None:
        """Add what a settled attempt says about its model; a failure that is not the model's adds nothing."""
        ...

    def all(self) -> Mapping[str, Experience]:
        """Experience per model id over all tasks."""
        ...

    def by_task(self, task: str) -> Mapping[str, Experience]:
        """Experience per model id in one task."""
        ...


class Votes(NamedTuple):
    """A person's ratings of one model for one specialization: their sum and their number, each 0..1."""

    model: str
    specialization: str
    total: float
    number: int


class RatingStore(Protocol):
    """What a person thought of answers."""

    def put(self, rating: Rating) -> None:
        """Keep a rating; one of the same run is replaced."""
        ...

    def votes(self) -> tuple[Votes, ...]:
        """All ratings, summed per model and specialization."""
        ...


class TurnStore(Protocol):
    """Conversations."""

    def add(self, turn: Turn, instead_of: str | None = None) -> None:
        """Keep an exchange; `instead_of` names the run of the same conversation whose exchange it replaces."""
        ...

    def of(self, conversation: str) -> tuple[Turn, ...]:
        """The exchanges of a conversation, oldest first."""
        ...

    def last_conversation(self) -> str | None:
        """The conversation of the newest exchange."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete exchanges that are older; returns how many."""
        ...


class LimitStore(Protocol):
    """Cooldowns and quotas that survive a restart, as absolute times."""

    def cooldowns(self) -> tuple[Cooldown, ...]:
        """All cooldowns, those that are over included."""
        ...

    def put_cooldown(self, cooldown: Cooldown) -> None:
        """Keep a cooldown in place of the last one of its scope."""
        ...

    def drop_cooldown(self, scope: str) -> None:
        """Forget the cooldown of a scope, if there is one."""
        ...

    def quotas(self) -> tuple[Quota, ...]:
        """All rate limits as last seen."""
        ...

    def put_quota(self, quota: Quota) -> None:
        """Keep a rate limit in place of the last one of its scope and kind."""
        ...
