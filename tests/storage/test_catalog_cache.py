import json
import os
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import START, make_model
from modeldeck.domain.model import Capability, Model, Origin, by_name
from modeldeck.domain.pricing import LOCAL_PRICING, PriceOrigin, PriceOverride, Pricing
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database
from modeldeck.storage.model_facts import FactReader, to_data
from modeldeck.storage.values import dump, load

LATER = START + timedelta(days=1)


@pytest.fixture
def cache(database: Database) -> SqliteCatalogCache:
    return SqliteCatalogCache(database)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
times = st.datetimes(timezones=st.just(UTC))
prices = st.decimals(min_value=0, max_value=10**6, allow_nan=False, places=None)
maybe_price = st.none() | prices
counts = st.none() | st.integers(0, 2**62)
origins = st.builds(Origin, words, st.none() | times)
overrides = st.builds(
    PriceOverride,
    min_input_tokens=counts,
    utc_start=st.none() | st.integers(0, 1439),
    utc_end=st.none() | st.integers(0, 1439),
    input=maybe_price,
    output=maybe_price,
    cache_read=maybe_price,
    cache_write=maybe_price,
)
pricings = st.builds(
    Pricing,
    input=prices,
    output=prices,
    origin=st.sampled_from(PriceOrigin),
    request=prices,
    image=prices,
    cache_read=maybe_price,
    cache_write=maybe_price,
    reasoning=maybe_price,
    overrides=st.lists(overrides, max_size=2).map(tuple),
)
speeds = st.none() | st.floats(0, 1e6)
models = st.builds(
    Model,
    id=words,
    provider=words,
    native_id=words,
    name=words,
    origin=origins,
    local=st.booleans(),
    pricing=st.none() | pricings,
    context=counts,
    max_output=counts,
    capabilities=st.frozensets(st.sampled_from(Capability)),
    created=st.none() | st.dates(),
    expires=st.none() | st.dates(),
    description=words,
    parameters=counts,
    size_bytes=counts,
    quantization=st.none() | words,
    canonical=st.none() | words,
    router=st.booleans(),
    logs_prompts=st.booleans(),
    text_output=st.booleans(),
    listed=st.booleans(),
    loaded=st.none() | st.booleans(),
    inputs_stated=st.booleans(),
    supported_parameters=st.none() | st.frozensets(words, max_size=3),
    latency_ms=speeds,
    tokens_per_second=speeds,
    quality=st.none() | st.floats(0, 1),
    specializations=st.dictionaries(words, st.floats(0, 1), max_size=2),
    safety=st.none() | st.floats(0, 1),
    alias=st.none() | words,
    aliases=st.lists(words, max_size=2).map(tuple),
    hidden=st.booleans(),
    origins=st.dictionaries(words, origins, max_size=2),
)


@given(models)
def test_a_model_comes_back_exactly(model: Model) -> None:
    again = FactReader().model(load(dump(to_data(model))))
    assert again == model
    assert repr(again.pricing) == repr(model.pricing)  # equal decimals may differ in their digits


def test_a_list_comes_back_by_name_with_its_time(cache: SqliteCatalogCache) -> None:
    listed = (
        make_model("cloud/b", pricing=Pricing(Decimal("0.00000015"), Decimal("1E-7")), created=date(2026, 1, 2)),
        make_model("cloud/a [red]", name="A \x1b[31m‮ 🚀"),
    )
    local = (make_model("home/x", local=True, pricing=LOCAL_PRICING),)
    cache.store("cloud", listed, START)
    cache.store("home", local, LATER)
    loaded = cache.load()
    assert list(loaded) == ["cloud", "home"]
    assert (loaded["cloud"].models, loaded["home"].models) == (listed[::-1], local)
    assert (loaded["cloud"].fetched_at, loaded["cloud"].tried_at, loaded["cloud"].error) == (START, START, None)


def test_a_cache_that_never_saw_a_list_is_empty(cache: SqliteCatalogCache) -> None:
    assert cache.load() == {}


def test_a_failed_refresh_keeps_the_last_list_and_says_why(cache: SqliteCatalogCache) -> None:
    listed = (make_model("cloud/a"),)
    cache.store("cloud", listed, START)
    cache.fail("cloud", "no connection", LATER)
    (listing,) = cache.load().values()
    assert listing.models == listed
    assert (listing.fetched_at, listing.tried_at, listing.error) == (START, LATER, "no connection")
    cache.store("cloud", listed, LATER)
    assert cache.load()["cloud"].error is None


def test_a_provider_that_never_answered_has_an_empty_list_and_an_error(cache: SqliteCatalogCache) -> None:
    cache.fail("cloud", "no connection", START)
    (listing,) = cache.load().values()
    assert (listing.models, listing.fetched_at, listing.error) == ((), None, "no connection")


