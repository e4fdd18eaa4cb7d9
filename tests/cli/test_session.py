"""What every command that needs the lists says about fetching them."""

from dataclasses import replace

import pytest

from fake_references import Library
from fake_terminal import Terminal
from fakes import World, failure
from modeldeck.domain.errors import ErrorKind


def test_facts_that_could_not_be_had_are_a_note_and_no_failure(
    cli: Terminal, market: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(market.clock)
    library.collection.failure = failure(ErrorKind.OVERLOADED, "It is closed.")
    parts = replace(market.parts(), references=library)
    monkeypatch.setattr(market, "parts", lambda: parts)
    result = cli("list", "--refresh", "--json")
    assert result.code == 0
    assert "Facts of collection were not brought up to date: It is closed." in result.err
    assert len(result.json) == 6
