"""The façade over fakes: the model lists of its providers."""

from dataclasses import replace

import pytest

from fake_stock import HOME, PAID
from fakes import World, failure, make_model
from modeldeck.domain.errors import ErrorKind, StorageError
from modeldeck.domain.run import Finished
from modeldeck.engine.deck import Deck


def test_refresh_stores_counts_and_tells_failures_apart_from_absence(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].models.append(make_model("cloud/new"))
    stocked.providers["home"].list_failure = failure(ErrorKind.UNREACHABLE)
    stocked.add("broken").list_failure = failure(ErrorKind.MALFORMED, "HTML instead of JSON")
    report = deck.lists.refresh()
    assert report.listed == {"cloud": 3}
    assert report.failed == {"broken": "HTML instead of JSON"}
    assert report.absent == ("home",)
    assert deck.catalog.get("cloud/new") is not None
    assert deck.catalog.get(HOME.id) is not None
    assert deck.catalog.is_provider_stale("home")
    assert deck.standing.status(HOME) == "stale"


def test_what_a_runtime_tells_only_of_loaded_models_is_kept(stocked: World, deck: Deck) -> None:
    home, cloud = stocked.providers["home"], stocked.providers["cloud"]
    home.models = [HOME._replace(size_bytes=572_160, loaded=True)]
    cloud.models = [PAID._replace(parameters=7)]
    deck.lists.refresh()
    home.models = [HOME._replace(context=None, loaded=False)]
    cloud.models = [PAID]
    deck.lists.refresh()
    kept, listed = deck.catalog.get(HOME.id), deck.catalog.get(PAID.id)
    assert kept is not None
    assert (kept.size_bytes, kept.context, kept.loaded) == (572_160, HOME.context, False)
    assert listed is not None
    assert listed.parameters is None


def test_refresh_can_be_limited_to_some_providers(stocked: World, deck: Deck) -> None:
    assert set(deck.lists.refresh(["home"]).listed) == {"home"}
    assert stocked.providers["cloud"].listings == 0


def test_a_provider_that_hangs_fails_after_the_timeout_and_the_others_count(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].list_delay_s = 1000
    report = deck.lists.refresh(timeout_s=20)
    assert report.failed == {"cloud": "Cloud did not answer within 20 s."}
    assert set(report.listed) == {"home"}
    assert stocked.clock.elapsed == pytest.approx(20)


def test_lists_that_cannot_be_stored_are_said_at_once(
    stocked: World, deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[str] = []

    def store(provider: str, *_: object) -> None:
        waits.append(provider)
        raise StorageError("The database is locked.")

    monkeypatch.setattr(stocked.cache, "store", store)
    stocked.providers["cloud"].list_delay_s = 1000
    with pytest.raises(StorageError, match="locked"):
        deck.lists.refresh(timeout_s=2000)
    assert waits == ["home"]
    assert stocked.clock.elapsed < 1000


async def test_refresh_works_inside_a_running_loop(deck: Deck) -> None:
    assert set(deck.lists.refresh().listed) == {"cloud", "home"}


def test_ensure_listed_asks_only_who_has_no_list(stocked: World) -> None:
    fresh = stocked.add("fresh", make_model("fresh/one"))
    del stocked.cache.listings["fresh"]
    with Deck(stocked.parts()) as deck:
        assert deck.lists.ensure().listed == {"fresh": 1}
        assert deck.lists.ensure().listed == {}
    assert fresh.listings == 1
    assert stocked.providers["cloud"].listings == 0


def test_ensure_listed_leaves_local_servers_alone_that_do_not_listen(stocked: World) -> None:
    del stocked.cache.listings["home"]
    parts = stocked.parts()
    with Deck(replace(parts, listening=lambda url: url != "http://home.test")) as deck:
        assert deck.lists.ensure().listed == {}
    assert stocked.providers["home"].listings == 0
    with Deck(replace(parts, listening=lambda url: url == "http://home.test")) as deck:
        assert deck.lists.ensure().listed == {"home": 1}


def test_a_provider_without_its_key_is_not_asked_again_soon_after_it_failed(stocked: World) -> None:
    keyless = stocked.add("keyless", needs_key=True, has_key=False)
    keyless.change_info(public_list=True)
    keyless.list_failure = failure(ErrorKind.AUTH)
    del stocked.cache.listings["keyless"]
    with Deck(stocked.parts()) as deck:
        assert set(deck.lists.ensure().failed) == {"keyless"}
        assert deck.lists.ensure().failed == {}
        stocked.clock.advance(600)
        assert set(deck.lists.ensure().failed) == {"keyless"}


def test_who_lists_nothing_without_a_key_is_not_asked_without_one(stocked: World) -> None:
    keyless = stocked.add("keyless", make_model("keyless/m"), needs_key=True, has_key=False)
    del stocked.cache.listings["keyless"]
    with Deck(stocked.parts()) as deck:
        assert not deck.lists.ensure().failed
        assert set(deck.lists.refresh().listed) == {"cloud", "home"}
    assert keyless.listings == 0


def test_the_first_selection_on_a_fresh_machine_fetches_the_lists(stocked: World) -> None:
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        assert deck.select("Hello", model="cloud/paid").model == PAID.id
        deck.select("Hello")
    assert stocked.providers["cloud"].listings == 1


async def test_the_first_run_on_a_fresh_machine_fetches_the_lists(stocked: World) -> None:
    stocked.cache.listings.clear()
    with Deck(stocked.parts()) as deck:
        events = [event async for event in deck.run("Hello", model="paid")]
    assert isinstance(events[-1], Finished)
