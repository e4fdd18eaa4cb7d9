"""The engine's answer: which model, why, and what else was considered."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol, overload

from modeldeck.domain.profile import Profile
from modeldeck.domain.record import record
from modeldeck.domain.task import Mode, Tier


class RejectionGroup(StrEnum):
    """The kind of reason for which a candidate was dropped; stored and counted by group."""

    HIDDEN = "hidden"
    NO_KEY = "no key"
    DISABLED = "disabled"
    STALE = "gone"
    COOLDOWN = "cooldown"
    QUOTA = "quota"
    CAPABILITY = "capability"
    CONTEXT = "context"
    NOT_FREE = "not free"
    NOT_LOCAL = "not local"
    TRAINING = "training"
    PRICE = "price"
    BUDGET = "budget"
    LATENCY = "latency"
    QUALITY = "quality"
    SAFETY = "safety"
    BUSY = "busy"
    HARDWARE = "hardware"
    TIER = "tier"


class Rejection(NamedTuple):
    """A dropped model with its first reason, readable as it stands (`context 8k < 12k`)."""

    model: str
    group: RejectionGroup
    reason: str


class Dropped(Protocol):
    """The dropped models of one selection in their order; a sentence is made when it is asked for."""

    def counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        ...

    def __len__(self) -> int: ...
    def __getitem__(self, places: slice) -> Sequence[Rejection]: ...


class Rejections(Sequence[Rejection]):
    """Rejections that are put together when somebody asks: few selections are ever explained.

    Args:
        find: gives the dropped models; called at most once, later than the selection.
    """

    def __init__(self, find: Callable[[], Dropped]) -> None:
        self._find = find

    @cached_property
    def _dropped(self) -> Dropped:
        return self._find()

    def counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        return self._dropped.counts()

    @overload
    def __getitem__(self, place: int) -> Rejection: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Rejection, ...]: ...
    def __getitem__(self, place: int | slice) -> Rejection | tuple[Rejection, ...]:
        if isinstance(place, slice):
            return tuple(self._dropped[place])
        return self._dropped[range(len(self))[place] :][0]

    def __len__(self) -> int:
        return len(self._dropped)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        return repr(tuple(self))


@record
class Candidate:
    """A ranked model; `score` and every factor are 0..1, `estimated_cost` is USD or None when unknown."""

    model: str
    score: float
    factors: Mapping[str, float]
    costs_nothing: bool
    estimated_cost: Decimal | None


@record(kw_only=True)
class Selection:
    """One selection.

    `strategy` names what ordered the candidates. `fallback_chain` holds the models after `model`, in the order in which
    they would be tried. `candidates` are the best five with every factor; `rejected` names each dropped model with its
    reason. `confidence` is the probability that `model` is the best of the chain. `baseline` is the best-scored paid
    model, against which savings are counted. `elapsed_ms` is what selecting took.
    """

    model: str
    provider: str
    mode: Mode
    task: str
    tier: Tier
    strategy: str
    profile: Profile
    reason: str
    confidence: float
    estimated_cost: Decimal | None
    fallback_chain: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    rejected: Sequence[Rejection] = ()
    baseline: str | None = None
    elapsed_ms: float = 0.0

    @property
    def factors(self) -> Mapping[str, float]:
        """The factors of the chosen model; empty when it was pinned without being scored."""
        return next((candidate.factors for candidate in self.candidates if candidate.model == self.model), {})

    def rejected_counts(self) -> Mapping[RejectionGroup, int]:
        """How many models were dropped for each kind of reason."""
        if isinstance(self.rejected, Rejections):
            return self.rejected.counts()
        return Counter(rejection.group for rejection in self.rejected)


@record(kw_only=True)
class StoredSelection:
    """What the ledger keeps of a selection, enough for `why`, replay and learning.

    `rejected_counts` has one entry per group; the prompt itself is kept only while history is on.
    """

    run: str
    at: datetime
    selection: Selection
    rejected_counts: Mapping[str, int] = field(default_factory=dict)
    prompt: str | None = None
