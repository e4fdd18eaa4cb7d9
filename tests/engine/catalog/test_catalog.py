from datetime import datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest

from fakes import START, free_model, local_model, make_model
from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.model import Model
from modeldeck.domain.settings import ModelSettings
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.ports import CachedListing


def listing(provider: str, *models: Model, fetched_at: datetime = START, error: str | None = None) -> CachedListing:
    return CachedListing(provider, models, fetched_at, error=error)


def catalog_of(*models: Model, **options: Any) -> Catalog:
    catalog = Catalog(**options)
    by_provider: dict[str, list[Model]] = {}
    for model in models:
        by_provider.setdefault(model.provider, []).append(model)
    catalog.update({provider: listing(provider, *owned) for provider, owned in by_provider.items()})
    return catalog


def test_models_come_in_provider_order_then_by_name() -> None:
    catalog = catalog_of(
        local_model("zeta/one"),
        make_model("openai/b"),
        make_model("openai/A"),
        local_model("ollama/x"),
        make_model("openrouter/z/z"),
    )

    assert [model.id for model in catalog.models] == ["openrouter/z/z", "openai/A", "openai/b", "ollama/x", "zeta/one"]


def test_own_facts_are_merged_in() -> None:
    catalog = catalog_of(make_model("openai/a"), overrides={"openai/a": ModelSettings(quality=0.8)})

    model = catalog.get("openai/a")
    assert model is not None
    assert model.quality == 0.8


def test_hidden_models_stay_in_the_catalog_with_their_mark() -> None:
    catalog = Catalog()
    catalog.update({"openai": listing("openai", make_model("openai/a"))}, hidden=["openai/a"])

    assert [model.hidden for model in catalog.models] == [True]


def test_of_a_free_only_provider_nothing_paid_is_shown() -> None:
    paid, free, other = make_model("openrouter/p"), free_model("openrouter/f:free"), make_model("openai/p")

    catalog = catalog_of(paid, free, other, free_only_providers=["openrouter"])

    assert {model.id for model in catalog.models} == {free.id, other.id}


def test_a_withheld_model_is_known_by_its_names_and_gives_way_to_every_shown_one() -> None:
    paid, other = make_model("openrouter/vendor/p"), make_model("openai/twin")
    catalog = catalog_of(paid, make_model("openrouter/twin"), other, free_only_providers=["openrouter"])

    assert catalog.resolve("p") == catalog.resolve("vendor/p") == catalog.resolve(paid.id) == paid
    assert catalog.resolve("twin") == other
    assert (catalog.withholds(paid), catalog.withholds(other)) == (True, False)
    assert catalog.get(paid.id) is None
    assert not catalog.resolve("openrouter/unheard").listed
    with pytest.raises(UnknownModelError):
        catalog.resolve("unheard")


def test_the_id_of_a_withheld_model_is_its_own() -> None:
    paid = make_model("openrouter/vendor/p-2025-01-02")
    catalog = catalog_of(paid, free_model("openrouter/vendor/p"), free_only_providers=["openrouter"])

    assert catalog.resolve("openrouter/vendor/p-2025-01-02") == paid
    assert catalog.resolve("vendor/p").id == "openrouter/vendor/p"


def test_a_withheld_model_is_found_by_every_kind_of_name() -> None:
    paid = make_model("openrouter/openai/gpt-5-mini-2025-08-07")
    catalog = catalog_of(paid, free_only_providers=["openrouter"])

    for name in ("openai/gpt-5-mini-2025-08-07", "OpenAI/GPT-5-mini-2025-08-07", "gpt-5-mini-2025-08-07"):
        assert catalog.resolve(name) == paid


def test_a_new_release_at_a_provider_with_a_key_goes_before_a_withheld_model() -> None:
    paid, listed_nowhere = make_model("openrouter/openai/gpt-5"), "openai/gpt-5"
    catalog = catalog_of(paid, free_only_providers=["openrouter"])

    assert catalog.resolve(listed_nowhere) == paid
    assert catalog.resolve(listed_nowhere, keyed=["openai", "openrouter"]).id == listed_nowhere


