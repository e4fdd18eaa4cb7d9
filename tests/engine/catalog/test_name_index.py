import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import free_model, local_model, make_model
from modeldeck.domain.errors import UnknownModelError
from modeldeck.engine.catalog.name_index import index_models

LISTED = (
    free_model("openrouter/deepseek/deepseek-r1:free"),
    make_model("openrouter/anthropic/claude-haiku-4.5"),
    make_model("openrouter/openai/gpt-4o"),
    make_model("openrouter/mistral/small"),
    make_model("openai/gpt-4o"),
    make_model("openai/gpt-4o-2024-05-13"),
    make_model("openai/gpt-4o-2024-08-06"),
    make_model("openai/o9-2025-01-02"),
    make_model("openai/o9-2025-03-04"),
    make_model("anthropic/claude-haiku-4-5-20251001"),
    make_model("groq/openai/gpt-oss-20b"),
    make_model("together/openai/gpt-oss-20b"),
    make_model("mistral/small", alias="little"),
    make_model("mistral/large-2512")._replace(aliases=("large-latest",)),
    local_model("ollama/llama3.1:latest"),
    make_model("mycompany/house-model"),
)
INDEX = index_models(LISTED)


@pytest.mark.parametrize(
    ("text", "keyed", "found"),
    [
        pytest.param("openai/gpt-4o", (), "openai/gpt-4o", id="exact id"),
        pytest.param(" openai/gpt-4o\n", (), "openai/gpt-4o", id="spaces around"),
        pytest.param("OpenAI/GPT-4o", (), "openai/gpt-4o", id="any case"),
        pytest.param(
            "deepseek/deepseek-r1:free", (), "openrouter/deepseek/deepseek-r1:free", id="openrouter is understood"
        ),
        pytest.param("mistral/small", (), "mistral/small", id="the exact id goes before openrouter"),
        pytest.param("gpt-4o", (), "openai/gpt-4o", id="native id"),
        pytest.param("little", (), "mistral/small", id="alias"),
        pytest.param("large-latest", (), "mistral/large-2512", id="the provider's alias"),
        pytest.param("mistral/Large-latest", (), "mistral/large-2512", id="the provider's alias with prefix"),
        pytest.param("openai/gpt-oss-20b", (), "groq/openai/gpt-oss-20b", id="provider order decides"),
        pytest.param("openai/gpt-oss-20b", ("together",), "together/openai/gpt-oss-20b", id="a keyed provider first"),
        pytest.param("claude-haiku-4-5", (), "anthropic/claude-haiku-4-5-20251001", id="undated"),
        pytest.param("anthropic/claude-haiku-4-5", (), "anthropic/claude-haiku-4-5-20251001", id="undated with prefix"),
        pytest.param("o9", (), "openai/o9-2025-03-04", id="the newest date"),
        pytest.param("o9-2025-01-02", (), "openai/o9-2025-01-02", id="a listed date"),
        pytest.param("gpt-4o-2030-01-01", (), "openai/gpt-4o", id="an unlisted date of an undated model"),
        pytest.param("llama3.1", (), "ollama/llama3.1:latest", id="the latest tag"),
        pytest.param("deepseek-r1:free", (), "openrouter/deepseek/deepseek-r1:free", id="last part of a native id"),
        pytest.param("claude-haiku-4.5", (), "openrouter/anthropic/claude-haiku-4.5", id="last part, other spelling"),
    ],
)
def test_a_text_resolves_to_the_full_id(text: str, keyed: tuple[str, ...], found: str) -> None:
    assert INDEX.resolve(text, keyed).id == found


@pytest.mark.parametrize(
    "text", ["openai/gpt-7", "mycompany/next-model", "ollama/hf.co/org/model:Q4_K_M", "anthropic/claude-9"]
)
def test_an_unlisted_id_with_a_providers_prefix_is_callable_and_says_so(text: str) -> None:
    model = INDEX.resolve(text, ())

    assert model.id == text
    assert not model.listed
    assert model.origin.source == "unlisted"
    assert model.pricing is None
    assert not model.costs_nothing


def test_a_new_release_at_a_named_provider_is_not_another_providers_older_one() -> None:
    index = index_models([make_model("openrouter/openai/gpt-9")])

    assert index.resolve("openai/gpt-9-2030-01-01", ()).id == "openai/gpt-9-2030-01-01"


def test_a_provider_without_any_list_can_stand_in_front() -> None:
    assert index_models(()).resolve("custom/thing", (), providers=("custom",)).id == "custom/thing"
    assert index_models(()).resolve("openai/gpt-4o", ()).listed is False


@pytest.mark.parametrize("text", ["", "  ", "nothing-like-it", "unknownprovider/model", "openai/", "openai/two words"])
def test_text_that_resolves_to_nothing_is_an_error(text: str) -> None:
    with pytest.raises(UnknownModelError):
        INDEX.resolve(text, ())


def test_the_error_names_the_nearest_models() -> None:
    with pytest.raises(UnknownModelError) as caught:
        INDEX.resolve("gtp-4o", ())

    assert "openai/gpt-4o" in caught.value.nearest
    assert caught.value.hint is not None
    assert "openai/gpt-4o" in caught.value.hint


def test_a_date_that_is_not_listed_never_becomes_another_date() -> None:
    with pytest.raises(UnknownModelError):
        index_models(LISTED[7:9]).resolve("o9-2025-09-09", ())


@given(st.text(max_size=300))
def test_no_text_has_more_than_a_few_neighbours(text: str) -> None:
    nearest = INDEX.nearest(text)

    assert len(nearest) <= 3
    assert set(nearest) <= {model.id for model in LISTED}


@given(st.sampled_from([model.id for model in LISTED]))
def test_a_listed_id_means_itself(text: str) -> None:
    assert INDEX.resolve(text, ()).id == text
