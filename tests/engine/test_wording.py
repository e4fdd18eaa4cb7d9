from decimal import Decimal

import pytest

from modeldeck.domain.pricing import PriceOverride
from modeldeck.domain.task import Criteria, Task
from modeldeck.engine.wording import condition, dollars, requirements, short_count


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (0, "0"),
        (800, "800"),
        (8_000, "8k"),
        (8_192, "8.2k"),
        (131_072, "131k"),
        (1_000_000, "1M"),
        (1_500_000, "1.5M"),
    ],
)
def test_token_counts(tokens: int, text: str) -> None:
    assert short_count(tokens) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("12.5", "$12.50"), ("0.5", "$0.50"), ("0.0042", "$0.0042"), ("0.00000123", "$0.0000012")],
)
def test_amounts_keep_two_digits_that_matter(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("override", "text"),
    [
        (PriceOverride(min_input_tokens=200_000), "above 200k input tokens"),
        (PriceOverride(utc_start=990, utc_end=30), "16:30 to 00:30 UTC"),
        (PriceOverride(utc_start=60), "01:00 to 00:00 UTC"),
        (PriceOverride(min_input_tokens=8_000, utc_end=600), "above 8k input tokens, 00:00 to 10:00 UTC"),
        (PriceOverride(), "always"),
    ],
)
def test_the_condition_of_a_price(override: PriceOverride, text: str) -> None:
    assert condition(override) == text


def test_what_a_task_asks_of_models_is_said_in_a_few_words() -> None:
    criteria = Criteria(
        required_capabilities=["vision", "tools"],
        free_only=True,
        min_quality=0.7,
        context_needed=32_000,
        max_cost_usd="0.01",
        max_latency_ms=1500,
    )
    task = Task(name="coding", purpose="code", require_fast=True, criteria=criteria)
    said = ", ".join(requirements(task))
    assert said == "fast, tools, vision, free, quality 0.70 or more, context 32k, at most $0.010 a call, within 1500 ms"
    assert requirements(Task(name="chat", purpose="talk")) == []
