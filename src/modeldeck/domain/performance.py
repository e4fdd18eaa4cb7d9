"""How models did: over a window of time, and for one task."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from decimal import Decimal

from modeldeck.domain.pricing import ZERO
from modeldeck.domain.record import record


@record(kw_only=True)
class Performance:
    """Settled attempts of one model (None: of all) between two times; what was never measured is None.

    `requests` counts attempts, `failed` those that failed; cancelled and interrupted ones are neither failed nor
    succeeded. Latencies and speeds are means over the attempts that succeeded. `cost_usd` sums what is known,
    `estimated_usd` the part of it that is an estimate, `unpriced_requests` counts attempts of unknown cost. `errors`
    counts failures by their kind.
    """

    model: str | None
    since: datetime
    until: datetime
    requests: int = 0
    succeeded: int = 0
    failed: int = 0
    avg_latency_ms: float | None = None
    avg_ttft_ms: float | None = None
    avg_tokens_per_second: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = ZERO
    estimated_usd: Decimal = ZERO
    unpriced_requests: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)

    @property
    def success_rate(self) -> float | None:
        """Share of the attempts that ended by themselves, 0..1; None when there was none."""
        ended = self.succeeded + self.failed
        return self.succeeded / ended if ended else None

    @property
    def hours(self) -> float:
        """Length of the window."""
        return (self.until - self.since).total_seconds() / 3600


@record(kw_only=True)
class TaskPerformance:
    """What was learned about one model for one task (None: for all); means are over calls that succeeded.

    `score` is the probability that the next call succeeds, 0..1, as the selection reckons with it: few calls say
    little, and old ones fade.
    """

    model: str
    task: str | None
    total_calls: int = 0
    successes: int = 0
    avg_latency_ms: float | None = None
    avg_ttft_ms: float | None = None
    avg_tokens_per_second: float | None = None
    avg_cost_usd: Decimal | None = None
    last_used: datetime | None = None
    score: float

    @property
    def success_rate(self) -> float | None:
        """Share of calls that succeeded, 0..1; None before the first."""
        return self.successes / self.total_calls if self.total_calls else None
