from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.usage import Usage
from modeldeck.providers.openai.usage import usage_chunk


def usage(event: dict[str, Any]) -> Usage | None:
    chunk = usage_chunk(event, reports_cost=False)
    return chunk.usage if chunk else None


@pytest.mark.parametrize("event", [{}, {"usage": None}, {"usage": {}}, {"usage": "x"}, {"x_groq": {"id": "r"}}])
def test_no_usage(event: dict[str, Any]) -> None:
    assert usage(event) is None


def test_cached_and_reasoning_parts() -> None:
    fields = {
        "prompt_tokens": 100,
        "completion_tokens": 50,
        "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 80, "cache_write_tokens": 10},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    assert usage({"usage": fields}) == Usage(100, 50, 80, 10, 30, reported=True)


def test_reasoning_outside_completion_shows_in_the_total() -> None:
    fields = {
        "prompt_tokens": 12,
        "completion_tokens": 2,
        "total_tokens": 354,
        "completion_tokens_details": {"reasoning_tokens": 340},
    }
    assert usage({"usage": fields}) == Usage(12, 342, reasoning_tokens=340, reported=True)
    inside = {**fields, "completion_tokens": 342}
    assert usage({"usage": inside}) == Usage(12, 342, reasoning_tokens=340, reported=True)


def test_deepseek_names_its_cache_differently() -> None:
    fields = {"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 6, "prompt_cache_miss_tokens": 4}
    assert usage({"usage": fields}) == Usage(10, 1, cached_tokens=6, reported=True)


def test_groq_hides_usage_in_its_own_object() -> None:
    assert usage({"x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}}) == Usage(3, 4, reported=True)


def test_llama_cpp_tells_its_speed() -> None:
    timings = {"prompt_n": 1, "cache_n": 16, "predicted_n": 8, "predicted_per_second": Decimal("3684.5")}
    chunk = usage_chunk(
        {"usage": {"prompt_tokens": 17, "completion_tokens": 8}, "timings": timings}, reports_cost=False
    )
    assert chunk is not None
    assert chunk.tokens_per_second == 3684.5
    alone = usage_chunk({"timings": timings}, reports_cost=False)
    assert alone is not None
    assert alone.usage == Usage(17, 8, cached_tokens=16, reported=True)


@pytest.mark.parametrize(
    ("fields", "cost"),
    [
        ({"cost": Decimal("0.00006")}, Decimal("0.00006")),
        ({"cost": 0}, Decimal(0)),
        ({"cost": None}, None),
        ({"cost": "NaN"}, None),
        ({}, None),
        ({"cost": 1, "cost_details": {"upstream_inference_cost": 3}}, Decimal(1)),
        ({"cost": 1, "is_byok": True, "cost_details": {"upstream_inference_cost": 3}}, Decimal(4)),
        ({"cost": 1, "is_byok": True, "cost_details": None}, Decimal(1)),
    ],
)
def test_what_was_charged(fields: dict[str, Any], cost: Decimal | None) -> None:
    event = {"usage": {"prompt_tokens": 1, "completion_tokens": 1, **fields}}
    charged = usage_chunk(event, reports_cost=True)
    assert charged is not None
    assert charged.cost_usd == cost
    ignored = usage_chunk(event, reports_cost=False)
    assert ignored is not None
    assert ignored.cost_usd is None


COUNT = st.none() | st.integers() | st.floats() | st.text(max_size=3)


@given(COUNT, COUNT, COUNT, COUNT, COUNT)
def test_parts_never_exceed_the_whole(prompt: Any, output: Any, total: Any, cached: Any, reasoning: Any) -> None:
    read = usage(
        {
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": output,
                "total_tokens": total,
                "prompt_tokens_details": {"cached_tokens": cached},
                "completion_tokens_details": {"reasoning_tokens": reasoning},
            }
        }
    )
    assert read is not None
    assert 0 <= read.cached_tokens <= read.input_tokens
    assert 0 <= read.reasoning_tokens <= read.output_tokens
