"""The façade over fakes: asking and running."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from fake_stock import PAID
from fakes import Hang, World, failure, make_model
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import ErrorKind, UnknownModelError
from modeldeck.domain.run import RunFailedError, TextDelta
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.deck import Deck

# asking


def test_ask_works_again_and_again_and_from_many_threads(stocked: World, deck: Deck) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: deck.ask(f"Hello {number}", model=PAID.id), range(12)))
    assert {answer.text for answer in answers} == {"Paid. "}
    assert len({answer.run for answer in answers}) == 12
    assert deck.money.usage("today").totals.requests == 12


async def test_ask_works_inside_a_running_loop(deck: Deck) -> None:
    assert deck.ask("Hello", model=PAID.id).text == "Paid. "


def test_a_failed_answer_is_an_error_that_holds_it(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Half of "), failure(ErrorKind.BROKEN_STREAM, "gone")]]
    with pytest.raises(RunFailedError) as caught:
        deck.ask("Hello", model=PAID.id)
    assert caught.value.message == "The answer of cloud/paid broke off: gone"
    assert caught.value.answer.text == "Half of "


def test_a_wrong_key_names_the_variable_to_set(stocked: World) -> None:
    stocked.add("keyed", make_model("keyed/m"), scripts={"m": [[failure(ErrorKind.AUTH)]]}, needs_key=True)
    with Deck(stocked.parts()) as deck, pytest.raises(RunFailedError) as caught:
        deck.ask("Hello", model="keyed/m")
    assert caught.value.hint == "Set a working key in KEYED_API_KEY."


def test_the_last_of_several_failures_is_told(stocked: World, deck: Deck) -> None:
    for provider in stocked.providers.values():
        for model in provider.models:
            provider.scripts[model.native_id] = [[failure(ErrorKind.MALFORMED, "garbage")]]
    with pytest.raises(RunFailedError, match=r"All 3 models failed; the last was .*: garbage") as caught:
        deck.ask("Hello")
    assert len(caught.value.answer.attempts) == 3


def test_asking_for_too_long_fails_in_time_and_is_settled(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Well, "), Hang()]]
    with pytest.raises(RunFailedError, match="time given") as caught:
        deck.ask("Hello", model=PAID.id, timeout_s=3)
    assert caught.value.answer.text == "Well, "
    assert [row.settled is not None for row in stocked.ledger.rows] == [True]


# running


async def test_leaving_a_run_early_settles_it(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("Well, "), Hang()]]
    events = deck.run("Hello", model=PAID.id)
    async for event in events:
        if isinstance(event, TextDelta):
            break
    await events.aclose()
    assert stocked.providers["cloud"].open_streams == 0
    assert [summary.status for summary in deck.history.runs()] == [AttemptStatus.CANCELLED]


async def test_several_runs_go_on_at_once(stocked: World, deck: Deck) -> None:
    async def collect(number: int) -> str:
        text = ""
        async for event in deck.run(f"Hello {number}", model=PAID.id):
            if isinstance(event, TextDelta):
                text += event.text
        return text

    assert await asyncio.gather(*(collect(number) for number in range(5))) == ["Paid. "] * 5


async def test_a_connection_that_does_not_close_is_logged_and_the_others_are_closed(
    stocked: World, deck: Deck, caplog: pytest.LogCaptureFixture
) -> None:
    stocked.providers["cloud"].close_error = OSError("secret details")
    await deck.disconnect()
    assert stocked.providers["home"].closed_loops == 1
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text


async def test_disconnecting_closes_this_loops_connections(stocked: World, deck: Deck) -> None:
    await deck.disconnect()
    assert [provider.closed_loops for provider in stocked.providers.values()] == [1, 1]


def test_errors_before_the_first_event_are_raised(deck: Deck) -> None:
    async def first() -> None:
        async for _ in deck.run("Hello", model="nonsense"):
            raise AssertionError("nothing may happen")

    with pytest.raises(UnknownModelError):
        asyncio.run(first())
