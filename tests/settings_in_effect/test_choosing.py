"""What stands in config.toml is what happens: which model is chosen, and what comes behind it."""

import pytest

from fake_shop import GRATIS, HOME, OTHER, PAID, Open, chain, reasons
from fakes import World, failure, make_model, reply
from modeldeck.domain.errors import ErrorKind, NothingSelectableError
from modeldeck.domain.run import RunFailedError
from modeldeck.domain.state import DeckState

# [selection]


def test_default_model_is_preferred_where_nothing_else_was_said(opened: Open) -> None:
    with opened("selection.default_model = 'other/third'") as deck:
        assert deck.select("Hello").model == OTHER.id
        assert deck.select("Hello", mode="auto").model == GRATIS.id


def test_last_resort_ends_every_chain(opened: Open) -> None:
    with opened("selection.last_resort = 'home/llama:8b'\nselection.free_first = false") as deck:
        assert chain(deck)[-1] == HOME.id
        assert chain(deck, preferred=OTHER.id)[-1] == HOME.id


def test_last_resort_is_reached_by_the_last_attempt(opened: Open, shop: World) -> None:
    for provider in shop.providers.values():
        provider.scripts = {model.native_id: [[failure(ErrorKind.UNREACHABLE)]] for model in provider.models}
    shop.providers["home"].scripts = {}
    with opened(
        "selection.last_resort = 'home/llama:8b'\nselection.free_first = false\nfallback.max_retries = 1"
    ) as deck:
        assert [attempt.model for attempt in deck.ask("Hello").attempts][1:] == [HOME.id]


def test_last_resort_may_be_used_during_its_cooldown(opened: Open, shop: World) -> None:
    for provider in shop.providers.values():
        provider.scripts = {model.native_id: [[failure(ErrorKind.OVERLOADED)]] for model in provider.models}
    shop.providers["home"].scripts["llama:8b"] = [[failure(ErrorKind.OVERLOADED)], reply("At last.")]
    with opened("selection.last_resort = 'home/llama:8b'\nfallback.max_retries = 9\nfallback.max_wait_s = 0") as deck:
        with pytest.raises(RunFailedError):
            deck.ask("Hello")
        found = deck.select("Hello")
        assert found.model == HOME.id
        assert "last resort" in found.reason
        assert deck.ask("Hello").text == "At last. "


def test_last_resort_does_not_break_a_used_up_rate_limit(opened: Open) -> None:
    with opened("selection.last_resort = 'home/llama:8b'\nlimits.requests_day = 1") as deck:
        deck.ask("Hello")
        with pytest.raises(NothingSelectableError, match="quota of all requests"):
            deck.select("Hello")


def test_fallback_mode_none_is_an_error_instead_of_another_model(opened: Open, shop: World) -> None:
    shop.providers["other"].change_info(needs_key=True, has_key=False)
    with opened("selection.fallback_mode = 'none'") as deck, pytest.raises(NothingSelectableError, match="no key"):
        deck.select("Hello", preferred=OTHER.id)


def test_favourite_bonus_decides_between_near_equals(opened: Open, shop: World) -> None:
    shop.state_file.state = DeckState(favourites=(OTHER.id,))
    with opened("selection = { free_first = false, favourite_bonus = 0.3 }") as deck:
        found = deck.select("Hello")
    assert found.model == OTHER.id
    assert found.factors["favourite"] == 0.3
    assert "being a favourite" in found.reason


def test_weights_of_a_strategy(opened: Open) -> None:
    with opened(
        """
        [selection]
        free_first = false
        [selection.weights.balanced]
        quality = 1
        success = 0
        cost = 0
        speed = 0
        load = 0
        """
    ) as deck:
        assert deck.select("Hello").model == PAID.id


# [fallback]


def test_fallback_switched_off_leaves_no_chain(opened: Open, shop: World) -> None:
    shop.providers["cloud"].scripts["gratis:free"] = [[failure(ErrorKind.UNREACHABLE)]]
    with opened("fallback.enabled = false") as deck:
        assert deck.select("Hello").fallback_chain == ()
        with pytest.raises(RunFailedError) as caught:
            deck.ask("Hello")
    assert len(caught.value.answer.attempts) == 1


def test_fallback_strategy_orders_what_comes_behind(opened: Open) -> None:
    text = "selection.free_first = false\nfallback = { strategy = 'cost', prefer_different_provider = false }"
    with opened(text) as deck:
        assert chain(deck, strategy="quality") == (PAID.id, GRATIS.id, HOME.id, OTHER.id)


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_max_retries_counts_the_attempts_after_the_first(opened: Open, shop: World, retries: int) -> None:
    for provider in shop.providers.values():
        provider.scripts = {model.native_id: [[failure(ErrorKind.UNREACHABLE)]] for model in provider.models}
    with opened(f"fallback.max_retries = {retries}") as deck, pytest.raises(RunFailedError) as caught:
        deck.ask("Hello")
    assert len(caught.value.answer.attempts) == retries + 1


def test_exclude_failed_minutes_caps_the_cooldown(opened: Open, shop: World) -> None:
    shop.providers["cloud"].scripts["gratis:free"] = [[failure(ErrorKind.UNREACHABLE)]]
    with opened("fallback.exclude_failed_minutes = 0.05") as deck:
        deck.ask("Hello")
        assert reasons(deck)[GRATIS.id] == "cooldown 3 s"
        shop.clock.advance(3)
        assert deck.select("Hello").model == GRATIS.id


@pytest.mark.parametrize(("prefer", "second"), [("true", OTHER.id), ("false", "cloud/second")])
def test_prefer_different_provider(opened: Open, shop: World, prefer: str, second: str) -> None:
    shop.add("cloud", PAID, make_model("cloud/second", quality=0.75))
    shop.providers.pop("home")
    with opened(f"fallback.prefer_different_provider = {prefer}") as deck:
        assert chain(deck)[:2] == (PAID.id, second)
