from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import free_model, local_model, make_model, make_profile
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.profile import Specialization
from modeldeck.engine.selection.quality import HIGHEST, LOWEST, QualityTable, blended_price, estimate, quality_weights

TODAY = date(2026, 9, 1)
KINDS = [None, *Specialization]
prices = st.decimals(0, 200, places=4)
ages = st.integers(0, 3_000)
sizes = st.integers(10**8, 3 * 10**12)


def value(model: Model, kind: Specialization | None = None) -> float:
    return estimate(model, kind, TODAY).value


def priced(price: Decimal) -> Model:
    return make_model("cloud/model", pricing=Pricing(price / 10**6, price / 10**6))


@given(st.text(max_size=40), st.none() | prices, st.none() | sizes, ages, st.booleans(), st.sampled_from(KINDS))
def test_every_estimate_lies_inside_its_bounds_and_says_what_it_is(
    name: str, price: Decimal | None, size: int | None, age: int, thinking: bool, kind: Specialization | None
) -> None:
    listed = make_model("cloud/x", name=name, parameters=size, created=TODAY - timedelta(days=age))
    model = listed._replace(
        native_id=name,
        pricing=None if price is None else Pricing(price / 10**6, price / 10**6),
        capabilities=frozenset({Capability.REASONING}) if thinking else frozenset(),
    )

    found = estimate(model, kind, TODAY)

    assert LOWEST <= found.value <= HIGHEST
    assert found.origin == "estimated"


@given(prices.filter(bool), prices.filter(bool), st.sampled_from(KINDS))
def test_dearer_models_are_not_estimated_worse(one: Decimal, other: Decimal, kind: Specialization | None) -> None:
    cheap, dear = sorted((one, other))

    assert value(priced(cheap), kind) <= value(priced(dear), kind)


@given(ages, ages)
def test_newer_models_are_not_estimated_worse(one: int, other: int) -> None:
    newer, older = (make_model(created=TODAY - timedelta(days=age)) for age in sorted((one, other)))

    assert value(newer) >= value(older)


@given(sizes, sizes, st.booleans())
def test_larger_models_are_not_estimated_worse(one: int, other: int, known_price: bool) -> None:
    small, large = (
        make_model(parameters=size, price=("1", "2") if known_price else None) for size in sorted((one, other))
    )

    assert value(small) <= value(large)


@given(st.sampled_from(KINDS))
def test_thinking_never_makes_a_model_worse(kind: Specialization | None) -> None:
    plain = make_model()

    assert value(plain, kind) <= value(plain._replace(capabilities=frozenset({Capability.REASONING})), kind)


def test_a_release_in_the_future_counts_as_today() -> None:
    assert value(make_model(created=TODAY + timedelta(days=400))) == value(make_model(created=TODAY))


@pytest.mark.parametrize(
    ("better", "worse", "kind"),
    [
        pytest.param("cloud/qwen-coder", "cloud/qwen", Specialization.CODING, id="coders code"),
        pytest.param("cloud/qwen", "cloud/qwen-coder", Specialization.CREATIVE, id="coders write worse"),
        pytest.param("cloud/qwen-math", "cloud/qwen", Specialization.MATH, id="math models calculate"),
        pytest.param("cloud/gpt", "cloud/gpt-nano", None, id="nano is small"),
        pytest.param("cloud/llama-4", "cloud/llama-guard-4", None, id="guards do not answer"),
        pytest.param("cloud/decoder", "cloud/decoder-nano", Specialization.CODING, id="words are whole"),
    ],
)
def test_words_in_the_name(better: str, worse: str, kind: Specialization | None) -> None:
    assert value(make_model(better), kind) > value(make_model(worse), kind)


def test_a_router_is_estimated_below_a_model_of_the_same_facts() -> None:
    assert value(make_model(router=True)) < value(make_model())


@pytest.mark.parametrize(("own", "found"), [(0.0, 0.0), (0.99, 0.99), (1.0, 1.0)])
def test_the_persons_own_value_goes_before_every_rule(own: float, found: float) -> None:
    result = estimate(make_model(quality=own), Specialization.CODING, TODAY)

    assert (result.value, result.origin) == (found, "user")


def test_the_blended_price_is_three_parts_input() -> None:
    assert blended_price(make_model(price=("1", "5"))) == pytest.approx(2.0)
    assert blended_price(make_model(price=None)) is None
    assert blended_price(free_model()) is None
    assert blended_price(local_model()) is None


def test_a_free_variant_is_judged_by_the_price_of_the_paid_one() -> None:
    free = free_model("openrouter/vendor/thinker:free")
    dear = make_model("openrouter/vendor/thinker", price=("10", "40"))

    alone, beside = QualityTable([free], TODAY), QualityTable([free, dear], TODAY)

    assert beside.of(free).value > alone.of(free).value
    assert beside.of(free).value == pytest.approx(beside.of(dear).value)


def test_a_table_answers_as_the_rules_do_for_listed_and_unlisted_models() -> None:
    model, stranger = make_model("cloud/a"), make_model("cloud/b")
    table = QualityTable([model], TODAY)

    assert table.of(model, Specialization.MATH) == estimate(
        model, Specialization.MATH, TODAY, paid_price=blended_price(model)
    )
    assert table.of(stranger) == estimate(stranger, None, TODAY)


def test_the_expected_quality_weighs_specializations_by_their_probability() -> None:
    model = make_model("cloud/qwen-coder")
    table = QualityTable([model], TODAY)
    half = make_profile(probabilities={Specialization.CODING: 0.5, Specialization.CREATIVE: 0.5})

    expected = table.expected(model, quality_weights(half))

    coding, creative = (table.of(model, kind).value for kind in (Specialization.CODING, Specialization.CREATIVE))
    assert expected == pytest.approx((coding + creative) / 2)
