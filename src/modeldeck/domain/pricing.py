"""Prices as data: Decimal USD, unknown is None and never 0."""

from decimal import Decimal
from enum import StrEnum

from modeldeck.domain.record import record

NANO = Decimal(10) ** 9
"""Nano-USD per USD: money is an integer number of these in SQLite."""

ZERO = Decimal(0)
MILLION = Decimal(1_000_000)


class PriceOrigin(StrEnum):
    """Where a price comes from."""

    PROVIDER = "provider"
    USER = "user"
    GENAI_PRICES = "genai-prices"
    OPENROUTER = "openrouter"
    LOCAL = "local"


@record
class PriceOverride:
    """Prices that replace the listed ones while every condition holds (OpenRouter `pricing.overrides`).

    `min_input_tokens`: applies when the input is strictly longer. `utc_start`/`utc_end`: minutes of the UTC day,
    start inclusive, end exclusive; the window may wrap midnight. Absent prices inherit.
    """

    min_input_tokens: int | None = None
    utc_start: int | None = None
    utc_end: int | None = None
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


@record
class Pricing:
    """Prices of one model in USD per token; `request` is USD per call, `image` USD per input image."""

    input: Decimal
    output: Decimal
    origin: PriceOrigin = PriceOrigin.PROVIDER
    request: Decimal = ZERO
    image: Decimal = ZERO
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None  # None: reasoning costs as output
    overrides: tuple[PriceOverride, ...] = ()

    @property
    def zero(self) -> bool:
        """Whether input, output and the request fee are all exactly zero now."""
        return not self.input and not self.output and not self.request


LOCAL_PRICING = Pricing(ZERO, ZERO, PriceOrigin.LOCAL)


class CostStatus(StrEnum):
    """How sure an amount of money is; ordered from the strongest to the weakest."""

    REPORTED = "reported"
    COMPUTED = "computed"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


_WEAKNESS = {status: rank for rank, status in enumerate(CostStatus)}


@record
class Cost:
    """An amount in USD with its status.

    For one attempt `usd` is None exactly when the status is unknown; a sum keeps its known part, and says unknown.
    """

    usd: Decimal | None
    status: CostStatus

    def __add__(self, other: "Cost") -> "Cost":
        """Sum the known parts; the status becomes the weaker one."""
        status = max(self.status, other.status, key=_WEAKNESS.__getitem__)
        known = [cost.usd for cost in (self, other) if cost.usd is not None]
        return Cost(sum(known, ZERO) if known else None, status)


UNKNOWN_COST = Cost(None, CostStatus.UNKNOWN)
NO_COST = Cost(ZERO, CostStatus.COMPUTED)


def to_nano(usd: Decimal | None) -> int | None:
    """USD as integer nano-USD, rounded half up as the Decimal context does; None stays None."""
    return None if usd is None else int((usd * NANO).to_integral_value())


def from_nano(nano: int | None) -> Decimal | None:
    """Integer nano-USD as USD; None stays None."""
    return None if nano is None else Decimal(nano) / NANO
