"""The installed prices: the real package, which ships its data, converted to what a call costs at a time."""

import datetime as dt
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from genai_prices.data import providers
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)
from genai_prices.types import Usage as TheirUsage
from hypothesis import given
from hypothesis import strategies as st

from fakes import START, FakeClock, make_model
from modeldeck.domain.model import Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import cost_of
from modeldeck.providers.references.price_book import InstalledPrices, read_pricing

NAMES = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "groq": "groq",
    "together": "together",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "xai": "x-ai",
    "cerebras": "cerebras",
}
M = Decimal(10) ** 6


@pytest.fixture
def book(clock: FakeClock) -> InstalledPrices:
    return InstalledPrices(NAMES, clock)


def entry(prices: ModelPrice | list[ConditionalPrice]) -> ModelInfo:
    return ModelInfo(id="m", match=ClauseEquals(equals="m"), prices=prices)


def mtok(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value) / M


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("anthropic/claude-haiku-4-5", ("1", "5", "0.1", "1.25")),
        ("anthropic/claude-haiku-4-5-20251001", ("1", "5", "0.1", "1.25")),
        ("openai/gpt-5-mini", ("0.25", "2", "0.025", None)),
        ("openai/gpt-4o-2024-05-13", ("5", "15", None, None)),
        ("groq/llama-3.1-8b-instant", ("0.05", "0.08", None, None)),
        ("openai/o3", ("2", "8", "0.5", None)),
    ],
)
def test_known_models_have_their_prices(
    book: InstalledPrices, model: str, expected: tuple[str, str, str | None, str | None]
) -> None:
    found = book.price(make_model(model, price=None))
    assert found is not None
    pricing, origin = found
    listed = (pricing.input, pricing.output, pricing.cache_read, pricing.cache_write)
    assert listed == tuple(map(mtok, expected))
    assert pricing.origin is PriceOrigin.GENAI_PRICES
    assert origin == Origin("genai-prices", START)


def test_long_input_becomes_an_override(book: InstalledPrices) -> None:
    found = book.price(make_model("gemini/gemini-2.5-pro", price=None))
    assert found is not None
    assert found[0].input == Decimal("1.25") / M
    (tier,) = found[0].overrides
    assert (tier.min_input_tokens, tier.input, tier.output) == (200_000, Decimal("2.5") / M, Decimal(15) / M)


@pytest.mark.parametrize(
    "model",
    ["openai/gpt-9", "nobody/gpt-5-mini", "openai/text-embedding-3-small", "groq/claude-haiku-4-5", "openai/"],
    ids=["unknown", "provider unknown", "no output price", "other provider's", "nameless"],
)
def test_what_the_book_does_not_hold_stays_unknown(book: InstalledPrices, model: str) -> None:
    assert book.price(make_model(model, price=None)) is None


def test_hours_of_the_day_become_overrides_of_every_price() -> None:
    cheap = ModelPrice(input_mtok=Decimal("0.15"), cache_read_mtok=Decimal("0.003"), output_mtok=Decimal("0.6"))
    dear = ModelPrice(input_mtok=Decimal("0.3"), output_mtok=Decimal("1.2"))
    hours = TimeOfDateConstraint(start_time=dt.time(16, 30, tzinfo=UTC), end_time=dt.time(0, 30, tzinfo=UTC))
    priced = [ConditionalPrice(prices=cheap), ConditionalPrice(hours, prices=dear)]
    pricing = read_pricing(entry(priced), START)
    assert pricing is not None
    assert pricing.overrides == (
        PriceOverride(
            utc_start=990,
            utc_end=30,
            input=mtok("0.3"),
            output=mtok("1.2"),
            cache_read=mtok("0.3"),
            cache_write=mtok("0.3"),
        ),
    )


