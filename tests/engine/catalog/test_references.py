"""What others say, laid under the lists when they are fetched; and what is shown for want of any list."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fake_references import BOOK, COLLECTION, Library, fact, per_million
from fakes import World, failure, local_model, make_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.model import Capability, Model, Origin
from modeldeck.domain.pricing import PriceOrigin
from modeldeck.engine.catalog.facts import derive_facts
from modeldeck.engine.deck import Deck

BARE = make_model("cloud/bare", price=None, context=None)
STATED = fact("cloud/bare", context=200_000, knowledge="2025-02")
PRICE = per_million("1", "5")


def open_deck(world: World, library: Library) -> Deck:
    return Deck(replace(world.parts(), references=library))


def never_listed(world: World, *names: str, **info: Any) -> None:
    """Providers whose list cannot be had, and never could."""
    for name in names:
        world.add(name, **info).list_failure = failure(ErrorKind.UNREACHABLE)
        del world.cache.listings[name]


def listed_bare(world: World) -> Library:
    world.add("cloud", BARE)
    return Library(world.clock, facts=[STATED], prices={BARE.id: PRICE})


def test_a_refresh_fills_facts_and_prices_and_the_cache_keeps_them(world: World) -> None:
    library = listed_bare(world)
    with open_deck(world, library) as deck:
        assert deck.lists.refresh().notes == ()
    with Deck(world.parts()) as later:  # without any reference
        model = later.catalog.get(BARE.id)
    assert model is not None
    assert (model.context, model.knowledge, model.pricing) == (200_000, "2025-02", PRICE)
    assert model.origin_of("context").source == COLLECTION
    assert model.origin_of("pricing").source == BOOK
    assert Capability.LONG_CONTEXT in model.capabilities


def test_opening_asks_nobody(world: World) -> None:
    library = listed_bare(world)
    with open_deck(world, library):
        assert library.collection.fetches == library.book.read == library.book.looked_up == 0


def test_the_collection_is_asked_once_a_day(world: World) -> None:
    library = listed_bare(world)
    with open_deck(world, library) as deck:
        deck.lists.refresh()
        world.clock.advance(timedelta(hours=23).total_seconds())
        deck.lists.refresh()
        assert library.collection.fetches == 1
        world.clock.advance(timedelta(hours=1).total_seconds())
        deck.lists.refresh()
    assert library.collection.fetches == 2


def test_what_was_said_earlier_helps_while_the_collection_is_silent(world: World) -> None:
    library = listed_bare(world)
    with open_deck(world, library) as deck:
        deck.lists.refresh()
        world.clock.advance(timedelta(days=2).total_seconds())
        library.collection.failure = failure(ErrorKind.OVERLOADED, "It is closed.")
        report = deck.lists.refresh()
        model = deck.catalog.get(BARE.id)
    assert report.notes == ("Facts of collection were not brought up to date: It is closed.",)
    assert report.listed == {"cloud": 1}
    assert not report.failed
    assert model is not None
    assert model.context == 200_000


def test_a_silent_collection_is_left_alone_for_an_hour(world: World) -> None:
    library = listed_bare(world)
    library.collection.failure = failure(ErrorKind.OVERLOADED)
    with open_deck(world, library) as deck:
        deck.lists.refresh()
        deck.lists.refresh()
        assert library.collection.fetches == 1
        world.clock.advance(timedelta(hours=1).total_seconds())
        deck.lists.refresh()
    assert library.collection.fetches == 2


def test_a_slow_collection_costs_no_more_time_than_a_slow_provider(world: World) -> None:
    library = listed_bare(world)
    library.collection.delay_s = 1000
    with open_deck(world, library) as deck:
        report = deck.lists.refresh(timeout_s=20)
    assert world.clock.elapsed == pytest.approx(20)
    assert report.notes == ("Facts of collection were not brought up to date: it did not answer within 20 s",)
    assert report.listed == {"cloud": 1}


def test_the_collection_is_not_asked_without_a_network(world: World) -> None:
    world.add("cloud", BARE)
    library = Library(world.clock, facts=[STATED], online=False)
    with open_deck(world, library) as deck:
        assert deck.lists.refresh().notes == ()
    assert library.collection.fetches == 0


def test_local_lists_concern_nobody_else(world: World) -> None:
    home = local_model()
    world.add("home", home, local=True)
    library = Library(world.clock, facts=[fact(home.id, context=1)], prices={home.id: PRICE})
    with open_deck(world, library) as deck:
        deck.lists.refresh()
        assert deck.catalog.get(home.id) == derive_facts(home)
    assert library.collection.fetches == library.book.looked_up == 0


def test_the_installed_price_comes_before_that_of_openrouter(world: World) -> None:
    world.add("openrouter", make_model("openrouter/author/one"), make_model("openrouter/author/two"))
    world.add("cloud", make_model("cloud/one", price=None), make_model("cloud/two", price=None))
    library = Library(world.clock, prices={"cloud/one": PRICE}, authors={"cloud": "author"})
    with open_deck(world, library) as deck:
        deck.lists.refresh()
        origins = {model.native_id: model.pricing and model.pricing.origin for model in deck.catalog.models}
    assert origins["one"] is PriceOrigin.GENAI_PRICES
    assert origins["two"] is PriceOrigin.OPENROUTER


def test_openrouters_last_list_helps_when_only_another_one_is_fetched(world: World) -> None:
    world.add("openrouter", make_model("openrouter/author/one"))
    world.add("cloud", make_model("cloud/one", price=None))
    library = Library(world.clock, authors={"cloud": "author"})
    with open_deck(world, library) as deck:
        deck.lists.refresh(["cloud"])
        model = deck.catalog.get("cloud/one")
    assert model is not None
    assert model.pricing is not None
    assert model.origin_of("pricing").source == "openrouter"


def ids(models: Iterable[Model]) -> set[str]:
    return {model.id for model in models}


def test_without_any_list_the_models_of_the_installed_prices_are_shown_as_unlisted(world: World) -> None:
    never_listed(world, "cloud", needs_key=True, has_key=False)
    never_listed(world, "keyed")
    library = Library(world.clock, prices={"cloud/one": PRICE, "keyed/two": PRICE, "absent/three": PRICE})
    with open_deck(world, library) as deck:
        assert ids(deck.catalog.models) == set()
        deck.lists.ensure()
        assert ids(deck.catalog.models) == {"cloud/one", "keyed/two"}
        assert {deck.standing.status(model) for model in deck.catalog.models} == {"unlisted, no key", "unlisted"}
        assert {model.origin for model in deck.catalog.models} == {Origin(BOOK, world.clock.start)}
        assert set(deck.lists.ensure().failed) == {"keyed"}  # what is shown is no list
    with open_deck(world, library) as later:
        assert ids(later.catalog.models) == {"cloud/one", "keyed/two"}
    assert library.book.read == 1


def test_a_real_list_takes_the_place_of_the_unlisted(world: World) -> None:
    never_listed(world, "cloud", needs_key=True, has_key=False)
    never_listed(world, "keyed")
    library = Library(world.clock, prices={"cloud/one": PRICE, "keyed/two": PRICE})
    with open_deck(world, library) as deck:
        deck.lists.ensure()
        world.providers["keyed"].list_failure = None
        world.providers["keyed"].models = [make_model("keyed/real")]
        deck.lists.ensure()
        assert ids(deck.catalog.models) == {"keyed/real"}


def test_a_provider_with_a_key_but_without_a_list_is_shown_beside_the_lists_of_others(world: World) -> None:
    world.add("cloud", make_model("cloud/listed"))
    never_listed(world, "keyed")
    never_listed(world, "keyless", needs_key=True, has_key=False)
    library = Library(world.clock, prices={"cloud/one": PRICE, "keyed/two": PRICE, "keyless/three": PRICE})
    with open_deck(world, library) as deck:
        deck.lists.ensure()
        assert ids(deck.catalog.models) == {"cloud/listed", "keyed/two"}


def test_the_first_selection_still_fetches_lists_while_only_unlisted_models_are_shown(world: World) -> None:
    never_listed(world, "keyed")
    library = Library(world.clock, prices={"keyed/two": PRICE})
    with open_deck(world, library) as deck:
        deck.lists.ensure()
    world.providers["keyed"].list_failure = None
    world.providers["keyed"].models = [make_model("keyed/real")]
    with open_deck(world, library) as deck:
        assert deck.select("Hello").model == "keyed/real"
