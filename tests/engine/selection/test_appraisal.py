"""Quality by any name that a model goes by."""

from collections.abc import Iterator

import pytest

from fakes import World, make_model
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Specialization
from modeldeck.domain.quality import NamedQuality
from modeldeck.engine.deck import Deck
from modeldeck.engine.selection.appraisal import appraise

MODEL = make_model("cloud/claude-3.5-sonnet", price=("3", "15"))


@pytest.fixture
def deck(world: World) -> Iterator[Deck]:
    world.add("cloud", MODEL)
    with Deck(world.parts()) as opened:
        yield opened


def ask(deck: Deck, name: str, specialization: str | None = None) -> NamedQuality:
    return appraise(name, specialization, deck.catalog, deck.standing)


@pytest.mark.parametrize(
    "name",
    [
        "cloud/claude-3.5-sonnet",
        "claude-3.5-sonnet",
        "Claude 3.5 Sonnet",
        "claude_3.5_sonnet",
        "Claude 3.5 Sonnet (Oct 2024)",
        "  Claude 3.5  Sonnet ",
    ],
)
def test_a_listed_model_goes_by_many_names(deck: Deck, name: str) -> None:
    found = ask(deck, name)
    assert (found.name, found.model) == (name, MODEL.id)
    assert (found.quality, found.origin) == deck.standing.quality(MODEL)


@pytest.mark.parametrize("name", ["Acme: Big Llama 70B", "Big Llama 70B", "big-llama-70b", "Big Llama 70B (free)"])
def test_a_name_as_people_read_it(world: World, name: str) -> None:
    world.add("cloud", make_model("cloud/acme-bl70-instruct", name="Acme: Big Llama 70B"))
    with Deck(world.parts()) as deck:
        assert ask(deck, name).model == "cloud/acme-bl70-instruct"
        assert ask(deck, "---").model is None


def test_what_nobody_lists_is_judged_by_its_name(deck: Deck) -> None:
    small, large = ask(deck, "Some Model 1B"), ask(deck, "Some Model 400B")
    assert small.model is large.model is None
    assert 0 < small.quality < large.quality < 1
    assert small.origin == large.origin == "estimated"
    assert ask(deck, "cloud/not-listed").model is None


def test_a_kind_of_work_or_in_general(deck: Deck) -> None:
    assert ask(deck, "some-coder-32b", "coding").quality > ask(deck, "some-coder-32b").quality
    assert ask(deck, "some-coder-32b", "coding").specialization is Specialization.CODING
    assert ask(deck, "some-coder-32b").specialization is None


def test_an_estimate_names_no_measurement(deck: Deck) -> None:
    found = ask(deck, MODEL.id)
    assert (found.sources, found.newest) == ((), None)


def test_an_unknown_kind_of_work_and_no_name_are_refused(deck: Deck) -> None:
    with pytest.raises(UsageError, match="There is no specialization 'cooking'") as caught:
        ask(deck, MODEL.id, "cooking")
    assert "coding" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="name is empty"):
        ask(deck, "  ")
