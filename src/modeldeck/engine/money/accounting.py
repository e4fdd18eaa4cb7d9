"""Price times usage: what an attempt cost, what it may cost at most, and what it saved. All money in USD."""

from datetime import UTC, datetime
from decimal import Decimal

from modeldeck.domain.pricing import NO_COST, UNKNOWN_COST, Cost, CostStatus, PriceOverride, Pricing
from modeldeck.domain.usage import Usage


def cost_of(pricing: Pricing, usage: Usage, at: datetime) -> Decimal:
    """The cost of `usage` at the prices that hold for its input length at the time `at` (aware).

    Cached and cache-written tokens cost as input where they have no price of their own, reasoning costs as output.
    Images are already counted as input tokens by every provider that reports usage, so they add nothing here.
    """
    prices = _Prices.at(pricing, usage.input_tokens, at)
    plain_input = max(0, usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens)
    plain_output = max(0, usage.output_tokens - usage.reasoning_tokens)
    return (
        pricing.request
        + plain_input * prices.input
        + usage.cached_tokens * prices.cache_read
        + usage.cache_write_tokens * prices.cache_write
        + plain_output * prices.output
        + usage.reasoning_tokens * prices.reasoning
    )


def attempt_cost(
    pricing: Pricing | None,
    usage: Usage,
    at: datetime,
    *,
    local: bool = False,
    reported_usd: Decimal | None = None,
) -> Cost:
    """The cost of one attempt with its status.

    What the provider charged (`reported_usd`) wins. A local model costs nothing. Without a price the cost is unknown.
    Counts that the provider has not confirmed make an estimate, unless every price is zero.
    """
    if local:
        return NO_COST
    if reported_usd is not None:
        return Cost(reported_usd, CostStatus.REPORTED)
    if pricing is None:
        return UNKNOWN_COST
    sure = usage.reported or (pricing.zero and not pricing.overrides)
    return Cost(cost_of(pricing, usage, at), CostStatus.COMPUTED if sure else CostStatus.ESTIMATED)


def saved(cost: Cost, baseline: Pricing | None, usage: Usage, at: datetime) -> Decimal | None:
    """What the same tokens would have cost at the baseline's price, less what they did cost.

    Negative when the baseline was the cheaper one; None when either amount is unknown.
    """
    if baseline is None or cost.usd is None:
        return None
    return cost_of(baseline, usage, at) - cost.usd


def upper_estimate(pricing: Pricing | None, input_tokens: int, max_output: int | None) -> Decimal | None:
    """The most that a call can cost: the dearest price that input and output can have, over all overrides.

    None when the price is unknown, or when output costs something and nothing bounds it (`max_output` None).
    """
    if pricing is None:
        return None
    dearest_output = output_price_ceiling(pricing)
    if max_output is None and dearest_output:
        return None
    return input_cost_ceiling(pricing, input_tokens) + (max_output or 0) * dearest_output


def input_cost_ceiling(pricing: Pricing, input_tokens: int) -> Decimal:
    """The most that sending `input_tokens` can cost, the request fee included."""
    conditions: tuple[Pricing | PriceOverride, ...] = (pricing, *pricing.overrides)
    listed = [price for prices in conditions for price in (prices.input, prices.cache_read, prices.cache_write)]
    return pricing.request + input_tokens * max(price for price in listed if price is not None)


def output_price_ceiling(pricing: Pricing) -> Decimal:
    """The most that one output token can cost, thinking included."""
    listed = [pricing.output, pricing.reasoning, *(override.output for override in pricing.overrides)]
    return max(price for price in listed if price is not None)


class _Prices:
    """The prices per token that hold for one call, overrides applied."""

    __slots__ = ("cache_read", "cache_write", "input", "output", "reasoning")

    def __init__(
        self,
        input_price: Decimal,
        output_price: Decimal,
        cache_read: Decimal | None,
        cache_write: Decimal | None,
        reasoning: Decimal | None,
    ) -> None:
        self.input = input_price
        self.output = output_price
        self.cache_read = input_price if cache_read is None else cache_read
        self.cache_write = input_price if cache_write is None else cache_write
        self.reasoning = output_price if reasoning is None else reasoning

    @classmethod
    def at(cls, pricing: Pricing, input_tokens: int, at: datetime) -> "_Prices":
        """Later overrides win price by price; what none of them names stays as listed."""
        holding = [override for override in pricing.overrides if _holds(override, input_tokens, at)]
        input_price, output_price = pricing.input, pricing.output
        cache_read, cache_write = pricing.cache_read, pricing.cache_write
        for override in holding:
            input_price = input_price if override.input is None else override.input
            output_price = output_price if override.output is None else override.output
            cache_read = cache_read if override.cache_read is None else override.cache_read
            cache_write = cache_write if override.cache_write is None else override.cache_write
        return cls(input_price, output_price, cache_read, cache_write, pricing.reasoning)


def _holds(override: PriceOverride, input_tokens: int, at: datetime) -> bool:
    """Whether every condition of an override holds (wire formats, OpenRouter `pricing.overrides`)."""
    if override.min_input_tokens is not None and input_tokens <= override.min_input_tokens:
        return False
    start, end = override.utc_start, override.utc_end
    if start is None and end is None:
        return True
    utc = at.astimezone(UTC)
    minute = utc.hour * 60 + utc.minute
    start, end = start or 0, 24 * 60 if end is None else end
    if start <= end:
        return start <= minute < end
    return minute >= start or minute < end
