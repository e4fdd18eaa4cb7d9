"""Tokens and money of attempts, runs and periods."""

from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from modeldeck.domain.pricing import ZERO
from modeldeck.domain.record import record


@record
class Usage:
    """Tokens of one attempt, normalised over all protocols.

    `input_tokens` includes cached and cache-written ones; `output_tokens` includes reasoning.
    `reported` False: counted from the text that arrived, because the provider has not said (yet).
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    reported: bool = False


class AttemptStatus(StrEnum):
    """Where an attempt stands; `open` until it is settled as one of the others."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class RunKind(StrEnum):
    """Who caused a run: a person's prompt, or the engine for its own purposes."""

    PROMPT = "prompt"
    PROBE = "probe"


PeriodName = Literal["session", "today", "month", "all"]
GroupBy = Literal["model", "provider", "task", "tier", "mode", "day"]


@record(kw_only=True)
class Totals:
    """Sums over settled attempts; `requests` counts attempts, `free_requests` those that cost nothing by price.

    `cost_usd` sums what is known, `estimated_usd` the part of it that is an estimate, `unpriced_requests` counts
    attempts whose cost is unknown. `saved_usd` compares with the baseline stored with each run.
    """

    requests: int = 0
    succeeded: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: Decimal = ZERO
    estimated_usd: Decimal = ZERO
    unpriced_requests: int = 0
    saved_usd: Decimal = ZERO
    free_requests: int = 0

    @property
    def unpriced(self) -> bool:
        """Whether nothing is known of the money: there are attempts, and each is of unknown cost."""
        return 0 < self.requests == self.unpriced_requests

    @property
    def free_share(self) -> float | None:
        """Share of attempts that cost nothing, 0..1; None without attempts."""
        return self.free_requests / self.requests if self.requests else None


@record
class UsageGroup:
    """Totals of one model, provider, task, tier, mode or day."""

    key: str
    totals: Totals


@record
class UsageReport:
    """Totals of a period, with groups when asked for."""

    period: PeriodName
    totals: Totals
    groups: tuple[UsageGroup, ...] = ()


@record
class Spend:
    """The live money line in USD: settled amounts plus what runs in flight have used so far.

    `estimated` is True while any part of `session` is an estimate. `reserved` is what runs in flight may still cost
    at most. Limits are None when no budget is set.
    """

    session: Decimal = ZERO
    today: Decimal = ZERO
    month: Decimal = ZERO
    reserved: Decimal = ZERO
    estimated: bool = False
    free_share: float | None = None
    day_limit: Decimal | None = None
    month_limit: Decimal | None = None
    session_limit: Decimal | None = None


@record
class BudgetReport:
    """Budgets by name (`session`, `day`, `month`, `task:NAME` for one task's day), all in USD.

    A name is absent from `limits` when it is not set. From `soft_percent` of a limit on, faces warn.
    """

    limits: dict[str, Decimal] = field(default_factory=dict)
    spent: dict[str, Decimal] = field(default_factory=dict)
    reserved: Decimal = ZERO
    remaining: dict[str, Decimal] = field(default_factory=dict)
    soft_percent: float = 80.0
