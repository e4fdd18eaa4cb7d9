from datetime import UTC, datetime

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.quota import Quota
from modeldeck.providers.wire.quotas import QuotaBook

RESET = datetime(2026, 9, 2, tzinfo=UTC)


def test_the_newest_reading_counts_and_keeps_a_known_limit() -> None:
    book = QuotaBook()
    book.put(Quota("x:free", "requests_day", 50))
    book.put(Quota("x:free", "requests_day", None, used=50, remaining=0, resets_at=RESET))
    assert book.all() == (Quota("x:free", "requests_day", 50, 50, 0, RESET),)


def test_a_refusal_uses_up_the_quota_it_names() -> None:
    book = QuotaBook()
    failure = Failure(ErrorKind.RATE_MINUTE, "slow down", 429, resets_at=RESET, scope="x:free")
    book.observe(failure, {"x-ratelimit-limit": "20"})
    assert book.all() == (Quota("x:free", "requests_minute", 20, 20, 0, RESET),)


def test_other_failures_say_nothing_about_quotas() -> None:
    book = QuotaBook()
    book.observe(Failure(ErrorKind.RATE_MINUTE, "about one model only", 429), {"x-ratelimit-limit": "20"})
    book.observe(Failure(ErrorKind.OVERLOADED, "busy", 503, scope="x:free"), {"x-ratelimit-limit": "20"})
    assert book.all() == ()
