"""Numbers as short words for people: `—` is unknown, `≈` is an estimate."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import MILLION, Cost, CostStatus

if TYPE_CHECKING:  # lists need neither
    from modeldeck.domain.performance import Performance
    from modeldeck.domain.usage import Totals

UNKNOWN = "—"
_LONGEST = 12  # digits before the point; beyond it only the magnitude says something


@lru_cache  # the same few prices stand in hundreds of rows
def price(usd_per_token: Decimal | None) -> str:
    """A price per token as USD per million tokens: `0`, `0.25`, `5.00`, `150`, `0.0004`."""
    if usd_per_token is None:
        return UNKNOWN
    return million(usd_per_token * MILLION)


def million(usd: Decimal) -> str:
    """A price in USD per million tokens."""
    if not usd:
        return "0"
    return _decimal(usd, 0) if usd >= 100 else _money_digits(usd)


def money(usd: Decimal | None, *, estimated: bool = False) -> str:
    """An amount: `$0`, `$0.0034`, `$12.50`, `≈$0.0034`; below a cent it keeps two significant digits."""
    if usd is None:
        return UNKNOWN
    sign = "-" if usd < 0 else ""
    return f"{'≈' if estimated else ''}{sign}${_money_digits(abs(usd)) if usd else '0'}"


def cost(amount: Cost) -> str:
    """A cost with the mark of its status; the known part of an unknown sum is an estimate."""
    return money(amount.usd, estimated=amount.status in (CostStatus.ESTIMATED, CostStatus.UNKNOWN))


def spent(done: "Totals | Performance") -> str:
    """The known cost: an estimate in part when some of it is; unknown when nothing of it is known."""
    if done.requests and done.unpriced_requests == done.requests:
        return UNKNOWN
    return money(done.cost_usd, estimated=bool(done.estimated_usd) or done.unpriced_requests > 0)


def saved(totals: "Totals") -> str:
    """What was saved; unknown when nothing is known of the cost."""
    return money(None if totals.unpriced else totals.saved_usd)


def tokens(count: int | None) -> str:
    """A count: `312`, `1.2k`, `164k`, `1.05M`."""
    if count is None:
        return UNKNOWN
    if count < 1000:
        return str(count)
    if count < 999_500:
        return f"{count / 1000:.{1 if count < 9950 else 0}f}".removesuffix(".0") + "k"
    return f"{count / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"


def score(value: float | None) -> str:
    """A score 0..1 with two places."""
    return UNKNOWN if value is None else f"{value:.2f}"


def share(value: float | None) -> str:
    """A share 0..1 as a percentage."""
    return UNKNOWN if value is None else f"{value * 100:.0f} %"


def size(count: int | None) -> str:
    """Bytes as GB (10^9)."""
    return UNKNOWN if count is None else f"{count / 1e9:.1f} GB"


def milliseconds(value: float | None) -> str:
    """A wait: `340 ms`, `1.2 s`."""
    if value is None:
        return UNKNOWN
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.1f} s"


def rate(tokens_per_second: float | None) -> str:
    """Output speed with its unit."""
    if tokens_per_second is None:
        return UNKNOWN
    return f"{tokens_per_second:.{1 if tokens_per_second < 10 else 0}f} tok/s"


def moment(at: datetime | None) -> str:
    """A time in the machine's zone, to the minute."""
    return UNKNOWN if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


def age(at: datetime | None, now: datetime) -> str:
    """How long ago: `just now`, `12 min ago`, `3 h ago`, `9 d ago`."""
    if at is None:
        return UNKNOWN
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d ago"


def kind(model: Model) -> str:
    """FREE, PAID or LOCAL."""
    return model.kind.value.upper()


def plural(count: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _money_digits(value: Decimal) -> str:
    if value >= Decimal("0.995"):
        return _decimal(value, 2)
    places = max(2, 1 - value.adjusted())
    digits = _decimal(value, places)
    return digits if places == 2 else digits.rstrip("0")


def _decimal(value: Decimal, places: int) -> str:
    if value.adjusted() >= _LONGEST:
        return f"{value:.2e}"
    return f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
