from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.model import Capability, Kind
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.tui import filters

wanted_filters = st.builds(
    ModelFilter,
    kind=st.none() | st.sampled_from(Kind),
    providers=st.frozensets(st.sampled_from(["openrouter", "ollama", "my-own"])),
    capabilities=st.frozensets(st.sampled_from(Capability)),
    max_price=st.none() | st.decimals(min_value=0, max_value=1000, places=2),
    min_context=st.none() | st.integers(min_value=1, max_value=10**7),
    keyed_only=st.booleans(),
)


@given(wanted_filters)
def test_what_deck_toml_keeps_is_the_filter_that_was_chosen(wanted: ModelFilter) -> None:
    assert filters.read_filters(filters.store_filters(wanted, {})) == wanted


@given(wanted_filters, wanted_filters)
def test_what_was_chosen_stands_above_the_settings_even_when_everything_was(
    wanted: ModelFilter, usual: ModelFilter
) -> None:
    assert filters.read_filters(filters.store_filters(wanted, {}, usual), usual) == wanted


@given(wanted_filters)
def test_where_nothing_was_chosen_the_settings_hold(usual: ModelFilter) -> None:
    assert filters.read_filters({"sort": "name"}, usual) == usual
    assert filters.store_filters(usual, {"sort": "name"}, usual) == {"sort": "name"}


@given(wanted_filters)
def test_a_filter_has_a_chip_exactly_when_it_filters(wanted: ModelFilter) -> None:
    assert bool(filters.chips(wanted)) == (wanted != ModelFilter())


@pytest.mark.parametrize(
    "stored",
    [
        {"kind": "expensive"},
        {"kind": 3},
        {"capabilities": "telepathy"},
        {"max_price": "much"},
        {"max_price": "-1"},
        {"max_price": "NaN"},
        {"max_price": True},
        {"min_context": 0},
        {"min_context": True},
        {"keyed_only": "yes"},
        {"something": "else"},
    ],
    ids=str,
)
def test_a_stored_value_that_means_nothing_filters_nothing(stored: filters.Stored) -> None:
    assert filters.read_filters(stored) == ModelFilter()


def test_filters_and_order_do_not_touch_each_other() -> None:
    stored = filters.store_order("quality", True, {"kind": "free"})
    assert filters.read_order(stored) == ("quality", True)
    cleared = filters.store_filters(ModelFilter(), stored)
    assert filters.read_order(cleared) == ("quality", True)
    assert filters.read_filters(cleared) == ModelFilter()


def test_choosing_a_kind_twice_shows_every_kind_again() -> None:
    free = filters.toggle_kind(ModelFilter(), Kind.FREE)
    assert free.kind is Kind.FREE
    assert filters.toggle_kind(free, Kind.LOCAL).kind is Kind.LOCAL
    assert filters.toggle_kind(free, Kind.FREE).kind is None


def test_chips_say_what_filters_in_short_words() -> None:
    wanted = ModelFilter(kind=Kind.FREE, max_price=Decimal("1.00"), min_context=32_000, keyed_only=True)
    assert filters.chips(wanted) == ["free", "≤ $1.00/M", "≥ 32k", "with a key"]
