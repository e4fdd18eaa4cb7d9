import pytest

from fakes import local_model, make_model
from modeldeck.engine.catalog.naming import PROVIDER_ORDER, family_of, parameters_of, provider_rank, split_date


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("llama-3.1-8b-instruct", 8_000_000_000),
        ("qwen2.5:0.5b", 500_000_000),
        ("mixtral-8x7b", 56_000_000_000),
        ("qwen3-30b-a3b", 30_000_000_000),
        ("gpt-4o", None),
        ("b2b-writer", None),
    ],
)
def test_the_size_in_a_name(name: str, size: int | None) -> None:
    assert parameters_of(make_model(f"cloud/{name}")) == size


def test_the_stated_size_goes_before_the_name() -> None:
    assert parameters_of(make_model("cloud/llama-8b", parameters=8_030_261_248)) == 8_030_261_248


@pytest.mark.parametrize(
    ("name", "undated", "date"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o", "20240806"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5", "20251001"),
        ("claude-opus-4-5@20251101", "claude-opus-4-5", "20251101"),
        ("model-2024-08-06:free", "model:free", "20240806"),
        ("qwen3-235b-a22b-2507", "qwen3-235b-a22b-2507", None),
    ],
)
def test_the_date_in_a_name(name: str, undated: str, date: str | None) -> None:
    assert split_date(name) == (undated, date)


def test_one_model_has_one_family_at_every_provider() -> None:
    names = ("openrouter/deepseek/deepseek-r1:free", "deepseek/deepseek-r1", "groq/deepseek-r1-2025-01-20")

    assert {family_of(make_model(name)) for name in names} == {"deepseek-r1"}


def test_a_tag_that_is_a_size_makes_another_family() -> None:
    assert family_of(local_model("ollama/llama3.1:8b")) != family_of(local_model("ollama/llama3.1:70b"))


def test_the_canonical_name_decides_the_family() -> None:
    model = make_model("openrouter/vendor/alias")._replace(canonical="vendor/real-2025-01-01")

    assert family_of(model) == "real"


def test_custom_providers_come_after_the_fixed_ones() -> None:
    names = ["zeta", "local", "openrouter", "alpha"]

    assert sorted(names, key=provider_rank) == ["openrouter", "local", "alpha", "zeta"]
    assert PROVIDER_ORDER[0] == "openrouter"
