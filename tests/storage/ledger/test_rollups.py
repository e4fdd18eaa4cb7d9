import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_records import DAY, SESSION, an_attempt, an_opening
from fakes import FakeClock
from modeldeck.domain.errors import StorageError
from modeldeck.domain.pricing import UNKNOWN_COST, ZERO, Cost, CostStatus
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus, GroupBy, PeriodName, Totals, Usage
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.rollups import ABOVE_MARK, BATCH, TOTALS, rebuild, usage
from modeldeck.storage.ledger.store import SqliteLedger

Settled = tuple[OpenAttempt, Attempt, Decimal | None]
ENDS = [status for status in AttemptStatus if status is not AttemptStatus.OPEN]
KEYS: dict[GroupBy, Callable[[OpenAttempt], str]] = {
    "model": lambda opened: opened.model,
    "provider": lambda opened: opened.model.partition("/")[0],
    "task": lambda opened: opened.task,
    "tier": lambda opened: opened.tier.value,
    "mode": lambda opened: opened.mode.value,
    "day": lambda opened: opened.day,
}


def mixed(randomness: random.Random) -> Settled:
    """One attempt of any kind."""
    opened = an_opening(
        day=f"2026-{randomness.randint(8, 9):02}-{randomness.randint(1, 28):02}",
        session=randomness.choice([SESSION, "another"]),
        model=randomness.choice(["cloud/a", "cloud/b", "home/c", "élan/d [x]"]),
        task=randomness.choice(["chat", "coding"]),
        tier=randomness.choice(list(Tier)),
        mode=randomness.choice(list(Mode)),
        costs_nothing=randomness.random() < 0.3,
    )
    amount = Decimal(randomness.randrange(10**10)).scaleb(-9)
    cost = randomness.choice([Cost(amount, status) for status in list(CostStatus)[:3]] + [UNKNOWN_COST])
    sent, answered, cached, thought = (randomness.randrange(10**6) for _ in range(4))
    attempt = an_attempt(status=randomness.choice(ENDS), usage=Usage(sent, answered, cached, 0, thought), cost=cost)
    return opened, attempt, randomness.choice([None, amount - 3])


def sums(settled: Sequence[Settled]) -> Totals:
    """The totals, worked out anew from the attempts themselves."""
    attempts = [attempt for _, attempt, _ in settled]
    costs = [attempt.cost for attempt in attempts]
    return Totals(
        requests=len(settled),
        succeeded=sum(attempt.status is AttemptStatus.SUCCEEDED for attempt in attempts),
        input_tokens=sum(attempt.usage.input_tokens for attempt in attempts),
        output_tokens=sum(attempt.usage.output_tokens for attempt in attempts),
        cached_tokens=sum(attempt.usage.cached_tokens for attempt in attempts),
        reasoning_tokens=sum(attempt.usage.reasoning_tokens for attempt in attempts),
        cost_usd=sum((cost.usd for cost in costs if cost.usd is not None), ZERO),
        estimated_usd=sum((c.usd for c in costs if c.usd is not None and c.status is CostStatus.ESTIMATED), ZERO),
        unpriced_requests=sum(cost.usd is None for cost in costs),
        saved_usd=sum((saved for _, _, saved in settled if saved is not None), ZERO),
        free_requests=sum(opened.costs_nothing for opened, _, _ in settled),
    )


def assert_all_sums_agree(ledger: SqliteLedger, settled: Sequence[Settled]) -> None:
    in_period: dict[PeriodName, list[Settled]] = {
        "session": [each for each in settled if each[0].session == SESSION],
        "today": [each for each in settled if each[0].day == DAY],
        "month": [each for each in settled if each[0].day[:7] == DAY[:7]],
        "all": list(settled),
    }
    for period, those in in_period.items():
        assert ledger.totals(period, DAY) == sums(those)
        for by, key in KEYS.items():
            groups = ledger.groups(period, DAY, by)
            expected = {
                name: sums([each for each in those if key(each[0]) == name]) for name in map(key_of(key), those)
            }
            assert {group.key: group.totals for group in groups} == expected


def key_of(key: Callable[[OpenAttempt], str]) -> Callable[[Settled], str]:
    return lambda settled: key(settled[0])


