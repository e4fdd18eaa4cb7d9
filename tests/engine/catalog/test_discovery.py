"""What changed in the providers' lists, and whether a model had enough requests."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from fakes import START, World, failure, free_model, local_model, make_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.quota import Quota
from modeldeck.engine.deck import Deck

PAID = make_model("cloud/paid", price=("1", "2"))
FREE = free_model("cloud/gratis:free")
HOME = local_model("home/llama:8b")


@pytest.fixture
def stocked(world: World) -> World:
    world.add("cloud", PAID, FREE)
    world.add("home", HOME, local=True)
    return world


@pytest.fixture
def deck(stocked: World) -> Iterator[Deck]:
    with Deck(stocked.parts()) as opened:
        yield opened


def priced(model: Model, price: str) -> Model:
    return model._replace(pricing=Pricing(Decimal(price), Decimal(price)))


def test_unchanged_lists_bring_nothing(stocked: World, deck: Deck) -> None:
    found = deck.discover()
    assert (found.new, found.gone, found.repriced, found.became_free, found.became_paid) == ((), (), (), (), ())
    assert (found.at, found.failed, found.suggestions) == (START, {}, ())
    assert stocked.providers["cloud"].listings == 1


def test_new_and_gone_models(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].models = [FREE, make_model("cloud/new")]
    found = deck.discover()
    assert (found.new, found.gone) == (("cloud/new",), (PAID.id,))
    assert deck.discover().new == ()


def test_each_change_of_price_is_told_once(stocked: World, deck: Deck) -> None:
    other = make_model("cloud/other", price=("5", "5"))
    unknown = make_model("cloud/unknown", price=None)
    stocked.providers["cloud"].models = [PAID, FREE, other, unknown]
    deck.discover()
    changed = [priced(PAID, "0"), priced(FREE, "0.000001"), priced(other, "0.000003"), priced(unknown, "0.000001")]
    stocked.providers["cloud"].models = changed
    found = deck.discover()
    assert (found.became_free, found.became_paid) == ((PAID.id,), (FREE.id,))
    (repriced,) = found.repriced
    assert (repriced.model, repriced.old_input, repriced.new_output) == (
        other.id,
        Decimal("0.000005"),
        Decimal("0.000003"),
    )


def test_a_first_list_is_not_news_and_a_failed_one_is_told(stocked: World) -> None:
    stocked.add("fresh", make_model("fresh/one"))
    del stocked.cache.listings["fresh"]
    stocked.add("broken").list_failure = failure(ErrorKind.MALFORMED, "HTML instead of JSON")
    with Deck(stocked.parts()) as deck:
        found = deck.discover()
        assert deck.catalog.get("fresh/one") is not None
    assert (found.new, found.gone) == ((), ())
    assert found.failed == {"broken": "HTML instead of JSON"}


def test_a_provider_that_would_tell_us_nothing_is_neither_asked_nor_a_failure(stocked: World) -> None:
    silent = stocked.add("locked", needs_key=True, has_key=False)
    silent.list_failure = failure(ErrorKind.AUTH, "no key")
    with Deck(stocked.parts()) as deck:
        assert deck.discover().failed == {}
    assert silent.listings == 0


def test_without_force_only_stale_lists_are_fetched(stocked: World, deck: Deck) -> None:
    stocked.clock.advance(timedelta(days=29).total_seconds())
    deck.discover(force=False)
    assert stocked.providers["cloud"].listings == 0
    deck.discover(force=False, days=28)
    assert stocked.providers["cloud"].listings == stocked.providers["home"].listings == 1


def test_a_filter_of_the_catalog_hides_no_change(stocked: World, deck: Deck) -> None:
    deck.catalog.set_filter(free_only=True)
    stocked.providers["cloud"].models = [FREE]
    assert deck.discover().gone == (PAID.id,)


def test_models_that_end_soon_the_first_first(stocked: World, deck: Deck) -> None:
    days = {"late": 14, "soon": 3, "far": 15}
    ending = [make_model(f"cloud/{name}", expires=(START + timedelta(days=left)).date()) for name, left in days.items()]
    stocked.providers["cloud"].models = ending
    assert deck.discover().expiring == ("cloud/soon", "cloud/late")


# whether a model had enough


def use(deck: Deck, model: str, times: int) -> None:
    for _ in range(times):
        deck.record(task="chat", model=model, success=True)


def test_a_free_model_has_had_enough_at_its_limit(deck: Deck) -> None:
    use(deck, FREE.id, 2)
    assert deck.is_rate_limited(FREE.id, limit=2)
    assert deck.is_rate_limited("gratis:free", limit=2)
    assert not deck.is_rate_limited(FREE.id, limit=3)
    assert not deck.is_rate_limited(FREE.id)


def test_free_models_of_one_provider_share_their_quota(stocked: World) -> None:
    stocked.add("cloud", PAID, FREE, free_model("cloud/other:free"), free_model("cloud/zero"))
    with Deck(stocked.parts()) as deck:
        use(deck, "cloud/other:free", 2)
        assert deck.is_rate_limited(FREE.id, limit=2)
        assert not deck.is_rate_limited("cloud/zero", limit=2)


def test_yesterday_does_not_count(stocked: World, deck: Deck) -> None:
    use(deck, FREE.id, 2)
    stocked.clock.advance(timedelta(hours=11, minutes=59).total_seconds())
    assert deck.is_rate_limited(FREE.id, limit=2)
    stocked.clock.advance(120)
    assert not deck.is_rate_limited(FREE.id, limit=2)


def test_paid_and_local_models_are_limited_by_their_provider_alone(stocked: World, deck: Deck) -> None:
    use(deck, PAID.id, 3)
    use(deck, HOME.id, 3)
    assert not deck.is_rate_limited(PAID.id, limit=2)
    assert not deck.is_rate_limited(HOME.id, limit=2)
    stocked.limits.put_quota(Quota("cloud", "requests_minute", 9, None, 0, START + timedelta(minutes=1)))
    assert deck.is_rate_limited(PAID.id)


def test_a_name_that_nobody_lists_is_counted_as_it_is(deck: Deck) -> None:
    use(deck, "what nobody lists", 2)
    assert deck.is_rate_limited("what nobody lists", limit=2)
    assert not deck.is_rate_limited("something else", limit=2)
