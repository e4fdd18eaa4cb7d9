"""An attempt as a row of `attempts`: what is written when it opens, and what is added when it is settled."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from modeldeck.storage.times import to_text
from modeldeck.storage.values import nano, tokens

if TYPE_CHECKING:  # every start opens the ledger, few write to it
    from modeldeck.domain.run import Attempt, OpenAttempt
    from modeldeck.storage.database import Row

_OPENED = (
    "run, number, at, day, session, pid, process_start, model, task, tier, mode, costs_nothing, estimated_input, "
    "reserved_nano, baseline"
)
_SETTLED = (
    "status, error_kind, error_message, error_status, input_tokens, output_tokens, cached_tokens, cache_write_tokens, "
    "reasoning_tokens, tokens_reported, cost_nano, cost_status, saved_nano, latency_ms, ttft_ms, tokens_per_second, "
    "finished_at"
)


def _insert(columns: str) -> str:
    return f"INSERT INTO attempts ({columns}) VALUES ({', '.join('?' for _ in columns.split(','))})"


OPEN = _insert(_OPENED)
"""Takes `opened_row`."""

SETTLE = f"UPDATE attempts SET {_SETTLED.replace(',', ' = ?,')} = ? WHERE id = ? AND status = 'open'"
"""Takes `settled_row` and the key; the condition makes a second settlement change nothing."""

RECORD = _insert(f"{_OPENED}, {_SETTLED}")
"""Takes both rows, for an attempt that is over already."""


def opened_row(attempt: OpenAttempt, process_start: float | None) -> Row:
    """The values of an open row, which belongs to this process."""
    return (
        attempt.run,
        attempt.number,
        to_text(attempt.at),
        attempt.day,
        attempt.session,
        os.getpid(),
        process_start,
        attempt.model,
        attempt.task,
        attempt.tier.value,
        attempt.mode.value,
        attempt.costs_nothing,
        tokens(attempt.input_tokens),
        nano(attempt.reserved),
        attempt.baseline,
    )


def settled_row(attempt: Attempt, saved: Decimal | None, at: datetime) -> Row:
    """The values that settling adds."""
    failure, usage = attempt.failure, attempt.usage
    return (
        attempt.status.value,
        failure.kind.value if failure else None,
        failure.message if failure else None,
        failure.status if failure else None,
        tokens(usage.input_tokens),
        tokens(usage.output_tokens),
        tokens(usage.cached_tokens),
        tokens(usage.cache_write_tokens),
        tokens(usage.reasoning_tokens),
        usage.reported,
        nano(attempt.cost.usd),
        attempt.cost.status.value,
        nano(saved),
        attempt.latency_ms,
        attempt.ttft_ms,
        attempt.tokens_per_second,
        to_text(at),
    )
