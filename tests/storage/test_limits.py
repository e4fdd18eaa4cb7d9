from contextlib import closing
from datetime import timedelta

import pytest

from fakes import START, FakeClock
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.storage.database import Database
from modeldeck.storage.limits import SqliteLimitStore

SOON = START + timedelta(seconds=43)


@pytest.fixture
def store(database: Database) -> SqliteLimitStore:
    return SqliteLimitStore(database)


def test_limits_survive_a_restart_as_absolute_times(
    store: SqliteLimitStore, database: Database, clock: FakeClock
) -> None:
    cooldown = Cooldown("cloud/a", SOON, ErrorKind.RATE_MINUTE, "429 [slow down]", 2)
    quota = Quota("cloud:free", "requests_day", 50, 12, 38, SOON)
    store.put_cooldown(cooldown)
    store.put_quota(quota)
    database.close()
    with closing(Database(database.path, clock)) as reopened:
        again = SqliteLimitStore(reopened)
        assert again.cooldowns() == (cooldown,)
        assert again.quotas() == (quota,)


def test_a_newer_cooldown_replaces_that_of_its_scope(store: SqliteLimitStore) -> None:
    store.put_cooldown(Cooldown("cloud", SOON, ErrorKind.AUTH, "wrong key"))
    newer = Cooldown("cloud", SOON + timedelta(hours=1), ErrorKind.CREDIT, "no credit", 2)
    store.put_cooldown(newer)
    store.put_cooldown(Cooldown("home", SOON, ErrorKind.TIMEOUT, "silent"))
    assert store.cooldowns()[0] == newer
    store.drop_cooldown("cloud")
    store.drop_cooldown("nobody")
    assert [each.scope for each in store.cooldowns()] == ["home"]


def test_a_scope_may_have_several_quotas_and_unknown_numbers(store: SqliteLimitStore) -> None:
    minute, day = Quota("cloud", "requests_minute", 20), Quota("cloud", "requests_day", remaining=3, resets_at=SOON)
    for quota in (minute, Quota("cloud", "requests_day", used=1), day):
        store.put_quota(quota)
    assert store.quotas() == (day, minute)
