from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.cli import numbers
from modeldeck.cli.rows import totals_row
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.usage import Totals

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("per_token", "shown"),
    [
        (None, "—"),
        ("0", "0"),
        ("0.00000025", "0.25"),
        ("0.000005", "5.00"),
        ("0.00015", "150"),
        ("1e-10", "0.0001"),
        ("1e-7", "0.10"),
        ("1e9", "1.00e+15"),
    ],
)
def test_prices_are_per_million_tokens(per_token: str | None, shown: str) -> None:
    assert numbers.price(None if per_token is None else Decimal(per_token)) == shown


@pytest.mark.parametrize(
    ("usd", "shown"),
    [
        ("0", "$0"),
        ("12.5", "$12.50"),
        ("0.0034", "$0.0034"),
        ("0.00000012", "$0.00000012"),
        ("0.05", "$0.05"),
        ("-0.5", "-$0.50"),
    ],
)
def test_small_amounts_keep_two_significant_digits(usd: str, shown: str) -> None:
    assert numbers.money(Decimal(usd)) == shown


def test_unknown_money_is_never_zero() -> None:
    assert numbers.cost(Cost(None, CostStatus.UNKNOWN)) == "—"
    assert numbers.cost(Cost(Decimal("0.5"), CostStatus.UNKNOWN)) == "≈$0.50"
    assert numbers.cost(Cost(Decimal("0.5"), CostStatus.ESTIMATED)) == "≈$0.50"
    assert numbers.cost(Cost(Decimal("0.5"), CostStatus.REPORTED)) == "$0.50"


@given(st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e6"), allow_nan=False))
def test_an_amount_above_zero_never_looks_like_zero(usd: Decimal) -> None:
    assert any(digit in "123456789" for digit in numbers.money(usd))


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (None, "—"),
        (312, "312"),
        (1200, "1.2k"),
        (2048, "2k"),
        (8_000, "8k"),
        (128_000, "128k"),
        (1_048_576, "1.05M"),
        (999_999, "1M"),
    ],
)
def test_counts_are_short(count: int | None, shown: str) -> None:
    assert numbers.tokens(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(5, "just now"), (600, "10 min ago"), (3 * 3600, "3 h ago"), (9 * 86_400, "9 d ago")],
)
def test_ages(seconds: int, shown: str) -> None:
    assert numbers.age(NOW - timedelta(seconds=seconds), NOW) == shown


def test_sums_of_which_nothing_is_known_are_unknown_and_not_zero() -> None:
    nothing, part = Totals(requests=2, unpriced_requests=2), Totals(requests=2, unpriced_requests=1)
    assert (numbers.spent(nothing), numbers.saved(nothing)) == ("—", "—")
    assert (numbers.spent(part), numbers.saved(part)) == ("≈$0", "$0")
    assert {totals_row(nothing)[name] for name in ("cost_usd", "estimated_usd", "saved_usd")} == {None}
    assert (totals_row(part)["cost_usd"], totals_row(Totals())["cost_usd"]) == ("0", "0")
