"""Numbers as a sentence says them."""

from decimal import Decimal


def short_count(tokens: int) -> str:
    """A token count: `800`, `8k`, `8.2k`, `128k`, `1M`."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if tokens >= size:
            return f"{tokens / size:.{1 if tokens < 10 * size else 0}f}".removesuffix(".0") + unit
    return str(tokens)


def dollars(amount: Decimal) -> str:
    """An amount of USD with as many digits as it needs: `$0.0042`, `$12.50`."""
    if not amount or abs(amount) >= 1:
        return f"${amount:.2f}"
    # Two digits after the leading zeros: a hundredth of a cent matters when a thousand calls are planned.
    return f"${amount:.{1 - amount.adjusted()}f}"
