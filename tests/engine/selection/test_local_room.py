"""How many local models may be loaded, and how many may answer at once."""

import asyncio
from contextlib import aclosing

import pytest

from fakes import Hang, World, local_model, make_model
from modeldeck.domain.errors import LimitError, NothingSelectableError
from modeldeck.domain.hardware import LoadedModel
from modeldeck.domain.run import AttemptStarted
from modeldeck.domain.settings import LocalSettings, Settings
from modeldeck.engine.deck import Deck

SMALL, LARGE, THIRD = (
    local_model(f"home/{name}", quality=quality) for name, quality in (("s", 0.5), ("l", 0.9), ("t", 0.8))
)
PAID = make_model("cloud/paid", quality=0.6)


@pytest.fixture
def house(world: World) -> World:
    world.add("home", SMALL, LARGE, THIRD, local=True)
    world.add("cloud", PAID)
    return world


def reasons(deck: Deck) -> dict[str, str]:
    return {each.model: each.reason for each in deck.select("Hello").rejected}


def test_while_enough_models_are_loaded_others_are_not_loaded_beside_them(house: World) -> None:
    house.settings = Settings(local=LocalSettings(max_loaded=2))
    house.providers["home"].in_memory = (LoadedModel(SMALL.id), LoadedModel(THIRD.id))
    with Deck(house.parts()) as deck:
        assert deck.select("Hello").model == THIRD.id
        assert reasons(deck) == {LARGE.id: "2 of 2 local models loaded"}
        with pytest.raises(NothingSelectableError, match="2 of 2 local models loaded"):
            deck.ask("Hello", model=LARGE.id)


def test_there_is_room_while_fewer_are_loaded(house: World) -> None:
    house.settings = Settings(local=LocalSettings(max_loaded=2))
    house.providers["home"].in_memory = (LoadedModel(SMALL.id),)
    with Deck(house.parts()) as deck:
        assert deck.ask("Hello").model == LARGE.id


def test_what_is_loaded_is_looked_at_again_after_a_while(house: World) -> None:
    house.settings = Settings(local=LocalSettings(max_loaded=1))
    house.providers["home"].in_memory = (LoadedModel(SMALL.id),)
    with Deck(house.parts()) as deck:
        assert deck.select("Hello").model == SMALL.id
        house.providers["home"].in_memory = ()
        house.clock.advance(60)
        assert deck.select("Hello").model == LARGE.id


async def test_while_enough_local_attempts_run_no_other_is_begun(house: World) -> None:
    house.settings = Settings(local=LocalSettings(max_parallel=1))
    house.providers["home"].scripts["l"] = [[Hang()]]
    with Deck(house.parts()) as deck:
        async with aclosing(deck.run("Hello")) as events:
            async for event in events:
                if isinstance(event, AttemptStarted):
                    break
            assert deck.select("Hello").model == PAID.id
            assert set(reasons(deck).values()) == {"1 of 1 local models busy"}
            with pytest.raises(NothingSelectableError, match="1 of 1 local models busy"):
                deck.select("Hello", model=SMALL.id)
        assert deck.select("Hello").model == LARGE.id
        await deck.disconnect()


async def test_two_runs_that_begin_together_do_not_both_get_the_last_place(house: World) -> None:
    house.settings = Settings(local=LocalSettings(max_parallel=1))
    with Deck(house.parts()) as deck:

        async def run() -> str:
            try:
                async for event in deck.run("Hello", model=SMALL.id):
                    if isinstance(event, AttemptStarted):
                        await asyncio.sleep(0)
            except (LimitError, NothingSelectableError) as error:
                return error.message
            return "answered"

        outcomes = await asyncio.gather(run(), run())
        await deck.disconnect()
    assert "answered" in outcomes
    assert any("1 of 1 local models busy" in outcome for outcome in outcomes)


def test_without_a_limit_nobody_is_asked_what_is_loaded(house: World) -> None:
    async def must_not_be_asked() -> tuple[LoadedModel, ...]:
        raise AssertionError

    house.providers["home"].loaded = must_not_be_asked  # type: ignore[method-assign]  # a trap, not a double
    with Deck(house.parts()) as deck:
        assert deck.ask("Hello").model == LARGE.id
