"""Money: tokens times prices, with every condition a price can have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.pricing import Cost, CostStatus, PriceOverride, Pricing
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import attempt_cost, cost_of, saved, upper_estimate

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
IN, OUT = Decimal("0.000002"), Decimal("0.00001")


def test_input_and_output_are_charged_at_their_prices() -> None:
    assert cost_of(Pricing(IN, OUT), Usage(1000, 200), NOON) == Decimal("0.004")


@pytest.mark.parametrize(
    ("pricing", "usage", "expected"),
    [
        (Pricing(IN, OUT, cache_read=Decimal("0.0000002")), Usage(1000, 0, cached_tokens=400), "0.00128"),
        (Pricing(IN, OUT), Usage(1000, 0, cached_tokens=400), "0.002"),
        (Pricing(IN, OUT, cache_write=Decimal("0.0000025")), Usage(1000, 0, cache_write_tokens=1000), "0.0025"),
        (Pricing(IN, OUT), Usage(0, 100, reasoning_tokens=60), "0.001"),
        (Pricing(IN, OUT, reasoning=Decimal("0.00002")), Usage(0, 100, reasoning_tokens=60), "0.0016"),
        (Pricing(IN, OUT, request=Decimal("0.005")), Usage(), "0.005"),
        (Pricing(IN, OUT, image=Decimal("0.01")), Usage(1000, 0), "0.002"),
    ],
    ids=["cache read", "cache read unpriced", "cache write", "reasoning as output", "reasoning", "fee", "images no"],
)
def test_each_kind_of_token_has_its_price(pricing: Pricing, usage: Usage, expected: str) -> None:
    assert cost_of(pricing, usage, NOON) == Decimal(expected)


def test_counts_that_contradict_each_other_never_make_a_negative_cost() -> None:
    odd = Usage(10, 5, cached_tokens=20, reasoning_tokens=9)
    assert cost_of(Pricing(IN, OUT), odd, NOON) == 20 * IN + 9 * OUT


@pytest.mark.parametrize(("tokens", "price"), [(200_000, IN), (200_001, 2 * IN)], ids=["at the bound", "above"])
def test_long_input_price_starts_strictly_above_its_bound(tokens: int, price: Decimal) -> None:
    pricing = Pricing(IN, OUT, overrides=(PriceOverride(min_input_tokens=200_000, input=2 * IN),))
    assert cost_of(pricing, Usage(tokens, 0), NOON) == tokens * price


@pytest.mark.parametrize(
    ("clock", "cheap"),
    [((16, 29), False), ((16, 30), True), ((23, 59), True), ((0, 0), True), ((0, 29), True), ((0, 30), False)],
)
def test_time_window_may_wrap_midnight(clock: tuple[int, int], cheap: bool) -> None:
    window = PriceOverride(utc_start=16 * 60 + 30, utc_end=30, input=IN / 2)
    at = datetime(2026, 9, 1, *clock, tzinfo=UTC)
    assert cost_of(Pricing(IN, OUT, overrides=(window,)), Usage(100, 0), at) == 100 * (IN / 2 if cheap else IN)


def test_windows_are_read_in_utc_whatever_the_zone_of_the_time() -> None:
    window = PriceOverride(utc_start=0, utc_end=60, output=OUT / 2)
    at = datetime(2026, 9, 1, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    assert cost_of(Pricing(IN, OUT, overrides=(window,)), Usage(0, 10), at) == 10 * OUT / 2


def test_later_override_wins_price_by_price_and_the_rest_inherits() -> None:
    first = PriceOverride(min_input_tokens=10, input=2 * IN, output=2 * OUT)
    second = PriceOverride(min_input_tokens=20, input=3 * IN)
    pricing = Pricing(IN, OUT, overrides=(first, second))
    assert cost_of(pricing, Usage(30, 1), NOON) == 30 * 3 * IN + 2 * OUT
    assert cost_of(pricing, Usage(15, 1), NOON) == 15 * 2 * IN + 2 * OUT


def test_all_conditions_of_an_override_must_hold() -> None:
    both = PriceOverride(min_input_tokens=10, utc_start=0, utc_end=60, input=9 * IN)
    assert cost_of(Pricing(IN, OUT, overrides=(both,)), Usage(100, 0), NOON) == 100 * IN


@pytest.mark.parametrize(
    ("pricing", "usage", "local", "reported", "expected"),
    [
        (Pricing(IN, OUT), Usage(10, reported=True), False, Decimal(7), Cost(Decimal(7), CostStatus.REPORTED)),
        (Pricing(IN, OUT), Usage(10, reported=True), False, None, Cost(10 * IN, CostStatus.COMPUTED)),
        (Pricing(IN, OUT), Usage(10), False, None, Cost(10 * IN, CostStatus.ESTIMATED)),
        (Pricing(Decimal(0), Decimal(0)), Usage(10), False, None, Cost(Decimal(0), CostStatus.COMPUTED)),
        (None, Usage(10, reported=True), False, None, Cost(None, CostStatus.UNKNOWN)),
        (None, Usage(10), True, None, Cost(Decimal(0), CostStatus.COMPUTED)),
        (None, Usage(10), True, Decimal(7), Cost(Decimal(0), CostStatus.COMPUTED)),
    ],
    ids=["reported", "computed", "estimated", "free is sure", "unknown", "local", "local never charges"],
)
def test_status_says_how_sure_the_cost_is(
    pricing: Pricing | None, usage: Usage, local: bool, reported: Decimal | None, expected: Cost
) -> None:
    assert attempt_cost(pricing, usage, NOON, local=local, reported_usd=reported) == expected


def test_saving_is_the_difference_to_the_baseline() -> None:
    usage = Usage(1000, 100)
    assert saved(Cost(Decimal("0.001"), CostStatus.COMPUTED), Pricing(IN, OUT), usage, NOON) == Decimal("0.002")
    assert saved(Cost(Decimal("0.005"), CostStatus.COMPUTED), Pricing(IN, OUT), usage, NOON) == Decimal("-0.002")


def test_saving_is_unknown_when_either_side_is() -> None:
    assert saved(Cost(None, CostStatus.UNKNOWN), Pricing(IN, OUT), Usage(1, 1), NOON) is None
    assert saved(Cost(Decimal(0), CostStatus.COMPUTED), None, Usage(1, 1), NOON) is None


def test_upper_estimate_is_unknown_without_a_price_or_a_bound() -> None:
    assert upper_estimate(None, 10, 10) is None
    assert upper_estimate(Pricing(IN, OUT), 10, None) is None
    assert upper_estimate(Pricing(Decimal(0), Decimal(0)), 10, None) == 0


prices = st.decimals(min_value=0, max_value=1, places=9)
overrides = st.builds(
    PriceOverride,
    min_input_tokens=st.none() | st.integers(0, 1000),
    utc_start=st.none() | st.integers(0, 1439),
    utc_end=st.none() | st.integers(0, 1439),
    input=st.none() | prices,
    output=st.none() | prices,
    cache_read=st.none() | prices,
    cache_write=st.none() | prices,
)
pricings = st.builds(
    Pricing,
    input=prices,
    output=prices,
    request=prices,
    cache_read=st.none() | prices,
    cache_write=st.none() | prices,
    reasoning=st.none() | prices,
    overrides=st.lists(overrides, max_size=3).map(tuple),
)


@given(
    pricing=pricings,
    sent=st.integers(0, 1000),
    written=st.integers(0, 1000),
    thought=st.integers(0, 1000),
    minute=st.integers(0, 1439),
)
def test_no_call_costs_more_than_its_upper_estimate(
    pricing: Pricing, sent: int, written: int, thought: int, minute: int
) -> None:
    wrote = min(sent, written)
    usage = Usage(sent, 1000, cached_tokens=sent - wrote, cache_write_tokens=wrote, reasoning_tokens=thought)
    ceiling = upper_estimate(pricing, sent, 1000)
    assert ceiling is not None
    assert cost_of(pricing, usage, NOON.replace(hour=minute // 60, minute=minute % 60)) <= ceiling


counts = st.integers(0, 10_000)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    """Counts as adapters give them: cached and written tokens within the input, reasoning within the output."""
    plain, read, written, said, thought = (draw(counts) for _ in range(5))
    return Usage(
        plain + read + written,
        said + thought,
        cached_tokens=read,
        cache_write_tokens=written,
        reasoning_tokens=thought,
    )


def added(first: Usage, second: Usage) -> Usage:
    return Usage(
        first.input_tokens + second.input_tokens,
        first.output_tokens + second.output_tokens,
        cached_tokens=first.cached_tokens + second.cached_tokens,
        cache_write_tokens=first.cache_write_tokens + second.cache_write_tokens,
        reasoning_tokens=first.reasoning_tokens + second.reasoning_tokens,
    )


@given(pricing=pricings, sent=counts, answered=counts, read=counts, written=counts, thought=counts)
def test_no_counts_however_odd_make_a_cost_negative(
    pricing: Pricing, sent: int, answered: int, read: int, written: int, thought: int
) -> None:
    odd = Usage(sent, answered, cached_tokens=read, cache_write_tokens=written, reasoning_tokens=thought)
    assert cost_of(pricing, odd, NOON) >= pricing.request


@given(pricing=pricings, first=usages(), second=usages())
def test_without_conditions_two_calls_cost_what_one_of_their_sum_does_and_a_second_fee(
    pricing: Pricing, first: Usage, second: Usage
) -> None:
    plain = replace(pricing, overrides=())
    apart = cost_of(plain, first, NOON) + cost_of(plain, second, NOON)
    assert apart == cost_of(plain, added(first, second), NOON) + plain.request


@given(pricing=pricings, usage=usages(), more=usages())
def test_without_conditions_more_tokens_never_cost_less(pricing: Pricing, usage: Usage, more: Usage) -> None:
    plain = replace(pricing, overrides=())
    assert cost_of(plain, added(usage, more), NOON) >= cost_of(plain, usage, NOON)


@given(pricing=pricings, usage=usages())
def test_a_price_that_is_not_listed_is_that_of_plain_tokens(pricing: Pricing, usage: Usage) -> None:
    bare = replace(pricing, cache_read=None, cache_write=None, reasoning=None, overrides=())
    expected = bare.request + usage.input_tokens * bare.input + usage.output_tokens * bare.output
    assert cost_of(bare, usage, NOON) == expected


@given(pricing=pricings, usage=usages(), charged=prices)
def test_what_the_provider_charged_beats_every_calculation(pricing: Pricing, usage: Usage, charged: Decimal) -> None:
    assert attempt_cost(pricing, usage, NOON, reported_usd=charged) == Cost(charged, CostStatus.REPORTED)
