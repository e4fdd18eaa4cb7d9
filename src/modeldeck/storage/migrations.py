"""The schema of `deck.db`, step by step. A step that was released never changes; a new one is added below it.

Money is integer nano-USD, times are ISO 8601 in UTC, days are local calendar days, JSON is compact.
"""

import sqlite3

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("modeldeck")


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Apply what is missing and stamp the file with `version`; the caller holds the transaction."""
    migrations.apply(sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False))
    connection.execute(f"PRAGMA user_version = {version:d}")


_RUNS = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    conversation TEXT,
    task TEXT NOT NULL,
    mode TEXT NOT NULL,
    tier TEXT NOT NULL,
    strategy TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    reason TEXT NOT NULL,
    confidence REAL NOT NULL,
    estimated_cost TEXT,            -- exact decimal USD, as it was computed
    baseline TEXT,
    elapsed_ms REAL NOT NULL,
    profile TEXT NOT NULL,          -- JSON object
    candidates TEXT NOT NULL,       -- JSON: the best five with every factor
    fallback_chain TEXT NOT NULL,   -- JSON list of model ids
    rejected_counts TEXT NOT NULL,  -- JSON object: group -> number
    rejected TEXT NOT NULL,         -- JSON: the first rejections as [model, group, reason]
    prompt TEXT,                    -- NULL while history is off
    attempts_before INTEGER NOT NULL -- no attempt of this run has this id or a smaller one
)
"""

_ATTEMPTS = """
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    session TEXT NOT NULL,
    pid INTEGER,                    -- with process_start: the process that must settle the row; NULL: nobody
    process_start REAL,
    model TEXT NOT NULL,
    task TEXT NOT NULL,
    tier TEXT NOT NULL,
    mode TEXT NOT NULL,
    costs_nothing INTEGER NOT NULL,
    estimated_input INTEGER NOT NULL,
    reserved_nano INTEGER,
    baseline TEXT,
    status TEXT NOT NULL DEFAULT 'open',
    error_kind TEXT,
    error_message TEXT,
    error_status INTEGER,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    reasoning_tokens INTEGER NOT NULL DEFAULT 0,
    tokens_reported INTEGER NOT NULL DEFAULT 0,
    cost_nano INTEGER,
    cost_status TEXT NOT NULL DEFAULT 'unknown',
    saved_nano INTEGER,
    latency_ms REAL,
    ttft_ms REAL,
    tokens_per_second REAL,
    finished_at TEXT
)
"""

_SUM_COLUMNS = """
    requests INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_nano INTEGER NOT NULL,
    estimated_nano INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    saved_nano INTEGER NOT NULL,
    free INTEGER NOT NULL,
"""
_ROLLUPS = {
    "usage_by_day": ("day",),
    "usage_by_model": ("day", "model"),
    "usage_by_model_month": ("month", "model"),
    "usage_by_task": ("day", "task", "tier", "mode"),
    "usage_by_task_month": ("month", "task", "tier", "mode"),
    "usage_by_session": ("session", "day", "model", "task", "tier", "mode"),
}


def _rollup_table(name: str, key: tuple[str, ...]) -> str:
    keys = ", ".join(f"{column} TEXT NOT NULL" for column in key)
    return f"CREATE TABLE {name} ({keys}, {_SUM_COLUMNS} PRIMARY KEY ({', '.join(key)})) WITHOUT ROWID"


# Every attempt up to this id is settled and counted in the rollups, exactly once. `attempts` needs no index because of
# it and of `attempts_before`; each one would make every write half as dear again.
_ROLLED_UP = "CREATE TABLE rolled_up (up_to INTEGER NOT NULL)"
_NOTHING_ROLLED_UP = "INSERT INTO rolled_up (up_to) VALUES (0)"
_RUNS_BY_TASK = "CREATE INDEX runs_by_task ON runs (task)"

