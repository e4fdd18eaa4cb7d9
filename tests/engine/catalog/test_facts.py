from decimal import Decimal
from typing import Any

import pytest

from fakes import make_model
from modeldeck.domain.model import Capability, Kind, Model, Origin
from modeldeck.domain.pricing import PriceOrigin
from modeldeck.domain.settings import ModelPrice, ModelSettings
from modeldeck.engine.catalog.facts import derive_facts, merge_facts


def merged(model: Model, **own: Any) -> Model:
    return merge_facts(model, ModelSettings(**own), hidden=False)


def test_without_settings_the_model_stays_the_same_object() -> None:
    model = make_model("cloud/plain", context=8_000)

    assert merge_facts(model, None, hidden=False) is model


def test_without_evidence_the_model_stays_the_same_object() -> None:
    model = make_model("cloud/plain", context=8_000)

    assert derive_facts(model) is model


def test_deriving_again_changes_nothing() -> None:
    model = derive_facts(make_model("cloud/gpt-5-mini", context=200_000))

    assert derive_facts(model) is model


def test_an_own_context_decides_whether_it_is_long() -> None:
    listed = derive_facts(make_model(context=200_000))

    assert Capability.LONG_CONTEXT not in merged(listed, context=8_000).capabilities
    assert Capability.LONG_CONTEXT in merged(make_model(context=8_000), context=200_000).capabilities


def test_an_own_speed_overrules_what_the_name_gave_away() -> None:
    listed = derive_facts(make_model("cloud/gpt-5-mini"))

    assert Capability.FAST not in merged(listed, tokens_per_second=12.0).capabilities


def test_own_prices_are_per_million_and_marked_as_the_persons() -> None:
    model = merged(make_model(price=None), price=ModelPrice(input=Decimal("2"), output=Decimal("10")))

    assert model.pricing is not None
    assert (model.pricing.input, model.pricing.output) == (Decimal("0.000002"), Decimal("0.00001"))
    assert model.pricing.origin is PriceOrigin.USER
    assert model.origin_of("pricing").source == "user"


def test_an_own_price_of_zero_makes_a_model_free() -> None:
    assert merged(make_model(price=None), price=ModelPrice(input=Decimal(0), output=Decimal(0))).kind is Kind.FREE


def test_one_own_price_is_completed_by_the_listed_one() -> None:
    model = merged(make_model(price=("1", "3")), price=ModelPrice(input=Decimal("5")))

    assert model.pricing is not None
    assert (model.pricing.input, model.pricing.output) == (Decimal("0.000005"), Decimal("0.000003"))


def test_one_own_price_without_a_listed_one_leaves_the_price_unknown() -> None:
    assert merged(make_model(price=None), price=ModelPrice(input=Decimal("5"))).pricing is None


def test_own_facts_replace_the_listed_ones_with_their_origin() -> None:
    model = merged(make_model(context=8_000), context=32_000, quality=0.9, capabilities=("tools", "function-calling"))

    assert (model.context, model.quality) == (32_000, 0.9)
    assert Capability.TOOLS in model.capabilities
    assert model.origin_of("context").source == "user"
    assert model.origin_of("name").source == "provider"


@pytest.mark.parametrize(
    ("name", "fast"),
    [
        ("gemini-3-flash", True),
        ("gpt-5-mini", True),
        ("gpt-5-nano", True),
        ("mistral-small-3.2", True),
        ("claude-haiku-4.5", True),
        ("llama-3.1-70b-instant", True),
        ("gemini-2.5-flash-lite", True),
        ("gemma-2-9b-it", True),
        ("llama3.2:3b", True),
        ("gemini-2.5-pro", False),
        ("minimax-m1", False),
        ("llama-3.1-70b", False),
        ("smaller-thoughts-70b", False),
        ("gpt-5", False),
    ],
)
def test_a_name_makes_a_model_fast_or_not(name: str, fast: bool) -> None:
    model = derive_facts(make_model(f"cloud/{name}"))

    assert (Capability.FAST in model.capabilities) is fast
    if fast:
        assert model.origin_of("fast").source == "name"


def test_a_measured_speed_goes_before_the_name() -> None:
    slow = derive_facts(make_model("cloud/gpt-5-mini", tokens_per_second=12.0))
    quick = derive_facts(make_model("cloud/huge-400b", tokens_per_second=150.0))

    assert Capability.FAST not in slow.capabilities
    assert Capability.FAST in quick.capabilities
    assert quick.origin_of("fast").source == "provider"


def test_a_declared_latency_counts_when_the_speed_is_unknown() -> None:
    quick = derive_facts(make_model("cloud/huge-400b", latency_ms=400.0))

    assert Capability.FAST in quick.capabilities


def test_the_persons_word_goes_before_everything() -> None:
    slow = merged(make_model("cloud/gpt-5-mini", tokens_per_second=500.0), fast=False)
    quick = merged(make_model("cloud/huge-400b"), fast=True)

    assert Capability.FAST not in slow.capabilities
    assert Capability.FAST in quick.capabilities
    assert quick.origin_of("fast").source == "user"


@pytest.mark.parametrize(("context", "long"), [(127_999, False), (128_000, True), (None, False)])
def test_a_long_context_is_a_capability(context: int | None, long: bool) -> None:
    model = derive_facts(make_model(context=context))

    assert (Capability.LONG_CONTEXT in model.capabilities) is long


def test_hidden_by_settings_or_in_the_program() -> None:
    assert merged(make_model(), hidden=True).hidden
    assert merge_facts(make_model(), None, hidden=True).hidden


def test_other_origins_are_kept() -> None:
    priced = make_model()._replace(origins={"pricing": Origin("genai-prices")})

    assert merged(priced, quality=0.5).origin_of("pricing").source == "genai-prices"
