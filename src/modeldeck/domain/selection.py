"""The engine's answer: which model, why, and what else was considered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from modeldeck.domain.profile import Profile
from modeldeck.domain.task import Mode, Strategy, Tier


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
    HARDWARE = "hardware"
    TIER = "tier"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A dropped model with its first reason, readable as it stands (`context 8k < 12k`)."""

    model: str
    group: RejectionGroup
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked model; `score` and every factor are 0..1, `estimated_cost` is USD or None when unknown."""

    model: str
    score: float
    factors: Mapping[str, float]
    costs_nothing: bool
    estimated_cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One selection.

    `fallback_chain` holds the models after `model`, in the order in which they would be tried.
    `candidates` are the best five with every factor; `rejected` names each dropped model with its reason.
    `confidence` is the probability that `model` is the best of the chain. `baseline` is the best-scored paid model,
    against which savings are counted. `elapsed_ms` is what selecting took.
    """

    model: str
    provider: str
    mode: Mode
    task: str
    tier: Tier
    strategy: Strategy
    profile: Profile
    reason: str
    confidence: float
    estimated_cost: Decimal | None
    fallback_chain: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    baseline: str | None = None
    elapsed_ms: float = 0.0

    @property
    def factors(self) -> Mapping[str, float]:
        """The factors of the chosen model; empty when it was pinned without being scored."""
        return next((candidate.factors for candidate in self.candidates if candidate.model == self.model), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSelection:
    """What the ledger keeps of a selection, enough for `why`, replay and learning.

    `rejected_counts` has one entry per group; the prompt itself is kept only while history is on.
    """

    run: str
    at: datetime
    selection: Selection
    rejected_counts: Mapping[str, int] = field(default_factory=dict)
    prompt: str | None = None