_EXPERIENCE = """
CREATE TABLE experience (
    model TEXT NOT NULL,
    task TEXT NOT NULL,
    specialization TEXT NOT NULL,
    calls INTEGER NOT NULL,
    successes INTEGER NOT NULL,
    latency_sum REAL NOT NULL,
    latency_count INTEGER NOT NULL,
    ttft_sum REAL NOT NULL,
    ttft_count INTEGER NOT NULL,
    speed_sum REAL NOT NULL,
    speed_count INTEGER NOT NULL,
    cost_sum_nano INTEGER NOT NULL,
    cost_count INTEGER NOT NULL,
    last_used TEXT NOT NULL,
    PRIMARY KEY (model, task, specialization)
) WITHOUT ROWID
"""

_COOLDOWNS = """
CREATE TABLE cooldowns (
    scope TEXT PRIMARY KEY,
    until TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    failures INTEGER NOT NULL
) WITHOUT ROWID
"""

_QUOTAS = """
CREATE TABLE quotas (
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    quota_limit INTEGER,
    used INTEGER,
    remaining INTEGER,
    resets_at TEXT,
    PRIMARY KEY (scope, kind)
) WITHOUT ROWID
"""

_LISTINGS = """
CREATE TABLE listings (
    provider TEXT PRIMARY KEY,
    fetched_at TEXT,
    tried_at TEXT,
    error TEXT
) WITHOUT ROWID
"""

_CATALOG = """
CREATE TABLE catalog (
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    listed INTEGER NOT NULL,        -- 1: in the newest list; 0: it has left, the facts are the last known ones
    position INTEGER NOT NULL,      -- place in the provider's list by name
    facts TEXT NOT NULL,            -- JSON object
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    PRIMARY KEY (provider, model)   -- with a rowid: rows of about 1 kB read twice as fast
)
"""


_RATINGS = """
CREATE TABLE ratings (
    run TEXT PRIMARY KEY,           -- a later rating of the same run replaces the earlier one
    at TEXT NOT NULL,
    model TEXT NOT NULL,            -- the model that answered
    task TEXT NOT NULL,
    specialization TEXT NOT NULL,
    rating REAL NOT NULL            -- 0..1
) WITHOUT ROWID
"""

_TURNS = """
CREATE TABLE turns (
    id INTEGER PRIMARY KEY,
    conversation TEXT NOT NULL,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    model TEXT NOT NULL,
    system TEXT,
    prompt TEXT NOT NULL,
    answer TEXT NOT NULL
)
"""
_TURNS_BY_CONVERSATION = "CREATE INDEX turns_by_conversation ON turns (conversation, id)"

_REFERENCE_LISTS = """
CREATE TABLE reference_lists (
    source TEXT PRIMARY KEY,        -- genai-prices, models.dev
    fetched_at TEXT,
    tried_at TEXT,
    error TEXT
) WITHOUT ROWID
"""

_REFERENCE_FACTS = """
CREATE TABLE reference_facts (
    source TEXT NOT NULL,
    model TEXT NOT NULL,            -- provider/native-id as the source names it
    facts TEXT NOT NULL,            -- JSON object
    PRIMARY KEY (source, model)
) WITHOUT ROWID
"""


@migrations()
def first_schema(db: sqlite_utils.Database) -> None:
    """Everything that version 0.1 keeps."""
    rollups = [_rollup_table(name, key) for name, key in _ROLLUPS.items()]
    tables = [_RUNS, _ATTEMPTS, *rollups, _ROLLED_UP, _EXPERIENCE, _COOLDOWNS, _QUOTAS, _LISTINGS, _CATALOG]
    for statement in [*tables, _RUNS_BY_TASK, _NOTHING_ROLLED_UP]:
        db.execute(statement)


@migrations()
def ratings_turns_and_reference_facts(db: sqlite_utils.Database) -> None:
    """Feedback per run, conversations that can be continued, and facts that no provider lists."""
    for statement in [_RATINGS, _TURNS, _TURNS_BY_CONVERSATION, _REFERENCE_LISTS, _REFERENCE_FACTS]:
        db.execute(statement)
