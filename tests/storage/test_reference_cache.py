"""What others say about models, kept on disk until it is said anew."""

from datetime import date, timedelta

from fake_references import fact, per_million
from fakes import START
from modeldeck.domain.model import Capability
from modeldeck.storage.database import Database
from modeldeck.storage.reference_cache import SqliteReferenceCache

FACTS = [
    fact(
        "openai/gpt-5-mini",
        context=400_000,
        max_output=128_000,
        knowledge="2024-05-30",
        created=date(2025, 8, 7),
        capabilities=frozenset({Capability.CHAT, Capability.TOOLS}),
    ),
    fact("anthropic/claude-haiku-4-5", pricing=per_million("1", "5"), listed=False),
]


def test_facts_come_back_as_they_were_said(database: Database) -> None:
    cache = SqliteReferenceCache(database)
    cache.store("models.dev", FACTS, START)
    loaded = cache.load("models.dev")
    assert sorted(loaded.models) == sorted(FACTS)
    assert (loaded.fetched_at, loaded.tried_at, loaded.error) == (START, START, None)


def test_sources_are_kept_apart_and_an_unknown_one_is_empty(database: Database) -> None:
    cache = SqliteReferenceCache(database)
    cache.store("models.dev", FACTS[:1], START)
    cache.store("genai-prices", FACTS[1:], START)
    assert cache.load("models.dev").models == tuple(FACTS[:1])
    assert cache.load("genai-prices").models == tuple(FACTS[1:])
    nothing = cache.load("nobody")
    assert (nothing.models, nothing.fetched_at, nothing.tried_at) == ((), None, None)


def test_new_facts_replace_all_old_ones(database: Database) -> None:
    cache = SqliteReferenceCache(database)
    cache.store("models.dev", FACTS, START)
    cache.store("models.dev", FACTS[1:], START + timedelta(days=1))
    assert cache.load("models.dev").models == tuple(FACTS[1:])


def test_a_failure_keeps_the_facts_and_success_clears_it(database: Database) -> None:
    cache, later = SqliteReferenceCache(database), START + timedelta(days=1)
    cache.store("models.dev", FACTS, START)
    cache.fail("models.dev", "It is closed.", later)
    failed = cache.load("models.dev")
    assert (len(failed.models), failed.fetched_at, failed.tried_at, failed.error) == (2, START, later, "It is closed.")
    cache.store("models.dev", FACTS, later)
    assert cache.load("models.dev").error is None


def test_facts_that_cannot_be_read_are_fetched_anew(database: Database) -> None:
    cache = SqliteReferenceCache(database)
    cache.store("models.dev", FACTS, START)
    database.execute('UPDATE reference_facts SET facts = \'{"another": "form"}\'')
    assert cache.load("models.dev").fetched_at is None
