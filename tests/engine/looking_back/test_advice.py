"""Recommendations: each from a fact, none without one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fakes import START, World, free_model, local_model, make_model
from modeldeck.domain.advice import AdviceKind, Recommendation
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.settings import BudgetSettings, Settings, TaskBudget
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck

PAID = make_model("cloud/paid", price=("1", "2"))


def advice(world: World) -> tuple[Recommendation, ...]:
    with Deck(world.parts()) as deck:
        return deck.recommendations()


def assign(world: World, task: str, model: str) -> None:
    world.state_file.state = DeckState(assignments={task: Assignment(mode=Mode.MANUAL, model=model)})


@pytest.fixture
def stocked(world: World) -> World:
    world.add("cloud", PAID, needs_key=True)
    return world


def test_a_deck_in_order_needs_no_advice(stocked: World) -> None:
    assign(stocked, "coding", PAID.id)
    assert advice(stocked) == ()


def test_no_key_at_all(world: World) -> None:
    world.add("cloud", PAID, needs_key=True, has_key=False)
    (found,) = advice(world)
    assert found.kind is AdviceKind.NO_MODEL
    assert "Set one of CLOUD_API_KEY" in found.suggestion


def test_nothing_but_a_local_model_is_something(world: World) -> None:
    world.add("home", local_model(), local=True)
    world.add("cloud", PAID, needs_key=True, has_key=False)
    assert advice(world) == ()


def test_a_budget_near_its_limit(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(day_usd=Decimal(1)))
    with Deck(stocked.parts()) as deck:
        deck.record(task="chat", model=PAID.id, success=True, cost=Decimal("0.79"))
        assert deck.recommendations() == ()
        deck.record(task="chat", model=PAID.id, success=True, cost=Decimal("0.03"))
        (found,) = deck.recommendations()
    assert (found.kind, found.text) == (AdviceKind.BUDGET, "82% of the day budget is spent: $0.82 of $1.00.")


def test_the_budget_of_a_task(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(tasks={"chat": TaskBudget(day_usd=Decimal(1))}))
    with Deck(stocked.parts()) as deck:
        deck.record(task="chat", model=PAID.id, success=True, cost=Decimal("0.9"))
        (found,) = deck.recommendations()
    assert found.text.startswith("90% of the")
    assert "chat" in found.text
    assert "[budget.tasks.chat] day_usd" in found.suggestion


def test_a_tasks_model_that_free_only_rules_out(stocked: World) -> None:
    stocked.providers["cloud"].change_info(free_only=True)
    stocked.add("home", local_model(), local=True)
    assign(stocked, "coding", "paid")
    (found,) = advice(stocked)
    assert (found.kind, found.model, found.task) == (AdviceKind.GONE, PAID.id, "coding")
    assert found.text == "Task coding is set to cloud/paid, which free_only of cloud rules out."


@pytest.mark.parametrize("gone", ["cloud/gone", "nonsense"])
def test_a_tasks_model_that_nobody_lists(stocked: World, gone: str) -> None:
    assign(stocked, "coding", gone)
    (found,) = advice(stocked)
    assert (found.kind, found.model, found.task) == (AdviceKind.GONE, gone, "coding")
    assert "`modeldeck assign coding MODEL`" in found.suggestion


def test_a_model_of_a_provider_that_never_gave_its_list_is_not_gone(stocked: World) -> None:
    stocked.cache.listings.clear()
    stocked.add("other", make_model("other/one"))
    assign(stocked, "coding", "cloud/brand-new")
    assert advice(stocked) == ()


def test_a_tasks_model_without_its_key(stocked: World) -> None:
    stocked.add("keyless", make_model("keyless/one"), needs_key=True, has_key=False)
    assign(stocked, "coding", "keyless/one")
    (found,) = advice(stocked)
    assert found.kind is AdviceKind.NO_KEY
    assert "KEYLESS_API_KEY" in found.suggestion


@pytest.mark.parametrize(("days", "kinds"), [(15, []), (14, [AdviceKind.EXPIRING]), (0, [AdviceKind.EXPIRING])])
def test_a_tasks_model_that_ends_soon(stocked: World, days: int, kinds: list[AdviceKind]) -> None:
    ending = make_model("cloud/ending", expires=(START + timedelta(days=days)).date())
    stocked.add("cloud", PAID, ending)
    assign(stocked, "coding", ending.id)
    assert [found.kind for found in advice(stocked)] == kinds


@pytest.mark.parametrize(
    ("outcomes", "kinds"),
    [
        ([False] * 4, []),
        ([False] * 5, [AdviceKind.FAILING]),
        ([False, True] * 3, [AdviceKind.FAILING]),
        ([False, True, True] * 3, []),
    ],
)
def test_a_model_that_fails_often(stocked: World, outcomes: list[bool], kinds: list[AdviceKind]) -> None:
    with Deck(stocked.parts()) as deck:
        for success in outcomes:
            deck.record(task="chat", model=PAID.id, success=success)
        found = deck.recommendations()
        assert [one.kind for one in found] == kinds
        assert all("mostly" not in one.text for one in found)  # nobody said why
        stocked.clock.advance(25 * 3600)
        assert deck.recommendations() == ()


def test_a_paid_model_in_use_where_an_equally_good_one_costs_nothing(stocked: World) -> None:
    twin = free_model("cloud/paid:free")
    stocked.add("cloud", PAID, twin)
    with Deck(stocked.parts()) as deck:
        for _ in range(9):
            deck.record(task="chat", model=PAID.id, success=True, cost=0.01)
        assert deck.recommendations() == ()
        deck.record(task="chat", model=PAID.id, success=True, cost=0.01)
        (found,) = deck.recommendations()
    assert (found.kind, found.model) == (AdviceKind.FREE_ALTERNATIVE, PAID.id)
    assert found.suggestion == f"Try {twin.id} instead."


def test_a_better_paid_model_is_left_alone(stocked: World) -> None:
    stocked.add("cloud", make_model("cloud/strong-400b", price=("10", "30")), free_model("cloud/weak-1b:free"))
    with Deck(stocked.parts()) as deck:
        for _ in range(20):
            deck.record(task="chat", model="cloud/strong-400b", success=True, cost=0.01)
        assert deck.recommendations() == ()


def test_a_tasks_model_whose_price_changed_while_the_deck_was_open(stocked: World) -> None:
    assign(stocked, "coding", PAID.id)
    with Deck(stocked.parts()) as deck:
        dearer = Pricing(Decimal("0.000002"), Decimal("0.000002"))
        stocked.providers["cloud"].models = [PAID._replace(pricing=dearer)]
        deck.discover()
        (found,) = deck.recommendations()
    assert found.kind is AdviceKind.REPRICED
    assert "from $1.00 in and $2.00 out to $2.00 in and $2.00 out per million tokens" in found.text


def test_the_most_urgent_comes_first(stocked: World) -> None:
    stocked.settings = Settings(budget=BudgetSettings(day_usd=Decimal("0.1")))
    assign(stocked, "coding", "nonsense")
    with Deck(stocked.parts()) as deck:
        for _ in range(5):
            deck.record(task="chat", model=PAID.id, success=False, cost=0.1)
        kinds = [found.kind for found in deck.recommendations()]
    assert kinds == [AdviceKind.BUDGET, AdviceKind.GONE, AdviceKind.FAILING]