def test_the_free_filter_can_be_set_and_lifted() -> None:
    catalog = catalog_of(make_model("openai/p"), free_model("openrouter/f:free"), local_model("ollama/l"))

    catalog.set_filter(free_only=True)
    shown = {model.id for model in catalog.models}
    hidden_but_known = catalog.get("openai/p")
    catalog.set_filter()

    assert shown == {"openrouter/f:free", "ollama/l"}
    assert hidden_but_known is not None
    assert len(catalog.models) == 3


def test_free_local_and_affordable_are_kept_apart() -> None:
    dear = make_model("openai/dear", price=("1", "3000"))
    catalog = catalog_of(
        dear,
        make_model("openai/cheap", price=("1", "2")),
        make_model("openai/unknown", price=None),
        free_model("openrouter/f:free"),
        local_model("ollama/l"),
    )

    assert [model.id for model in catalog.free()] == ["openrouter/f:free"]
    assert catalog.free(provider="openai") == ()
    assert [model.id for model in catalog.local()] == ["ollama/l"]
    affordable = {model.id for model in catalog.affordable(0.001)}
    assert affordable == {"openai/cheap", "openrouter/f:free", "ollama/l"}
    assert dear.id in {model.id for model in catalog.affordable(Decimal("0.003"))}


def test_resolving_many_leaves_out_what_resolves_to_nothing() -> None:
    catalog = catalog_of(make_model("openai/gpt-4o"))

    assert {text: model.id for text, model in catalog.resolve_all(["gpt-4o", "nonsense"]).items()} == {
        "gpt-4o": "openai/gpt-4o"
    }


def test_a_listed_custom_provider_may_be_named_in_front_of_an_unlisted_model() -> None:
    catalog = Catalog()
    catalog.update({"mycompany": CachedListing("mycompany", (), None)})

    assert catalog.resolve("mycompany/next").listed is False


def test_a_failed_refresh_marks_the_provider_stale() -> None:
    catalog = Catalog()
    catalog.update(
        {
            "openai": listing("openai", make_model("openai/a"), error="no connection"),
            "groq": listing("groq", make_model("groq/b")),
        }
    )

    assert catalog.is_provider_stale("openai")
    assert not catalog.is_provider_stale("groq")
    assert not catalog.is_provider_stale("never fetched")


@pytest.mark.parametrize(("age", "stale"), [(29, False), (31, True)])
def test_the_oldest_list_decides_whether_the_catalog_is_stale(age: int, stale: bool) -> None:
    catalog = Catalog(now=lambda: START)
    catalog.update(
        {
            "openai": listing("openai", make_model("openai/a")),
            "groq": listing("groq", make_model("groq/b"), fetched_at=START - timedelta(days=age)),
            "absent": CachedListing("absent", (), None),
            "never fetched": CachedListing("mistral", (make_model("mistral/c", listed=False),), None),
        }
    )

    assert catalog.is_stale(days=30) is stale


def test_an_empty_catalog_is_stale() -> None:
    assert Catalog(now=lambda: START).is_stale()


def test_a_reader_keeps_its_snapshot_while_the_catalog_moves_on() -> None:
    catalog = catalog_of(make_model("openai/a"))
    before = catalog.snapshot

    catalog.update({})

    assert [model.id for model in before.models] == ["openai/a"]
    assert catalog.models == ()


def test_readers_never_see_half_an_update() -> None:
    small = {"openai": listing("openai", make_model("openai/a"))}
    large = {"openai": listing("openai", *(make_model(f"openai/{number}") for number in range(200)))}
    catalog = Catalog()
    catalog.update(small)
    sizes: set[int] = set()

    def read() -> None:
        for _ in range(300):
            snapshot = catalog.snapshot
            sizes.add(len(snapshot.models))
            assert len(snapshot.by_id) == len(snapshot.models)

    reader = Thread(target=read)
    reader.start()
    for _ in range(20):
        catalog.update(large)
        catalog.update(small)
    reader.join()

    assert sizes <= {1, 200}


def test_search_looks_at_the_shown_models() -> None:
    catalog = catalog_of(make_model("openai/gpt-4o"), make_model("groq/llama"))

    assert [model.id for model in catalog.search("gpt")] == ["openai/gpt-4o"]
