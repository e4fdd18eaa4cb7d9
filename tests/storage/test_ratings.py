from dataclasses import replace

import pytest

from fakes import START
from modeldeck.domain.feedback import Rating
from modeldeck.ports import Votes
from modeldeck.storage.database import Database
from modeldeck.storage.ratings import SqliteRatingStore

RATING = Rating(run="r1", rating=0.75, at=START, model="cloud/a", task="chat", specialization="coding")


@pytest.fixture
def store(database: Database) -> SqliteRatingStore:
    return SqliteRatingStore(database)


def test_nothing_is_rated_at_first(store: SqliteRatingStore) -> None:
    assert store.votes() == ()


def test_ratings_are_summed_per_model_and_specialization(store: SqliteRatingStore) -> None:
    for run, model, specialization, rating in [
        ("r1", "cloud/a", "coding", 1.0),
        ("r2", "cloud/a", "coding", 0.5),
        ("r3", "cloud/a", "math", 0.0),
        ("r4", "home/b", "math", 1.0),
    ]:
        store.put(replace(RATING, run=run, model=model, specialization=specialization, rating=rating))
    assert set(store.votes()) == {
        Votes("cloud/a", "coding", 1.5, 2),
        Votes("cloud/a", "math", 0.0, 1),
        Votes("home/b", "math", 1.0, 1),
    }


def test_a_second_rating_of_a_run_replaces_the_first(store: SqliteRatingStore, database: Database) -> None:
    store.put(RATING)
    store.put(replace(RATING, rating=0.0))
    assert SqliteRatingStore(database).votes() == (Votes("cloud/a", "coding", 0.0, 1),)
