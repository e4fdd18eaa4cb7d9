"""Cooldowns: the error table's pauses, in words and in time."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from fakes import START, FakeClock, MemoryLimits, failure, free_model, make_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.quota import Quota
from modeldeck.domain.settings import FallbackSettings
from modeldeck.engine.limits.limits import Limits, duration

MODEL = make_model("cloud/paid")
FREE = free_model("cloud/gratis:free")


@pytest.fixture
def store() -> MemoryLimits:
    return MemoryLimits()


@pytest.fixture
def limits(store: MemoryLimits, clock: FakeClock) -> Limits:
    return Limits(store, clock, Random(1), FallbackSettings(exclude_failed_minutes=10))


@pytest.mark.parametrize(
    "kind",
    [
        ErrorKind.OVERLOADED,
        ErrorKind.TIMEOUT,
        ErrorKind.UNREACHABLE,
        ErrorKind.MALFORMED,
        ErrorKind.EMPTY,
        ErrorKind.BROKEN_STREAM,
    ],
)
def test_repeated_failures_pause_a_model_longer_and_longer_up_to_the_cap(
    limits: Limits, clock: FakeClock, kind: ErrorKind
) -> None:
    pauses = []
    for _ in range(7):
        cooldown = limits.on_failure(MODEL, failure(kind))
        assert cooldown is not None
        assert cooldown.scope == MODEL.id
        pauses.append((cooldown.until - clock.now()).total_seconds())
    assert pauses == [5, 15, 45, 135, 405, 600, 600]


def test_success_ends_the_row_of_failures(limits: Limits, clock: FakeClock) -> None:
    for _ in range(3):
        limits.on_failure(MODEL, failure(ErrorKind.OVERLOADED))
    limits.on_success(MODEL)
    assert limits.cooldowns() == ()
    cooldown = limits.on_failure(MODEL, failure(ErrorKind.OVERLOADED))
    assert cooldown is not None
    assert cooldown.until == clock.now() + timedelta(seconds=5)


@pytest.mark.parametrize("kind", [ErrorKind.CONTEXT, ErrorKind.PARAMETER, ErrorKind.FORBIDDEN])
def test_failures_of_the_request_pause_nothing(limits: Limits, kind: ErrorKind) -> None:
    assert limits.on_failure(MODEL, failure(kind)) is None
    assert limits.cooldowns() == ()


def test_minute_limit_lasts_until_the_reset_that_the_provider_names(limits: Limits, clock: FakeClock) -> None:
    limits.on_failure(MODEL, failure(ErrorKind.RATE_MINUTE, retry_after_s=42.0))
    assert limits.excluded() == {MODEL.id: "cooldown 42 s"}
    clock.advance(42)
    assert limits.excluded() == {}


def test_minute_limit_without_a_word_backs_off_with_full_jitter(limits: Limits, clock: FakeClock) -> None:
    ceilings = [5, 10, 20, 40, 80, 160, 300, 300]
    for ceiling in ceilings:
        cooldown = limits.on_failure(MODEL, failure(ErrorKind.RATE_MINUTE))
        assert cooldown is not None
        assert 0 <= (cooldown.until - clock.now()).total_seconds() <= ceiling


def test_reset_in_the_past_counts_as_none(limits: Limits, clock: FakeClock) -> None:
    cooldown = limits.on_failure(MODEL, failure(ErrorKind.RATE_DAY, resets_at=START - timedelta(hours=1)))
    assert cooldown is not None
    assert cooldown.until == datetime(2026, 9, 2, tzinfo=UTC)


def test_absurd_reset_is_cut_to_a_day(limits: Limits, clock: FakeClock) -> None:
    cooldown = limits.on_failure(MODEL, failure(ErrorKind.RATE_MINUTE, retry_after_s=1e9))
    assert cooldown is not None
    assert cooldown.until == clock.now() + timedelta(days=1)


def test_day_limit_excludes_its_whole_scope_until_midnight_utc(limits: Limits) -> None:
    limits.on_failure(FREE, failure(ErrorKind.RATE_DAY, scope="cloud:free"))
    assert limits.excluded() == {"cloud:free": "quota used up until 00:00 UTC"}


@pytest.mark.parametrize(("kind", "why"), [(ErrorKind.AUTH, "key refused"), (ErrorKind.CREDIT, "no credit")])
def test_refused_account_excludes_the_provider_in_this_process_only(
    limits: Limits, store: MemoryLimits, clock: FakeClock, kind: ErrorKind, why: str
) -> None:
    limits.on_failure(MODEL, failure(kind))
    assert limits.excluded() == {"cloud": f"{why}, cooldown 60 min"}
    assert store.cooldowns() == ()
    restarted = Limits(store, clock, Random(1), FallbackSettings())
    assert restarted.excluded() == {}


def test_success_clears_the_account_and_the_free_quota(limits: Limits) -> None:
    limits.on_failure(FREE, failure(ErrorKind.AUTH))
    limits.on_failure(FREE, failure(ErrorKind.RATE_DAY, scope="cloud:free"))
    limits.on_success(FREE)
    assert limits.cooldowns() == ()


def test_unknown_model_is_left_alone_for_an_hour(limits: Limits, clock: FakeClock) -> None:
    cooldown = limits.on_failure(MODEL, failure(ErrorKind.NOT_FOUND))
    assert cooldown is not None
    assert cooldown.until == clock.now() + timedelta(hours=1)
    assert limits.excluded() == {MODEL.id: "not found, cooldown 60 min"}


def test_cooldowns_survive_a_restart(limits: Limits, store: MemoryLimits, clock: FakeClock) -> None:
    limits.on_failure(MODEL, failure(ErrorKind.OVERLOADED))
    restarted = Limits(store, clock, Random(1), FallbackSettings())
    assert restarted.excluded() == {MODEL.id: "cooldown 5 s"}
    restarted.on_success(MODEL)
    assert store.cooldowns() == ()


def test_used_up_quota_is_told_with_its_numbers(limits: Limits, clock: FakeClock) -> None:
    midnight = datetime(2026, 9, 2, tzinfo=UTC)
    limits.note([Quota("cloud:free", "requests_day", limit=50, remaining=0, resets_at=midnight)])
    assert limits.excluded() == {"cloud:free": "quota 0/50 until 00:00 UTC"}
    clock.advance(13 * 3600)
    assert limits.excluded() == {}


def test_quota_with_something_left_excludes_nothing(limits: Limits) -> None:
    limits.note([Quota("cloud:free", "requests_day", limit=50, remaining=3, resets_at=START + timedelta(hours=1))])
    assert limits.excluded() == {}
    assert [quota.remaining for quota in limits.quotas()] == [3]


def test_a_limit_is_written_again_only_when_it_changed(
    limits: Limits, store: MemoryLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int | None] = []
    monkeypatch.setattr(store, "put_quota", lambda quota: written.append(quota.remaining))
    for remaining in (3, 3, 2, 3):
        limits.note([Quota("cloud/a", "requests_minute", limit=50, remaining=remaining)])
    assert written == [3, 2, 3]


def test_told_only_leaves_out_pauses_of_our_own_caution(limits: Limits) -> None:
    limits.on_failure(MODEL, failure(ErrorKind.OVERLOADED))
    limits.on_failure(FREE, failure(ErrorKind.RATE_DAY, scope="cloud:free"))
    assert set(limits.excluded(told_only=True)) == {"cloud:free"}


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (43.4, "43 s"), (99, "99 s"), (120, "2 min"), (5400, "90 min"), (18000, "5 h")]
)
def test_spans_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words
