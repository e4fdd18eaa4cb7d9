"""What a request is expected to cost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes import START, make_model, make_profile
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import cost_of
from modeldeck.engine.selection.forecast import expected_cost

money = st.decimals(0, 1, places=9)


@given(money, money, money, st.integers(0, 10**6), st.integers(0, 10**5))
def test_the_expected_cost_is_what_the_accounts_would_say(
    price_in: Decimal, price_out: Decimal, fee: Decimal, tokens_in: int, tokens_out: int
) -> None:
    pricing = Pricing(price_in, price_out, request=fee)
    profile = make_profile(input_tokens=tokens_in, output_tokens=tokens_out)

    expected = expected_cost(make_model(pricing=pricing), profile, START)

    assert expected == cost_of(pricing, Usage(input_tokens=tokens_in, output_tokens=tokens_out), START)
