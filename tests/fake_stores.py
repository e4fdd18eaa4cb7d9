"""Every other store in memory, and hardware as told."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from fake_clock import START
from modeldeck.domain.conversation import Turn
from modeldeck.domain.errors import StorageError
from modeldeck.domain.feedback import Rating
from modeldeck.domain.hardware import Hardware
from modeldeck.domain.model import Model, by_name
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.run import Attempt
from modeldeck.domain.state import DeckState
from modeldeck.domain.usage import AttemptStatus
from modeldeck.ports import CachedListing, Experience, Votes


class MemoryCache:
    """Provider lists in memory."""

    def __init__(self, listings: Mapping[str, CachedListing] | None = None) -> None:
        self.listings = dict(listings or {})

    def load(self, first: int | None = None, also: Collection[str] = ()) -> Mapping[str, CachedListing]:
        if first is None:
            return dict(self.listings)
        return {
            name: replace(
                listing,
                models=tuple(
                    model
                    for place, model in enumerate(sorted(listing.models, key=by_name))
                    if place < first or model.id in also
                ),
            )
            for name, listing in self.listings.items()
        }

    def store(self, provider: str, models: Iterable[Model], fetched_at: datetime) -> None:
        self.listings[provider] = CachedListing(provider, tuple(models), fetched_at, fetched_at)

    def fail(self, provider: str, error: str, tried_at: datetime) -> None:
        before = self.listings.get(provider, CachedListing(provider, (), None))
        self.listings[provider] = replace(before, error=error, tried_at=tried_at)


class MemoryExperience:
    """Outcomes in memory."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, Attempt]] = []

    def record(self, task: str, specialization: str, attempt: Attempt, at: datetime) -> None:
        self.recorded.append((task, specialization, attempt))

    def all(self) -> Mapping[str, Experience]:
        return self._sum([attempt for _, _, attempt in self.recorded], None)

    def by_task(self, task: str) -> Mapping[str, Experience]:
        return self._sum([attempt for name, _, attempt in self.recorded if name == task], task)

    def _sum(self, attempts: list[Attempt], task: str | None) -> Mapping[str, Experience]:
        found: dict[str, Experience] = {}
        for attempt in attempts:
            before = found.get(attempt.model, Experience(attempt.model, task))
            succeeded = attempt.status is AttemptStatus.SUCCEEDED
            found[attempt.model] = replace(
                before, calls=before.calls + 1, successes=before.successes + succeeded, latency_ms=attempt.latency_ms
            )
        return found


class MemoryRatings:
    """Ratings in memory."""

    def __init__(self) -> None:
        self.by_run: dict[str, Rating] = {}

    def put(self, rating: Rating) -> None:
        self.by_run[rating.run] = rating

    def votes(self) -> tuple[Votes, ...]:
        found: dict[tuple[str, str], list[float]] = {}
        for rating in self.by_run.values():
            found.setdefault((rating.model, rating.specialization), []).append(rating.rating)
        return tuple(Votes(*key, sum(given), len(given)) for key, given in found.items())


class MemoryTurns:
    """Conversations in memory."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def add(self, turn: Turn, instead_of: str | None = None) -> None:
        self.turns = [kept for kept in self.turns if kept.run != instead_of]
        self.turns.append(turn)

    def of(self, conversation: str) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.conversation == conversation)

    def last_conversation(self) -> str | None:
        return self.turns[-1].conversation if self.turns else None

    def forget(self, before: datetime) -> int:
        count = len(self.turns)
        self.turns = [turn for turn in self.turns if turn.at >= before]
        return count - len(self.turns)


class MemoryLimits:
    """Cooldowns and quotas in memory."""

    def __init__(self) -> None:
        self.by_scope: dict[str, Cooldown] = {}
        self.told: dict[tuple[str, str], Quota] = {}

    def cooldowns(self) -> tuple[Cooldown, ...]:
        return tuple(self.by_scope.values())

    def put_cooldown(self, cooldown: Cooldown) -> None:
        self.by_scope[cooldown.scope] = cooldown

    def drop_cooldown(self, scope: str) -> None:
        self.by_scope.pop(scope, None)

    def quotas(self) -> tuple[Quota, ...]:
        return tuple(self.told.values())

    def put_quota(self, quota: Quota) -> None:
        self.told[quota.scope, quota.kind] = quota


class MemoryState:
    """`deck.toml` in memory; `broken` makes every save fail."""

    def __init__(self, state: DeckState | None = None) -> None:
        self.state = state or DeckState()
        self.broken = False

    def load(self) -> DeckState:
        return self.state

    def save(self, state: DeckState) -> None:
        if self.broken:
            raise StorageError("The folder cannot be written.")
        self.state = state


class FakeProbe:
    """Hardware as told."""

    def __init__(self, hardware: Hardware | None = None) -> None:
        self.hardware = hardware or Hardware(at=START)
        self.reads = 0

    def read(self) -> Hardware:
        self.reads += 1
        return self.hardware
