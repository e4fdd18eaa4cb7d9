"""Facts and prices that a list leaves out, from those who know them; what a list says always stays."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_references import fact, per_million
from fakes import START, free_model, local_model, make_model
from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride, Pricing
from modeldeck.engine.catalog.enrich import OpenRouterPrices, StatedFacts, fill_facts, fill_price

BARE = make_model("cloud/m", price=None, context=None, created=None)
KNOWN = fact(
    "cloud/m",
    context=200_000,
    max_output=64_000,
    created=date(2025, 10, 15),
    knowledge="2025-02",
    capabilities=frozenset({Capability.CHAT, Capability.TOOLS, Capability.VISION}),
)
BOOK = Origin("book", START)


def test_every_missing_fact_is_filled_and_says_where_it_comes_from() -> None:
    filled = fill_facts(BARE, KNOWN)
    assert (filled.context, filled.max_output, filled.knowledge) == (200_000, 64_000, "2025-02")
    assert filled.created == date(2025, 10, 15)
    assert filled.capabilities == {Capability.CHAT, Capability.STREAMING, Capability.TOOLS, Capability.VISION}
    assert {filled.origin_of(name) for name in ("context", "max_output", "created", "capabilities")} == {KNOWN.origin}
    assert filled.origin_of("name") == BARE.origin


@pytest.mark.parametrize(
    ("name", "value"),
    [("context", 8_000), ("max_output", 1_000), ("created", date(2020, 1, 1)), ("knowledge", "2019")],
)
def test_what_the_list_says_stays(name: str, value: Any) -> None:
    filled = fill_facts(BARE._replace(**{name: value}), KNOWN)
    assert getattr(filled, name) == value
    assert filled.origin_of(name) == BARE.origin


def test_a_list_that_speaks_of_capabilities_is_believed_where_it_names_none() -> None:
    listed = BARE._replace(capabilities=frozenset({Capability.CHAT, Capability.TOOLS}))
    assert Capability.VISION not in fill_facts(listed, KNOWN).capabilities


def test_a_model_that_nobody_else_knows_stays_as_it_is() -> None:
    assert fill_facts(BARE, None) is BARE
    assert fill_facts(BARE, fact("cloud/m")) is BARE


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("openai/gpt-5", True),
        ("openai/gpt-5-2025-08-07", True),
        ("openai/gpt-5-2025-08-08", False),
        ("openai/gpt-5-mini", False),
        ("azure/gpt-5", False),
    ],
    ids=["exact", "dated on its release", "another date", "another model", "another provider"],
)
def test_facts_are_those_of_the_very_same_model(asked: str, known: bool) -> None:
    said = fact("openai/gpt-5", created=date(2025, 8, 7))
    assert (StatedFacts([said]).of(make_model(asked)) is said) == known


def test_the_first_book_that_knows_the_model_sets_its_price() -> None:
    first, second = per_million("1", "2"), per_million("3", "4")
    books = (lambda _: None, lambda _: (first, BOOK), lambda _: (second, BOOK))
    filled = fill_price(BARE, books)
    assert filled.pricing == first
    assert filled.origin_of("pricing") == BOOK


@pytest.mark.parametrize(
    "model",
    [
        make_model(),
        free_model(),
        local_model(),
        local_model()._replace(pricing=None),
        BARE._replace(router=True),
        BARE._replace(text_output=False),
    ],
    ids=["priced", "free", "local", "local unpriced", "router", "no text"],
)
def test_no_book_is_asked_where_its_price_would_be_wrong(model: Model) -> None:
    assert fill_price(model, [lambda _: (per_million("1", "2"), BOOK)]) is model


def test_nobody_but_the_provider_may_say_that_a_model_is_free() -> None:
    assert fill_price(BARE, [lambda _: (per_million("0", "0"), BOOK)]).pricing is None


AUTHORS = {"anthropic": "anthropic", "gemini": "google", "mistral": "mistralai", "xai": "x-ai", "openai": "openai"}


@pytest.mark.parametrize(
    ("listed", "canonical", "wanted"),
    [
        ("anthropic/claude-haiku-4.5", None, "anthropic/claude-haiku-4-5"),
        ("anthropic/claude-haiku-4.5", "anthropic/claude-haiku-4.5-20251001", "anthropic/claude-haiku-4-5-20251001"),
        ("google/gemini-2.5-pro", None, "gemini/gemini-2.5-pro"),
        ("mistralai/mistral-large-2512", None, "mistral/mistral-large-2512"),
        ("x-ai/grok-4.3", None, "xai/grok-4.3"),
        ("openai/gpt-4o-2024-05-13", None, "openai/gpt-4o-2024-05-13"),
    ],
)
def test_names_meet_however_they_are_written(listed: str, canonical: str | None, wanted: str) -> None:
    entry = make_model(f"openrouter/{listed}", price=("2", "8"), canonical=canonical)
    found = OpenRouterPrices([entry], AUTHORS).price(make_model(wanted, price=None))
    assert found is not None
    pricing, origin = found
    assert (pricing.input, pricing.origin) == (Decimal("0.000002"), PriceOrigin.OPENROUTER)
    assert origin == Origin("openrouter", entry.origin.at)


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ("openai/gpt-4o", "openai/gpt-4o-2024-05-13"),
        ("openai/gpt-4o-2024-05-13", "openai/gpt-4o"),
        ("openai/gpt-5:thinking", "openai/gpt-5"),
        ("~openai/gpt-5", "openai/gpt-5"),
        ("meta-llama/llama-3.3-70b", "groq/llama-3.3-70b"),
        ("openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("x-ai/grok-4", "openai/grok-4"),
    ],
    ids=["dated asks", "dated listed", "variant", "alias", "host", "host with author", "other author"],
)
def test_the_price_of_something_else_is_not_taken(listed: str, wanted: str) -> None:
    entry = make_model(f"openrouter/{listed}", price=("2", "8"))
    assert OpenRouterPrices([entry], AUTHORS).price(make_model(wanted, price=None)) is None


def test_all_conditions_of_the_price_are_taken_over() -> None:
    tier = PriceOverride(min_input_tokens=200_000, input=Decimal("0.000004"))
    pricing = Pricing(Decimal("0.000002"), Decimal("0.00001"), overrides=(tier,), cache_read=Decimal("0.0000002"))
    entry = make_model("openrouter/google/gemini-2.5-pro", price=None)._replace(pricing=pricing)
    found = OpenRouterPrices([entry], AUTHORS).price(make_model("gemini/gemini-2.5-pro", price=None))
    assert found is not None
    assert (found[0].overrides, found[0].cache_read) == ((tier,), pricing.cache_read)


facts = st.fixed_dictionaries(
    {
        "context": st.none() | st.integers(1, 10**7),
        "max_output": st.none() | st.integers(1, 10**6),
        "knowledge": st.none() | st.just("2025"),
        "capabilities": st.frozensets(st.sampled_from(Capability)),
    }
)


@given(listed=facts, known=facts)
def test_filling_adds_and_never_takes_away_and_doing_it_twice_changes_nothing(
    listed: dict[str, Any], known: dict[str, Any]
) -> None:
    model = make_model("cloud/m", **listed)
    filled = fill_facts(model, fact("cloud/m", **known))
    assert all(
        value is None or getattr(filled, name) == value for name, value in listed.items() if name != "capabilities"
    )
    assert filled.capabilities >= model.capabilities
    again = fill_facts(filled, fact("cloud/m", **known))
    assert again._replace(capabilities=frozenset()) == filled._replace(capabilities=frozenset()) or (
        again.capabilities >= filled.capabilities
    )
