from datetime import timedelta
from decimal import Decimal

import pytest

from fake_records import MODEL, an_attempt
from fakes import START
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.pricing import UNKNOWN_COST, Cost, CostStatus
from modeldeck.domain.usage import AttemptStatus
from modeldeck.storage.database import Database
from modeldeck.storage.experience import SqliteExperienceStore


@pytest.fixture
def store(database: Database) -> SqliteExperienceStore:
    return SqliteExperienceStore(database)


def failed(kind: ErrorKind | None) -> dict[str, AttemptStatus | Failure | None]:
    return {"status": AttemptStatus.FAILED, "failure": None if kind is None else Failure(kind, "no")}


def test_nothing_is_known_before_the_first_attempt(store: SqliteExperienceStore) -> None:
    assert store.all() == {}
    assert store.by_task("chat") == {}


def test_means_are_over_successes_whose_value_is_known(store: SqliteExperienceStore) -> None:
    store.record("chat", "chat", an_attempt(latency_ms=100.0, cost=Cost(Decimal("0.001"), CostStatus.REPORTED)), START)
    store.record("chat", "qa", an_attempt(latency_ms=300.0, ttft_ms=None, cost=UNKNOWN_COST), START)
    store.record("chat", "chat", an_attempt(latency_ms=9000.0, **failed(ErrorKind.TIMEOUT)), START)
    known = store.all()[MODEL]
    assert (known.calls, known.successes) == (3, 2)
    assert (known.latency_ms, known.ttft_ms, known.tokens_per_second) == (200.0, 150.0, 60.0)
    assert known.cost_usd == Decimal("0.001")
    assert known.success_rate == pytest.approx(2 / 3)


def test_a_model_that_only_failed_has_no_means(store: SqliteExperienceStore) -> None:
    store.record("chat", "chat", an_attempt(**failed(ErrorKind.OVERLOADED)), START)
    known = store.all()[MODEL]
    assert (known.calls, known.successes, known.latency_ms, known.cost_usd) == (1, 0, None, None)


def test_tasks_are_kept_apart_and_summed_over_all(store: SqliteExperienceStore) -> None:
    later = START + timedelta(hours=1)
    store.record("coding", "coding", an_attempt(), later)
    store.record("chat", "chat", an_attempt(), START)
    store.record("chat", "chat", an_attempt(model="home/b"), START)
    assert {model: known.calls for model, known in store.all().items()} == {MODEL: 2, "home/b": 1}
    assert store.all()[MODEL].last_used == later
    by_task = store.by_task("chat")
    assert (by_task[MODEL].task, by_task[MODEL].calls, by_task[MODEL].last_used) == ("chat", 1, START)


@pytest.mark.parametrize("kind", [*ErrorKind, None])
def test_only_the_models_own_failures_count_against_it(store: SqliteExperienceStore, kind: ErrorKind | None) -> None:
    store.record("chat", "chat", an_attempt(**failed(kind)), START)
    persons_side = {ErrorKind.AUTH, ErrorKind.CREDIT, ErrorKind.PARAMETER, ErrorKind.CONTEXT}
    assert (MODEL in store.all()) == (kind not in persons_side)


@pytest.mark.parametrize("status", [AttemptStatus.CANCELLED, AttemptStatus.INTERRUPTED])
def test_a_stopped_attempt_says_nothing_about_the_model(store: SqliteExperienceStore, status: AttemptStatus) -> None:
    store.record("chat", "chat", an_attempt(status=status), START)
    assert store.all() == {}
