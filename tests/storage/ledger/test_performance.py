from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fake_records import MODEL, a_run, an_attempt, an_opening
from fakes import START
from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.pricing import UNKNOWN_COST, Cost, CostStatus
from modeldeck.domain.usage import AttemptStatus
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.store import SqliteLedger

HOUR = timedelta(hours=1)


def put(ledger: SqliteLedger, at: datetime, **fields: Any) -> None:
    model = fields.get("model", MODEL)
    ledger.settle_attempt(ledger.open_attempt(an_opening(at=at, model=model)), an_attempt(**fields), None)


def failed(kind: ErrorKind) -> dict[str, Any]:
    return {"status": AttemptStatus.FAILED, "failure": Failure(kind, "no"), "latency_ms": 9000.0}


def test_an_empty_ledger_has_done_nothing(ledger: SqliteLedger) -> None:
    found = ledger.performance(START - HOUR, START)
    assert (found.requests, found.success_rate, found.avg_latency_ms, found.cost_usd) == (0, None, None, Decimal(0))
    assert ledger.performances(START - HOUR, START) == ()


def test_only_settled_attempts_inside_the_window_count(ledger: SqliteLedger) -> None:
    for minutes in (-61, -60, -1, 0, 1):
        put(ledger, START + timedelta(minutes=minutes))
    ledger.open_attempt(an_opening(at=START))
    assert ledger.performance(START - HOUR, START).requests == 3


def test_means_are_over_successes_and_sums_over_all(ledger: SqliteLedger) -> None:
    put(ledger, START, latency_ms=100.0, ttft_ms=None)
    put(ledger, START, latency_ms=300.0, cost=UNKNOWN_COST)
    put(ledger, START, **failed(ErrorKind.TIMEOUT))
    put(ledger, START, status=AttemptStatus.CANCELLED, latency_ms=1.0)
    found = ledger.performance(START - HOUR, START)
    assert (found.requests, found.succeeded, found.failed) == (4, 2, 1)
    assert found.success_rate == pytest.approx(2 / 3)
    assert (found.avg_latency_ms, found.avg_ttft_ms, found.avg_tokens_per_second) == (200.0, 150.0, 60.0)
    assert (found.input_tokens, found.output_tokens, found.cost_usd) == (400, 160, Decimal("0.003"))
    assert (found.estimated_usd, found.unpriced_requests) == (Decimal(0), 1)


def test_the_estimated_part_of_the_cost_is_told(ledger: SqliteLedger) -> None:
    put(ledger, START)
    put(ledger, START, cost=Cost(Decimal("0.5"), CostStatus.ESTIMATED))
    assert ledger.performance(START - HOUR, START).estimated_usd == Decimal("0.5")


def test_each_model_for_itself_the_most_used_first(ledger: SqliteLedger) -> None:
    put(ledger, START, model="home/b", **failed(ErrorKind.OVERLOADED))
    put(ledger, START)
    put(ledger, START, **failed(ErrorKind.TIMEOUT))
    put(ledger, START, **failed(ErrorKind.TIMEOUT))
    put(ledger, START, **failed(ErrorKind.EMPTY))
    first, second = ledger.performances(START - HOUR, START)
    assert (first.model, first.requests, list(first.errors.items())) == (MODEL, 4, [("timeout", 2), ("empty", 1)])
    assert (second.model, second.errors) == ("home/b", {"overloaded": 1})
    assert ledger.performance(START - HOUR, START, "home/b") == second
    assert ledger.performance(START - HOUR, START).errors == {"timeout": 2, "empty": 1, "overloaded": 1}


def test_the_last_model_of_a_run_is_the_one_that_answered(ledger: SqliteLedger) -> None:
    assert ledger.last_model("run-1") is None
    ledger.open_attempt(an_opening(model="cloud/before"))
    ledger.start_run(a_run())
    ledger.open_attempt(an_opening(model="cloud/a", number=1))
    ledger.open_attempt(an_opening(model="cloud/b", number=2))
    assert ledger.last_model("run-1") == "cloud/b"


def test_past_runs_know_their_rating(ledger: SqliteLedger, database: Database) -> None:
    ledger.start_run(a_run())
    assert ledger.runs(1)[0].rating is None
    database.execute(
        "INSERT INTO ratings (run, at, model, task, specialization, rating) VALUES ('run-1', '', '', '', '', 0.5)"
    )
    assert ledger.runs(1)[0].rating == 0.5
