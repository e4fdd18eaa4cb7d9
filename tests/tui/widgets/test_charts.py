"""Bars of block characters."""

from hypothesis import given
from hypothesis import strategies as st

from modeldeck.tui.widgets.charts import sparkline


def test_bars_grow_from_zero_to_the_largest_value() -> None:
    assert sparkline([0, 1, 7], 10) == "▁▂█"


def test_the_newest_values_are_kept_and_missing_ones_are_blank() -> None:
    assert sparkline([9, None, 50, 100], 3, highest=100) == " ▅█"


def test_a_small_value_is_told_from_nothing() -> None:
    assert sparkline([0, 0.001, 100], 3) == "▁▂█"


@given(st.lists(st.none() | st.floats(0, 1e9)), st.integers(0, 50))
def test_it_is_never_wider_than_asked(values: list[float | None], width: int) -> None:
    assert len(sparkline(values, width)) == min(width, len(values))
