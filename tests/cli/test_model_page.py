"""The page of one model: each fact with who says so and how long ago."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from fake_terminal import Terminal
from fakes import START, World, make_model
from modeldeck.domain.model import Origin
from modeldeck.domain.pricing import PriceOrigin, PriceOverride
from modeldeck.domain.settings import ModelSettings, Settings

PRICED = make_model("cloud/m", price=("1.25", "10"), knowledge="2025-01")
assert PRICED.pricing is not None
MODEL = PRICED._replace(
    pricing=replace(
        PRICED.pricing,
        origin=PriceOrigin.GENAI_PRICES,
        overrides=(PriceOverride(min_input_tokens=200_000, input=Decimal("0.0000025"), output=Decimal("0.000015")),),
    ),
    origins={
        "pricing": Origin("genai-prices", START),
        "context": Origin("models.dev", START),
        "knowledge": Origin("models.dev", START),
    },
)


@pytest.fixture
def told(cli: Terminal, market: World) -> Terminal:
    market.add("cloud", MODEL)
    market.clock.advance(timedelta(hours=3).total_seconds())
    return cli


def test_each_fact_says_who_stated_it_and_when(told: Terminal) -> None:
    page = told("info", "cloud/m").out
    assert "$1.25 in, $10.00 out per million tokens (genai-prices, 3 h ago)" in page
    assert "above 200k input tokens: $2.50 in, $15.00 out" in page
    assert "128k tokens (models.dev, 3 h ago)" in page
    assert "2025-01 (models.dev, 3 h ago)" in page


def test_what_only_the_person_says_of_a_model_is_shown(cli: Terminal, market: World) -> None:
    market.settings = Settings(models={"cloud/m": ModelSettings(safety=0.9, alias="em")})
    market.add("cloud", MODEL)
    row = cli("info", "em", "--json").json
    assert (row["safety"], row["alias"]) == (0.9, "em")
    lines = [line.split() for line in cli("info", "em").out.splitlines()]
    assert ["alias", "em"] in lines
    assert ["safety", "0.90", "(user)"] in lines


def test_the_document_holds_origin_and_age_of_the_price(told: Terminal) -> None:
    row = told("info", "cloud/m", "--json").json
    assert row["price_origin"] == row["pricing"]["origin"] == "genai-prices"
    assert row["pricing"]["at"] == START.isoformat()
    assert row["knowledge"] == "2025-01"
    assert row["facts"]["context"] == {"origin": "models.dev", "at": START.isoformat()}
    assert row["pricing"]["overrides"][0]["min_input_tokens"] == 200_000


def test_an_unlisted_model_with_known_prices_says_who_knows_it(cli: Terminal, market: World) -> None:
    market.add("cloud", MODEL._replace(listed=False, origin=Origin("genai-prices", START)))
    page = cli("info", "cloud/m").out
    assert "known by" in page
    assert "nobody lists it" in page
    assert "1 unlisted" in cli("list", "--provider", "cloud").err
