"""How attempts did in a window of time, from the rows of the ledger."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from modeldeck.domain.performance import Performance
from modeldeck.domain.pricing import NANO
from modeldeck.storage.database import Database
from modeldeck.storage.times import to_text

# Attempts are numbered in the order in which they begin, so that the search goes back no further than the window.
_WINDOW = """
FROM attempts WHERE id > ifnull((SELECT id FROM attempts WHERE at < ?1 ORDER BY id DESC LIMIT 1), 0)
    AND at BETWEEN ?1 AND ?2 AND status <> 'open' AND ifnull(model = ?3, true)
"""
_MEANS = ", ".join(
    f"avg(CASE status WHEN 'succeeded' THEN {column} END)" for column in ("latency_ms", "ttft_ms", "tokens_per_second")
)
_SUMS = f"""
count(*), ifnull(sum(status = 'succeeded'), 0), ifnull(sum(status = 'failed'), 0), {_MEANS},
    ifnull(sum(input_tokens), 0), ifnull(sum(output_tokens), 0), ifnull(sum(cost_nano), 0),
    ifnull(sum(CASE cost_status WHEN 'estimated' THEN cost_nano END), 0), ifnull(sum(cost_status = 'unknown'), 0)
"""
_ALL = f"SELECT {_SUMS} {_WINDOW}"
_EACH = f"SELECT model, {_SUMS} {_WINDOW} GROUP BY model ORDER BY 2 DESC, model"
_ERRORS = f"""
SELECT model, error_kind, count(*) {_WINDOW} AND error_kind IS NOT NULL
GROUP BY model, error_kind ORDER BY 3 DESC, error_kind
"""


def performance_of(database: Database, since: datetime, until: datetime, model: str | None) -> Performance:
    """What the settled attempts of one model (None: of all) came to that began in a window of time."""
    window = (to_text(since), to_text(until), model)
    errors: defaultdict[str, int] = defaultdict(int)
    for _, kind, count in database.rows(_ERRORS, window):
        errors[kind] += count
    return _performance(model, since, until, database.rows(_ALL, window)[0], errors)


def performance_of_each(database: Database, since: datetime, until: datetime) -> tuple[Performance, ...]:
    """The same for each model, the most used first."""
    window = (to_text(since), to_text(until), None)
    errors: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for model, kind, count in database.rows(_ERRORS, window):
        errors[model][kind] = count
    rows = database.rows(_EACH, window)
    return tuple(_performance(model, since, until, sums, errors[model]) for model, *sums in rows)


def _performance(
    model: str | None, since: datetime, until: datetime, sums: Sequence[Any], errors: Mapping[str, int]
) -> Performance:
    requests, succeeded, failed, latency, ttft, speed, tokens_in, tokens_out, cost, estimated, unpriced = sums
    return Performance(
        model=model,
        since=since,
        until=until,
        requests=requests,
        succeeded=succeeded,
        failed=failed,
        avg_latency_ms=latency,
        avg_ttft_ms=ttft,
        avg_tokens_per_second=speed,
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        cost_usd=cost / NANO,
        estimated_usd=estimated / NANO,
        unpriced_requests=unpriced,
        errors=dict(errors),
    )
