"""What a prompt would cost before it is sent."""

from decimal import Decimal

import pytest

from fakes import make_model
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.tui.screens.dry_run import cost_range

PROFILE = Profile(Specialization.CHAT, {}, Complexity.SIMPLE, 0.2, 0.9, 1000, 1000)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (None, "—"),
        (Decimal(0), "$0"),
        # 1,000 tokens in at $1 and 1,000 out at $3 per million: half and twice the answer
        (Decimal("0.004"), "$0.0025 to $0.0070"),
    ],
)
def test_the_range_spans_half_and_twice_the_expected_answer(expected: Decimal | None, said: str) -> None:
    assert cost_range(make_model(price=("1", "3")), PROFILE, expected) == said


def test_a_model_without_a_known_price_shows_what_the_engine_expects() -> None:
    assert cost_range(make_model(price=None), PROFILE, Decimal("0.004")) == "$0.0040"
