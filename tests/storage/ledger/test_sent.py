"""The newest attempts, as rate limits count them."""

from datetime import timedelta

from fake_records import MODEL, an_attempt, an_opening
from fakes import START
from modeldeck.domain.usage import Usage
from modeldeck.ports import Sent
from modeldeck.storage.database import Database
from modeldeck.storage.ledger.store import SqliteLedger


def test_attempts_since_a_time_in_the_order_of_their_keys(ledger: SqliteLedger) -> None:
    keys = [ledger.open_attempt(an_opening(at=START + timedelta(hours=hours))) for hours in range(4)]
    found = ledger.sent(START + timedelta(hours=2))
    assert [sent.key for sent in found] == keys[2:]


def test_an_open_attempt_counts_its_estimate_and_a_settled_one_what_it_used(ledger: SqliteLedger) -> None:
    key = ledger.open_attempt(an_opening(input_tokens=120))
    assert ledger.sent(START) == (Sent(key, START, MODEL, 120, True),)
    ledger.settle_attempt(key, an_attempt(usage=Usage(100, 40)), None)
    assert ledger.sent(START) == (Sent(key, START, MODEL, 140, False),)


def test_a_second_look_reads_what_is_new_and_what_was_asked_for_again(ledger: SqliteLedger) -> None:
    first, second, third = (ledger.open_attempt(an_opening()) for _ in range(3))
    assert [sent.key for sent in ledger.sent(START, second)] == [third]
    assert [sent.key for sent in ledger.sent(START, second, [first])] == [first, third]


def test_a_long_day_is_read_page_by_page(ledger: SqliteLedger, database: Database) -> None:
    with database.transaction():
        ledger.open_attempt(an_opening(at=START - timedelta(days=1)))
        for _ in range(2_345):
            ledger.open_attempt(an_opening())
    found = ledger.sent(START)
    assert len(found) == 2_345
    assert [sent.key for sent in found] == sorted(sent.key for sent in found)


def test_reservations_of_one_task(ledger: SqliteLedger) -> None:
    ledger.open_attempt(an_opening(task="coding"))
    ledger.open_attempt(an_opening(task="chat"))
    assert ledger.reserved("coding") == ledger.reserved("chat") == ledger.reserved() / 2
    assert ledger.reserved("qa") == 0