def test_an_empty_list_is_a_list(cache: SqliteCatalogCache) -> None:
    cache.store("cloud", [make_model("cloud/a")], START)
    cache.store("cloud", [], LATER)
    assert cache.load()["cloud"].models == ()
    assert cache.load()["cloud"].fetched_at == LATER


def test_a_model_that_leaves_is_remembered_but_not_loaded(cache: SqliteCatalogCache, database: Database) -> None:
    stays, leaves = make_model("cloud/a"), make_model("cloud/b")
    cache.store("cloud", [leaves, stays], START)
    cache.store("cloud", [stays], LATER)
    assert cache.load()["cloud"].models == (stays,)
    seen = database.rows("SELECT model, first_seen = last_seen FROM catalog ORDER BY model")
    assert seen == [("cloud/a", 0), ("cloud/b", 1)]
    cache.store("cloud", [stays, leaves], LATER)
    assert cache.load()["cloud"].models == (stays, leaves)


def test_only_the_first_of_each_list_are_loaded_and_those_asked_for(cache: SqliteCatalogCache) -> None:
    cache.store("cloud", [make_model(f"cloud/{letter}", name=letter) for letter in "dCbEa"], START)
    cache.store("home", [make_model("home/z")], LATER)
    some = cache.load(2, ["cloud/d", "cloud/gone", "cloud/a"])
    assert [model.id for model in some["cloud"].models] == ["cloud/a", "cloud/b", "cloud/d"]
    assert [model.id for model in some["home"].models] == ["home/z"]
    assert some["home"].fetched_at == LATER
    assert len(cache.load()["cloud"].models) == 5


def test_a_list_that_did_not_change_is_the_same_object_again(cache: SqliteCatalogCache, database: Database) -> None:
    cache.store("cloud", [make_model("cloud/a")], START)
    cache.store("home", [make_model("home/a")], START)
    before = cache.load()
    cache.fail("cloud", "no connection", LATER)
    SqliteCatalogCache(database).store("home", [make_model("home/b")], LATER)
    after = cache.load()
    assert after["cloud"].models is before["cloud"].models
    assert after["cloud"].error == "no connection"
    assert [model.id for model in after["home"].models] == ["home/b"]


def test_a_list_that_is_stored_twice_at_the_same_time_is_loaded_anew(cache: SqliteCatalogCache) -> None:
    for name in ("cloud/a", "cloud/b"):
        cache.store("cloud", [make_model(name)], START)
        assert [model.id for model in cache.load()["cloud"].models] == [name]


def test_more_rows_than_are_read_at_once_all_come(cache: SqliteCatalogCache) -> None:
    listed = tuple(make_model(f"cloud/{number:04}") for number in range(1_203))
    cache.store("cloud", listed, START)
    assert cache.load()["cloud"].models == listed


def test_half_characters_in_a_list_are_survived(cache: SqliteCatalogCache) -> None:
    cache.store(
        "cloud", [make_model("cloud/\ud800", name="a", description="\udfff"), make_model("cloud/b", name="b")], START
    )
    assert [(model.id, model.description) for model in cache.load()["cloud"].models] == [
        ("cloud/?", "?"),
        ("cloud/b", ""),
    ]


@pytest.mark.parametrize("facts", ["[1, 2]", "{}", "not JSON", "null"])
def test_a_list_in_a_form_of_another_version_counts_as_none(
    cache: SqliteCatalogCache, database: Database, facts: str
) -> None:
    cache.store("cloud", [make_model("cloud/one")], START)
    database.execute("UPDATE catalog SET facts = ?", (facts,))
    assert cache.load() == {}
    assert cache.load(5) == {}
    cache.store("cloud", [make_model("cloud/one")], START)
    assert [model.id for model in cache.load()["cloud"].models] == ["cloud/one"]


def test_a_list_that_breaks_off_changes_nothing(cache: SqliteCatalogCache) -> None:
    cache.store("cloud", [make_model("cloud/a")], START)

    def broken() -> Iterator[Model]:
        yield make_model("cloud/b")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.store("cloud", broken(), LATER)
    assert [model.id for model in cache.load()["cloud"].models] == ["cloud/a"]


def test_recorded_names_and_descriptions_survive(cache: SqliteCatalogCache) -> None:
    recorded = os.environ.get("MODELDECK_RECORDED_DATA")
    if not recorded:
        pytest.skip("MODELDECK_RECORDED_DATA is not set")
    lists = sorted(Path(recorded, "catalogs").glob("openrouter-models-*.json"))
    assert lists
    for path in lists:
        data = json.loads(path.read_text(encoding="utf-8"))
        entries = data["data"] if isinstance(data, dict) else data
        listed = tuple(
            make_model(
                f"openrouter/{entry['id']}", name=entry.get("name") or "", description=entry.get("description") or ""
            )
            for entry in entries
        )
        cache.store("openrouter", listed, START)
        assert cache.load()["openrouter"].models == tuple(sorted(listed, key=by_name))
