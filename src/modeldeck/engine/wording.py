"""Numbers as a sentence says them."""

from decimal import Decimal

from modeldeck.domain.pricing import PriceOverride


def short_count(tokens: int) -> str:
    """A token count: `800`, `8k`, `8.2k`, `128k`, `1M`."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if tokens >= size:
            return f"{tokens / size:.{1 if tokens < 10 * size else 0}f}".removesuffix(".0") + unit
    return str(tokens)


def condition(override: PriceOverride) -> str:
    """When an override's prices hold: `above 200k input tokens`, `16:30 to 00:30 UTC`."""
    parts = []
    if override.min_input_tokens is not None:
        parts.append(f"above {short_count(override.min_input_tokens)} input tokens")
    if override.utc_start is not None or override.utc_end is not None:
        parts.append(f"{_clock(override.utc_start or 0)} to {_clock(override.utc_end or 0)} UTC")
    return ", ".join(parts) or "always"


def dollars(amount: Decimal) -> str:
    """An amount of USD with as many digits as it needs: `$0.0042`, `$12.50`."""
    if not amount or abs(amount) >= 1:
        return f"${amount:.2f}"
    # Two digits after the leading zeros: a hundredth of a cent matters when a thousand calls are planned.
    return f"${amount:.{1 - amount.adjusted()}f}"


def error_words(error: Exception) -> str:
    """An exception in one line, in its own words: `ValueError: no such thing`."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
