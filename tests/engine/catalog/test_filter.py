from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import free_model, local_model, make_model
from modeldeck.domain.model import Capability, Kind, Model
from modeldeck.engine.catalog.filter import RANKED_AT_MOST, ModelFilter, match, search

MODELS = (
    make_model("openai/gpt-4o", name="GPT-4o"),
    make_model("openai/gpt-4o-mini", name="GPT-4o mini", price=("0.15", "0.6")),
    make_model("anthropic/claude-opus", name="Claude Opus", price=("15", "75"), context=200_000),
    free_model("openrouter/deepseek/deepseek-r1:free", name="DeepSeek: R1 (free)"),
    local_model("ollama/llama3.1:8b", context=8_000, capabilities=frozenset({Capability.TOOLS})),
    make_model("mystery/model", price=None, context=None),
    make_model("openai/secret", hidden=True),
)


def ids(models: list[Model]) -> list[str]:
    return [model.id for model in models]


@pytest.mark.parametrize(
    ("query", "text", "positions"),
    [
        ("", "anything", ()),
        ("gpt", "openai GPT-4o", (7, 8, 9)),
        ("dsr", "deepseek-r1", (0, 4, 9)),
        ("gpt mini", "gpt-4o-mini", (0, 1, 2, 7, 8, 9, 10)),
        ("MINI gpt", "gpt-4o-mini", (0, 1, 2, 7, 8, 9, 10)),
        ("zzz", "gpt-4o", None),
        ("gpt zzz", "gpt-4o", None),
        ("i", "İi", (0,)),
    ],
)
def test_where_a_query_stands_in_a_text(query: str, text: str, positions: tuple[int, ...] | None) -> None:
    assert match(query, text) == positions


@given(st.text(max_size=40), st.text(max_size=80))
def test_positions_lie_in_the_text_and_spell_the_query(query: str, text: str) -> None:
    positions = match(query, text)

    if positions is not None:
        assert list(positions) == sorted(set(positions))
        assert all(0 <= place < len(text) for place in positions)


@given(st.text(min_size=1, max_size=30))
def test_every_text_contains_itself(text: str) -> None:
    assert match(text, text) is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gpt", ["openai/gpt-4o", "openai/gpt-4o-mini"]),
        ("mini", ["openai/gpt-4o-mini"]),
        ("openai mini", ["openai/gpt-4o-mini"]),
        ("OPUS", ["anthropic/claude-opus"]),
        ("dsr1", ["openrouter/deepseek/deepseek-r1:free"]),
        ("nothing at all", []),
    ],
)
def test_search_ands_its_terms_and_falls_back_to_letters_in_order(query: str, found: list[str]) -> None:
    assert ids(search(query, MODELS)) == found


def test_an_empty_query_finds_everything_in_order() -> None:
    assert ids(search("  ", MODELS)) == ids(list(MODELS))


def test_whole_and_early_hits_come_first() -> None:
    models = (make_model("a/the-turbogpt"), make_model("b/some-gpt"), make_model("c/gpt", name="gpt"))

    assert ids(search("gpt", models)) == ["c/gpt", "b/some-gpt", "a/the-turbogpt"]


def test_a_growing_query_finds_the_same_as_a_fresh_one() -> None:
    typed = ("g", "gp", "gpt", "gpt m", "gpt mini", "gpt", "d", "ds", "dsr")

    grown = [ids(search(query, MODELS)) for query in typed]
    fresh = [ids(search(query, list(MODELS))) for query in typed]

    assert grown == fresh


def test_long_results_keep_the_catalogs_order() -> None:
    models = tuple(make_model(f"cloud/gpt-{number:05}") for number in range(RANKED_AT_MOST + 1))

    assert ids(search("gpt", models)) == ids(list(models))


@pytest.mark.parametrize("query", ["a" * 60 + "b", "[(*+?^$", "\\", "a]^-b"])
def test_hostile_names_and_queries_are_only_text(query: str) -> None:
    models = (make_model("cloud/x", name="a" * 5_000), make_model("cloud/[b]", name="[(*+?^$\\ a]^-b"))

    assert set(ids(search(query, models))) <= {"cloud/x", "cloud/[b]"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(ModelFilter(), MODELS[:6], id="everything but hidden"),
        pytest.param(ModelFilter(show_hidden=True), MODELS, id="hidden too"),
        pytest.param(ModelFilter(kind=Kind.FREE), (MODELS[3],), id="free"),
        pytest.param(ModelFilter(kind=Kind.LOCAL), (MODELS[4],), id="local"),
        pytest.param(
            ModelFilter(kind=Kind.PAID), (MODELS[0], MODELS[1], MODELS[2], MODELS[5]), id="paid, unknown included"
        ),
        pytest.param(ModelFilter(providers=frozenset({"openai"})), MODELS[:2], id="provider"),
        pytest.param(ModelFilter(capabilities=frozenset({Capability.TOOLS})), (MODELS[4],), id="capability"),
        pytest.param(ModelFilter(max_price=Decimal("0.6")), (MODELS[1], MODELS[3], MODELS[4]), id="both prices count"),
        pytest.param(ModelFilter(min_context=150_000), (MODELS[2],), id="context, unknown is below"),
        pytest.param(ModelFilter(keyed_only=True), (MODELS[2],), id="with a key"),
        pytest.param(ModelFilter(query="gpt", max_price=Decimal(1)), (MODELS[1],), id="query and facet"),
    ],
)
def test_what_a_filter_lets_through(wanted: ModelFilter, found: tuple[Model, ...]) -> None:
    assert ids(wanted.apply(MODELS, {"anthropic"})) == ids(list(found))


def test_counts_ignore_the_chosen_kind_but_nothing_else() -> None:
    wanted = ModelFilter(kind=Kind.FREE, providers=frozenset({"openai", "openrouter"}))

    assert wanted.counts(MODELS) == {Kind.FREE: 1, Kind.PAID: 2, Kind.LOCAL: 0}


def test_a_filter_sees_a_changed_list() -> None:
    wanted = ModelFilter(query="gpt")

    assert len(wanted.apply(MODELS)) == 2
    assert len(wanted.apply(MODELS[:1])) == 1


def test_usable_providers_may_change_between_calls() -> None:
    wanted = ModelFilter(keyed_only=True)

    assert ids(wanted.apply(MODELS, {"anthropic"})) == ["anthropic/claude-opus"]
    assert ids(wanted.apply(MODELS, {"mystery"})) == ["mystery/model"]
