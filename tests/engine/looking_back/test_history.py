"""Ratings, and what they do to the quality of a model."""

from collections.abc import Iterator
from typing import Any

import pytest

from fakes import World, failure, make_model, reply
from modeldeck.domain.errors import ErrorKind, UsageError
from modeldeck.domain.settings import ModelSettings, SelectionSettings, Settings
from modeldeck.engine.deck import Deck

PAID = make_model("cloud/paid", price=("1", "2"))
OTHER = make_model("cloud/other", price=("1", "2"))


@pytest.fixture
def stocked(world: World) -> World:
    world.add("cloud", PAID, OTHER)
    return world


@pytest.fixture
def deck(stocked: World) -> Iterator[Deck]:
    with Deck(stocked.parts()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "value"), [("good", 1.0), ("bad", 0.0), (0.25, 0.25), ("0.25", 0.25), (1, 1.0), (0, 0.0)]
)
def test_a_rating_is_a_word_or_a_number(deck: Deck, given: Any, value: float) -> None:
    run = deck.ask("Hello", model=PAID.id).run
    rating = deck.history.rate(run, given)
    assert (rating.run, rating.rating, rating.model) == (run, value, PAID.id)
    assert (rating.task, rating.specialization) == ("default", "chat")


@pytest.mark.parametrize("given", ["great", "", -0.1, 1.1, float("nan"), "inf"])
def test_anything_else_is_refused_and_nothing_is_kept(stocked: World, deck: Deck, given: Any) -> None:
    deck.ask("Hello")
    with pytest.raises(UsageError, match="There is no rating") as caught:
        deck.history.rate(None, given)
    assert caught.value.hint == "Allowed: good, bad, or a number from 0 to 1."
    assert stocked.ratings.by_run == {}


def test_no_name_means_the_newest_run_and_the_last_word_counts(stocked: World, deck: Deck) -> None:
    deck.ask("First")
    newest = deck.ask("Second").run
    deck.history.rate(None, "good")
    deck.history.rate(newest, "bad")
    assert {run: rating.rating for run, rating in stocked.ratings.by_run.items()} == {newest: 0.0}


def test_an_unknown_run_is_refused_with_the_newest_ones(deck: Deck) -> None:
    with pytest.raises(UsageError, match="There is no run yet"):
        deck.history.rate(None, "good")
    run = deck.ask("Hello").run
    with pytest.raises(UsageError, match="There is no run 'nonsense'") as caught:
        deck.history.rate("nonsense", "good")
    assert caught.value.hint == f"The newest are {run}."


def test_the_model_that_answered_is_rated_not_the_one_that_was_chosen(stocked: World, deck: Deck) -> None:
    stocked.providers["cloud"].scripts["paid"] = [[failure(ErrorKind.OVERLOADED)]]
    stocked.providers["cloud"].scripts["other"] = [reply("Hello.")]
    run = deck.ask("Hello", preferred=PAID.id).run
    assert deck.history.rate(run, "good").model == OTHER.id


def test_a_rating_is_worth_a_tenth_of_the_estimate(deck: Deck) -> None:
    before = deck.standing.quality(PAID).value
    deck.ask("Hello", model=PAID.id)
    deck.history.rate(None, "good")
    after = deck.standing.quality(PAID)
    assert after.value == pytest.approx((10 * before + 1) / 11)
    assert after.origin == "own votes"
    assert deck.standing.quality(OTHER).origin == "estimated"


def test_ratings_of_an_earlier_process_count(stocked: World, deck: Deck) -> None:
    deck.ask("Hello", model=PAID.id)
    deck.history.rate(None, "bad")
    with Deck(stocked.parts()) as later:
        assert later.standing.quality(PAID) == deck.standing.quality(PAID)


def test_many_bad_ratings_change_the_choice(deck: Deck) -> None:
    first = deck.select("Hello there").model
    for _ in range(12):
        run = deck.ask("Hello there", model=first).run
        deck.history.rate(run, "bad")
    assert deck.select("Hello there").model != first


def test_without_learning_ratings_are_kept_and_change_nothing(stocked: World) -> None:
    stocked.settings = Settings(selection=SelectionSettings(learning=False))
    with Deck(stocked.parts()) as deck:
        before = deck.standing.quality(PAID)
        deck.ask("Hello", model=PAID.id)
        deck.history.rate(None, "bad")
        assert deck.standing.quality(PAID) == before
    assert len(stocked.ratings.by_run) == 1


def test_a_persons_own_quality_goes_before_their_ratings(stocked: World) -> None:
    stocked.settings = Settings(models={PAID.id: ModelSettings(quality=0.9)})
    with Deck(stocked.parts()) as deck:
        deck.ask("Hello", model=PAID.id)
        deck.history.rate(None, "bad")
        shown = deck.catalog.get(PAID.id)
        assert shown is not None
        assert deck.standing.quality(shown) == (0.9, "user")


def test_a_selection_tells_where_ratings_count(deck: Deck) -> None:
    for times in (1, 2):
        deck.history.rate(deck.ask("Hello", model=PAID.id).run, "good")
        selection = deck.select("Hello")
        assert selection.model == PAID.id
        assert selection.factors["own votes"] == 1.0
        assert ("your rating counts", "your 2 ratings count")[times - 1] in selection.reason
    other = next(candidate for candidate in selection.candidates if candidate.model == OTHER.id)
    assert "own votes" not in other.factors


def test_a_persons_own_quality_needs_no_ratings_told(stocked: World) -> None:
    stocked.settings = Settings(models={PAID.id: ModelSettings(quality=0.9)})
    with Deck(stocked.parts()) as deck:
        deck.history.rate(deck.ask("Hello", model=PAID.id).run, "good")
        selection = deck.select("Hello")
        assert "own votes" not in selection.factors
        assert "rating" not in selection.reason