def test_zones_of_hours_are_turned_into_utc() -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    hours = TimeOfDateConstraint(start_time=dt.time(0, 30, tzinfo=beijing), end_time=dt.time(8, 30, tzinfo=beijing))
    prices = ModelPrice(input_mtok=Decimal(1), output_mtok=Decimal(2))
    pricing = read_pricing(entry([ConditionalPrice(prices=prices), ConditionalPrice(hours, prices=prices)]), START)
    assert pricing is not None
    assert [(override.utc_start, override.utc_end) for override in pricing.overrides] == [(990, 30)]


@pytest.mark.parametrize(("today", "price"), [(dt.date(2026, 8, 31), "1"), (dt.date(2026, 9, 1), "2")])
def test_a_new_price_holds_from_its_day_on(today: dt.date, price: str) -> None:
    old, new = (ModelPrice(input_mtok=Decimal(each), output_mtok=Decimal(9)) for each in ("1", "2"))
    priced = [ConditionalPrice(prices=old), ConditionalPrice(StartDateConstraint(dt.date(2026, 9, 1)), prices=new)]
    pricing = read_pricing(entry(priced), datetime.combine(today, dt.time(12), UTC))
    assert pricing is not None
    assert pricing.input == mtok(price)


def test_a_fee_per_request_is_read_and_sound_is_not() -> None:
    prices = ModelPrice(
        input_mtok=Decimal(1), output_mtok=Decimal(1), requests_kcount=Decimal(5), input_audio_mtok=Decimal(99)
    )
    pricing = read_pricing(entry(prices), START)
    assert pricing is not None
    assert pricing.request == Decimal("0.005")
    assert cost_of(pricing, Usage(), START) == Decimal("0.005")


def all_entries() -> Iterable[tuple[str, ModelInfo]]:
    ours = set(NAMES.values())
    return ((provider.id, model) for provider in providers if provider.id in ours for model in provider.models)


TEXT_PRICES = {"input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "requests_kcount"}
PRICED = [model for _, model in all_entries() if read_pricing(model, START) is not None]


@given(
    model=st.sampled_from(PRICED),
    sent=st.integers(0, 600_000),
    answered=st.integers(0, 100_000),
    cached=st.floats(0, 1),
    written=st.floats(0, 1),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_every_entry_costs_what_the_package_itself_calculates(
    model: ModelInfo, sent: int, answered: int, cached: float, written: float, minute: int
) -> None:
    at = START.replace(hour=minute // 60, minute=minute % 60)
    read = int(sent * cached)
    wrote = int((sent - read) * written)
    pricing = read_pricing(model, at)
    assert pricing is not None
    theirs = plain(model.get_prices(at)).calc_price(
        TheirUsage(input_tokens=sent, output_tokens=answered, cache_read_tokens=read, cache_write_tokens=wrote)
    )
    usage = Usage(sent, answered, cached_tokens=read, cache_write_tokens=wrote)
    assert cost_of(pricing, usage, at) == theirs["total_price"]


def plain(prices: ModelPrice) -> ModelPrice:
    """Only what a text call is charged for."""
    kept: dict[str, Any] = {key: value for key, value in prices.__dict__.items() if key in TEXT_PRICES}
    return ModelPrice(**kept)


def test_the_models_of_the_book_are_unlisted_priced_and_under_our_names(book: InstalledPrices) -> None:
    models = {model.id: model for model in book.models()}
    assert {"anthropic/claude-haiku-4-5", "openai/gpt-5-mini", "gemini/gemini-2.5-pro"} <= set(models)
    assert {model.provider for model in models.values()} == set(NAMES)
    assert all(not model.listed and model.pricing and not model.pricing.zero for model in models.values())
    assert not [name for name in models if "embed" in name or "/ft:" in name or "whisper" in name]


def test_tiers_of_several_bounds_follow_in_order() -> None:
    tiers = TieredPrices(base=Decimal(1), tiers=[Tier(20, Decimal(3)), Tier(10, Decimal(2))])
    pricing = read_pricing(entry(ModelPrice(input_mtok=tiers, output_mtok=Decimal(1))), START)
    assert pricing is not None
    costs = [cost_of(pricing, Usage(tokens, 0), START) * M / tokens for tokens in (10, 11, 20, 21)]
    assert costs == [1, 2, 2, 3]
