"""Numbers and demands as a sentence says them."""

from decimal import Decimal

from modeldeck.domain.pricing import PriceOverride
from modeldeck.domain.task import Task


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


def requirements(task: Task) -> list[str]:
    """What a task asks of every model, each in a few words."""
    wanted = task.criteria
    asked: list[tuple[str, object]] = [
        ("fast", task.require_fast),
        ("quality", task.require_quality),
        *((capability.value, True) for capability in sorted(wanted.required_capabilities)),
        ("free", wanted.free_only),
        ("local", wanted.local_only),
        (f"quality {wanted.min_quality or 0:.2f} or more", wanted.min_quality),
        (f"context {short_count(wanted.context_needed or 0)}", wanted.context_needed),
        (f"at most {dollars(wanted.max_cost_usd or Decimal(0))} a call", wanted.max_cost_usd is not None),
        (f"within {wanted.max_latency_ms or 0:.0f} ms", wanted.max_latency_ms),
    ]
    return [words for words, holds in asked if holds]


def error_words(error: Exception) -> str:
    """An exception in one line, in its own words: `ValueError: no such thing`."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