def write(ledger: SqliteLedger, settled: Sequence[Settled], randomness: random.Random) -> None:
    """Open and settle in different orders, as runs side by side do."""
    opened = [(ledger.open_attempt(opening), attempt, saved) for opening, attempt, saved in settled]
    randomness.shuffle(opened)
    for key, attempt, saved in opened:
        ledger.settle_attempt(key, attempt, saved)


def test_totals_equal_the_sum_of_the_rows_over_hundreds_of_mixed_attempts(
    database: Database, ledger: SqliteLedger
) -> None:
    randomness = random.Random(7)
    settled = [mixed(randomness) for _ in range(700)]
    for start in range(0, len(settled), 35):
        write(ledger, settled[start : start + 35], randomness)
    ledger.open_attempt(an_opening())
    assert_all_sums_agree(ledger, settled)
    with database.transaction() as connection:
        rebuild(connection)
    assert_all_sums_agree(ledger, settled)


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, BATCH * 2 + 2), seed=st.integers(0, 2**32))
def test_totals_are_exact_at_any_number_of_attempts(count: int, seed: int) -> None:
    randomness = random.Random(seed)
    settled = [mixed(randomness) for _ in range(count)]
    clock = FakeClock()
    with closing(Database.in_memory(clock)) as database:
        ledger = SqliteLedger(database, clock, SESSION)
        write(ledger, settled, randomness)
        assert ledger.totals("all", DAY) == sums(settled)
        assert ledger.totals("session", DAY) == sums([each for each in settled if each[0].session == SESSION])


def test_threads_and_processes_side_by_side_lose_nothing(database: Database, clock: FakeClock) -> None:
    database.open()
    with closing(Database(database.path, clock)) as second:
        ledgers = [SqliteLedger(database, clock, SESSION), SqliteLedger(second, clock, SESSION)]

        def work(number: int) -> None:
            ledger = ledgers[number % 2]
            for _ in range(40):
                ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(), None)

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
        for ledger in ledgers:
            assert ledger.totals("all", DAY).requests == 240
            assert ledger.totals("all", DAY).cost_usd == Decimal("0.24")


def waiting(database: Database) -> int:
    ((count,),) = database.rows(f"SELECT count(*) FROM attempts WHERE {ABOVE_MARK}")
    return int(count)


def test_only_a_batch_of_rows_waits_for_its_rollup(database: Database, ledger: SqliteLedger) -> None:
    for _ in range(BATCH * 3 + 5):
        ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(), None)
    assert waiting(database) == 5


def test_an_open_row_waits_with_what_came_after_it_and_nothing_is_missed(
    database: Database, ledger: SqliteLedger
) -> None:
    ledger.record_external(an_opening(), an_attempt())
    slow = ledger.open_attempt(an_opening(reserved=Decimal("0.5")))
    for _ in range(BATCH * 2):
        ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(), None)
    assert waiting(database) == BATCH * 2 + 1
    assert (ledger.totals("all", DAY).requests, ledger.reserved()) == (BATCH * 2 + 1, Decimal("0.5"))
    ledger.settle_attempt(slow, an_attempt(), None)
    for _ in range(BATCH):
        ledger.record_external(an_opening(), an_attempt())
    assert waiting(database) < BATCH
    assert ledger.totals("all", DAY).requests == BATCH * 3 + 2


def test_a_rollup_that_cannot_be_written_is_put_off_and_no_settlement_fails(
    ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: object) -> None:
        raise StorageError("The database is locked.")

    with monkeypatch.context() as patch:
        patch.setattr("modeldeck.storage.ledger.rollups.roll_up", refuse)
        for _ in range(BATCH):
            ledger.settle_attempt(ledger.open_attempt(an_opening()), an_attempt(), None)
    assert "put off: The database is locked." in caplog.text
    for _ in range(BATCH):
        ledger.record_external(an_opening(), an_attempt())
    assert ledger.totals("all", DAY).requests == 2 * BATCH


@pytest.mark.parametrize("rollup", ["usage_by_day", "usage_by_model_month", "usage_by_session"])
def test_totals_read_only_the_attempts_above_the_mark(database: Database, rollup: str) -> None:
    plan = database.rows(f"EXPLAIN QUERY PLAN SELECT {TOTALS} FROM {usage(rollup)}")
    assert [step[-1] for step in plan if "attempts" in step[-1]] == [
        "SEARCH attempts USING INTEGER PRIMARY KEY (rowid>?)"
    ]
