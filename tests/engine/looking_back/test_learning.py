"""Learning switched off: nothing is recorded, nothing that was learned counts."""

from fakes import START, World, make_model
from modeldeck.domain.feedback import Rating
from modeldeck.domain.run import Attempt
from modeldeck.domain.settings import SelectionSettings, Settings
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.deck import Deck

GOOD, WORSE = make_model("cloud/good", quality=0.8), make_model("cloud/worse", quality=0.78)
OFF = Settings(selection=SelectionSettings(learning=False))


def bad_days(world: World, model: str) -> None:
    for _ in range(40):
        world.experience.record("chat", "chat", Attempt(model=model, status=AttemptStatus.FAILED), START)


def test_while_it_is_on_attempts_are_recorded_and_count(world: World) -> None:
    world.add("cloud", GOOD, WORSE)
    bad_days(world, GOOD.id)
    with Deck(world.parts()) as deck:
        assert deck.select("Hello", task="chat").model == WORSE.id
        deck.ask("Hello")
    assert len(world.experience.recorded) == 41


def test_while_it_is_off_nothing_is_recorded_and_nothing_learned_counts(world: World) -> None:
    world.add("cloud", GOOD, WORSE)
    bad_days(world, GOOD.id)
    world.settings = OFF
    with Deck(world.parts()) as deck:
        assert deck.select("Hello", task="chat").model == GOOD.id
        deck.ask("Hello")
        deck.record(task="chat", model=GOOD.id, success=False)
    assert len(world.experience.recorded) == 40
    assert len(world.ledger.rows) == 2


def test_ratings_do_not_count_while_it_is_off(world: World) -> None:
    unknown = make_model("cloud/unknown")
    world.add("cloud", unknown)
    world.ratings.put(Rating(run="1", at=START, model=unknown.id, task="chat", specialization="chat", rating=1.0))
    with Deck(world.parts()) as deck:
        assert deck.standing.quality(unknown).origin == "own votes"
    world.settings = OFF
    with Deck(world.parts()) as deck:
        assert deck.standing.quality(unknown).origin == "estimated"
