from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.pricing import NO_COST, UNKNOWN_COST, Cost, CostStatus, Pricing, from_nano, to_nano

USD = st.decimals(min_value=0, max_value=10_000, places=9)


@given(USD)
def test_nano_usd_keeps_nine_places_exactly(usd: Decimal) -> None:
    assert from_nano(to_nano(usd)) == usd


def test_unknown_money_stays_unknown_in_nano_usd() -> None:
    assert to_nano(None) is None
    assert from_nano(None) is None


@given(st.lists(st.sampled_from(CostStatus), min_size=1))
def test_a_sum_is_as_sure_as_its_weakest_part(statuses: list[CostStatus]) -> None:
    total = NO_COST
    for status in statuses:
        total = total + Cost(None if status is CostStatus.UNKNOWN else Decimal(1), status)
    assert total.status is max([CostStatus.COMPUTED, *statuses], key=list(CostStatus).index)


def test_a_sum_with_an_unknown_part_keeps_what_is_known() -> None:
    total = Cost(Decimal("0.5"), CostStatus.REPORTED) + UNKNOWN_COST
    assert total == Cost(Decimal("0.5"), CostStatus.UNKNOWN)


def test_a_request_fee_is_not_a_zero_price() -> None:
    assert Pricing(Decimal(0), Decimal(0)).zero
    assert not Pricing(Decimal(0), Decimal(0), request=Decimal("0.01")).zero
