from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from fakes import World, failure, free_model, make_model, reply
from modeldeck.domain.errors import ErrorKind, UnknownModelError
from modeldeck.domain.settings import BudgetSettings
from modeldeck.domain.usage import RunKind
from modeldeck.engine.deck import Deck
from modeldeck.engine.running.probing import PROBE_TOKENS


@pytest.fixture
def deck(world: World) -> Iterator[Deck]:
    world.add(
        "cloud",
        make_model("cloud/dear", price=("100", "100")),
        free_model("cloud/gratis:free"),
        make_model("cloud/busy"),
        make_model("cloud/gone"),
        scripts={
            "gratis:free": [reply("ok")],
            "busy": [[failure(ErrorKind.RATE_MINUTE, "slow down", retry_after_s=5.0)], reply("too late")],
            "gone": [[failure(ErrorKind.NOT_FOUND, "no such model")]],
        },
    )
    world.add("locked", make_model("locked/one"), needs_key=True, has_key=False)
    with Deck(world.parts()) as deck:
        yield deck


def test_every_probe_is_answered_in_its_place(deck: Deck) -> None:
    probes = deck.probe(["cloud/gone", "gratis:free", "cloud/busy", "locked/one"])
    assert [(probe.model, probe.ok) for probe in probes] == [
        ("cloud/gone", False),
        ("cloud/gratis:free", True),
        ("cloud/busy", False),
        ("locked/one", False),
    ]
    assert probes[0].error == "no such model"
    assert probes[1].ttft_ms is not None
    assert probes[3].error is not None
    assert "key" in probes[3].error


def test_a_probe_waits_for_nothing(deck: Deck, world: World) -> None:
    started = world.clock.monotonic()
    (probe,) = deck.probe(["cloud/busy"])
    assert (probe.ok, probe.error) == (False, "slow down")
    assert world.clock.monotonic() - started < 5


def test_probes_are_small_and_runs_of_their_own_kind(deck: Deck, world: World) -> None:
    deck.probe(["gratis:free"])
    call = world.providers["cloud"].calls[-1]
    assert call.params.max_tokens == PROBE_TOKENS
    assert {record.kind for record in world.ledger.records.values()} == {RunKind.PROBE}


def test_a_budget_stops_a_probe_before_it_is_sent(world: World) -> None:
    world.settings = replace(world.settings, budget=BudgetSettings(day_usd=Decimal("0.00001")))
    world.add("cloud", make_model("cloud/dear", price=("100", "100")))
    with Deck(world.parts()) as deck:
        (probe,) = deck.probe(["cloud/dear"])
    assert not probe.ok
    assert world.providers["cloud"].calls == []


def test_an_unknown_name_is_refused(deck: Deck) -> None:
    with pytest.raises(UnknownModelError):
        deck.probe(["nobody-knows"])


def test_nothing_to_probe_is_nothing(deck: Deck) -> None:
    assert deck.probe([]) == ()
