from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes import free_model, local_model, make_model
from modeldeck.domain.pricing import CostStatus, PriceOverride, Pricing
from modeldeck.engine.money.comparison import COMPARED_TOKENS, compare_costs, split_tokens

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


def test_cheapest_first_and_unpriced_last() -> None:
    models = [
        make_model("c/dear", price=("3", "15")),
        make_model("c/unpriced", price=None),
        free_model("c/gratis:free"),
        make_model("c/cheap", price=("1", "2")),
        local_model("home/own"),
    ]
    compared = compare_costs(models, 75_000, 25_000, NOON)
    assert [(one.model.id, one.cost.usd) for one in compared] == [
        ("c/gratis:free", 0),
        ("home/own", 0),
        ("c/cheap", Decimal("0.125")),
        ("c/dear", Decimal("0.6")),
        ("c/unpriced", None),
    ]
    assert [one.cost.status for one in compared[-2:]] == [CostStatus.COMPUTED, CostStatus.UNKNOWN]


def test_tiers_hours_and_fees_count() -> None:
    prices = Pricing(
        Decimal("0.000002"),
        Decimal("0.00001"),
        request=Decimal("0.01"),
        overrides=(
            PriceOverride(min_input_tokens=200_000, input=Decimal("0.000004")),
            PriceOverride(utc_start=0, utc_end=60, output=Decimal("0.000005")),
        ),
    )
    model = make_model()._replace(pricing=prices)
    night = NOON.replace(hour=0, minute=30)
    costs = [
        compare_costs([model], tokens, 1_000, at)[0].cost.usd
        for tokens, at in [
            (100_000, NOON),
            (300_000, NOON),
            (100_000, night),
        ]
    ]
    assert costs == [Decimal("0.22"), Decimal("1.22"), Decimal("0.215")]


def test_counts_that_are_a_guess_make_the_amounts_estimates() -> None:
    (one,) = compare_costs([make_model(price=("1", "2"))], 10, 10, NOON, estimated=True)
    assert one.cost.status is CostStatus.ESTIMATED


@given(st.integers(0, 10**9))
def test_a_bare_count_is_split_without_losing_a_token(tokens: int) -> None:
    sent, received = split_tokens(tokens)
    assert sent + received == tokens
    assert abs(sent - 3 * received) <= 3


def test_the_usual_comparison_is_three_to_one() -> None:
    assert split_tokens(COMPARED_TOKENS) == (75_000, 25_000)
