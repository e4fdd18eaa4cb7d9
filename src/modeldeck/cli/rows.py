"""The JSON of the command line: domain objects as plain rows with the promised keys.

Prices and every `*_usd` are decimal strings in plain notation, or None; prices are USD per million tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from modeldeck.domain.pricing import MILLION

if TYPE_CHECKING:  # each verb loads the part of the domain that it prints
    from modeldeck.domain.check import Check
    from modeldeck.domain.errors import Failure
    from modeldeck.domain.hardware import Gpu, Hardware, LoadedModel
    from modeldeck.domain.run import Answer, Attempt, RunSummary
    from modeldeck.domain.selection import Selection, StoredSelection
    from modeldeck.domain.task import Criteria, Task
    from modeldeck.domain.usage import Totals, Usage, UsageReport

Row = dict[str, Any]
_GB = 1_000_000_000


def decimal(value: Decimal | None) -> str | None:
    """A number without exponent and trailing zeros; None stays None."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache  # the same few prices stand in hundreds of rows
def per_million(usd_per_token: Decimal | None) -> str | None:
    """A price per token as USD per million tokens."""
    return None if usd_per_token is None else decimal(usd_per_token * MILLION)


def rounded(value: float | None, places: int = 1) -> float | None:
    """A measured number without digits that nobody measured."""
    return None if value is None else round(value, places)


def moment(at: datetime | date | None) -> str | None:
    """A time in ISO 8601."""
    return None if at is None else at.isoformat()


def selection_row(selection: Selection) -> Row:
    """A selection; `alternatives` are the other candidates of the top five, with every factor of the score."""
    chosen = next((candidate for candidate in selection.candidates if candidate.model == selection.model), None)
    return {
        "model": selection.model,
        "provider": selection.provider,
        "mode": selection.mode.value,
        "task": selection.task,
        "tier": selection.tier.value,
        "strategy": selection.strategy,
        "specialization": selection.profile.specialization.value,
        "complexity": selection.profile.complexity.value,
        "reason": selection.reason,
        "confidence": rounded(selection.confidence, 4),
        "estimated_cost_usd": decimal(selection.estimated_cost),
        "score": None if chosen is None else rounded(chosen.score, 4),
        "factors": _factors(selection.factors),
        "fallback_chain": list(selection.fallback_chain),
        "alternatives": [
            {
                "model": candidate.model,
                "score": rounded(candidate.score, 4),
                "factors": _factors(candidate.factors),
                "estimated_cost_usd": decimal(candidate.estimated_cost),
            }
            for candidate in selection.candidates
            if candidate.model != selection.model
        ],
        "rejected": [
            {"model": rejection.model, "group": rejection.group.value, "reason": rejection.reason}
            for rejection in selection.rejected
        ],
        "elapsed_ms": round(selection.elapsed_ms, 3),
    }


def recommendation_row(selection: Selection) -> Row:
    """A selection as a recommendation."""
    return {
        "recommended_model": selection.model,
        "confidence": rounded(selection.confidence, 4),
        "alternatives": [
            {"model": candidate.model, "score": rounded(candidate.score, 4)}
            for candidate in selection.candidates
            if candidate.model != selection.model
        ],
        "reasoning": selection.reason,
    }


def _factors(factors: Mapping[str, float]) -> Row:
    return {name: rounded(value, 4) for name, value in factors.items()}


def stored_row(stored: StoredSelection) -> Row:
    """The selection behind a run; what was rejected may be kept as counts only."""
    return {
        "run": stored.run,
        "at": moment(stored.at),
        **selection_row(stored.selection),
        "rejected_counts": dict(stored.rejected_counts),
        "prompt": stored.prompt,
    }


def answer_row(answer: Answer) -> Row:
    """A finished run."""
    return {
        "run": answer.run,
        "text": answer.text,
        "model": answer.model,
        "attempts": [attempt_row(attempt) for attempt in answer.attempts],
        "usage": usage_row(answer.usage),
        "cost_usd": decimal(answer.cost.usd),
        "cost_status": answer.cost.status.value,
        "ttft_ms": rounded(answer.ttft_ms),
        "tokens_per_second": rounded(answer.tokens_per_second),
        "finish_reason": answer.finish_reason,
    }


def attempt_row(attempt: Attempt) -> Row:
    """One attempt of a run."""
    return {
        "model": attempt.model,
        "status": attempt.status.value,
        "error": None if attempt.failure is None else failure_row(attempt.failure),
        "latency_ms": rounded(attempt.latency_ms),
        "cost_usd": decimal(attempt.cost.usd),
        "cost_status": attempt.cost.status.value,
    }


def failure_row(failure: Failure) -> Row:
    """Why an attempt failed."""
    return {"code": failure.kind.value, "message": failure.message, "status": failure.status}


def usage_row(usage: Usage) -> Row:
    """Tokens of a run."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }


def run_row(run: RunSummary) -> Row:
    """One past run."""
    return {
        "run": run.run,
        "at": moment(run.at),
        "kind": run.kind.value,
        "task": run.task,
        "mode": run.mode.value,
        "model": run.model,
        "status": run.status.value,
        "cost_usd": decimal(run.cost.usd),
        "cost_status": run.cost.status.value,
        "attempts": run.attempts,
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "rating": run.rating,
    }


def task_row(task: Task) -> Row:
    """One task with its policy."""
    return {
        "task": task.name,
        "purpose": task.purpose,
        "mode": task.mode.value,
        "model": task.model,
        "tier": task.tier.value,
        "strategy": task.strategy,
        "require_fast": task.require_fast,
        "require_quality": task.require_quality,
        "criteria": criteria_row(task.criteria),
        "source": task.source,
    }


def criteria_row(criteria: Criteria) -> Row:
    """Every constraint by name; None and False constrain nothing."""
    return {field.name: _plain(getattr(criteria, field.name)) for field in fields(criteria)}


def totals_row(totals: Totals) -> Row:
    """Sums over attempts; the amounts are null when nothing is known of the money."""
    known = not totals.unpriced
    return {
        "requests": totals.requests,
        "succeeded": totals.succeeded,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "cached_tokens": totals.cached_tokens,
        "reasoning_tokens": totals.reasoning_tokens,
        "cost_usd": decimal(totals.cost_usd) if known else None,
        "estimated_usd": decimal(totals.estimated_usd) if known else None,
        "unpriced_requests": totals.unpriced_requests,
        "saved_usd": decimal(totals.saved_usd) if known else None,
        "free_requests": totals.free_requests,
        "free_share": totals.free_share,
    }


def report_row(report: UsageReport) -> Row:
    """Totals of a period with their groups."""
    groups = [{"key": group.key, **totals_row(group.totals)} for group in report.groups]
    return {"period": report.period, **totals_row(report.totals), "groups": groups}


def hardware_row(hardware: Hardware, loaded: tuple[LoadedModel, ...]) -> Row:
    """Readings of the machine, sizes in GB (10^9 bytes)."""
    memory = hardware.memory
    return {
        "at": moment(hardware.at),
        "cpu": {"name": hardware.cpu.name, "cores": hardware.cpu.cores, "percent": hardware.cpu.percent},
        "memory": {
            "total_gb": gigabytes(memory.total),
            "used_gb": gigabytes(memory.used),
            "available_gb": gigabytes(memory.available),
        },
        "gpus": [_gpu_row(gpu) for gpu in hardware.gpus],
        "loaded": [
            {"model": entry.model, "size_gb": gigabytes(entry.size), "size_gpu_gb": gigabytes(entry.size_gpu)}
            for entry in loaded
        ],
        "note": hardware.note,
    }


def gigabytes(count: int | None) -> float | None:
    """Bytes as GB with three places."""
    return None if count is None else round(count / _GB, 3)


def check_row(check: Check) -> Row:
    """One finding of the doctor; `ok` None is optional and absent."""
    return {"name": check.name, "ok": check.ok, "detail": check.detail, "fix": check.fix}


def _gpu_row(gpu: Gpu) -> Row:
    return {
        "index": gpu.index,
        "name": gpu.name,
        "memory_total_gb": gigabytes(gpu.memory_total),
        "memory_used_gb": gigabytes(gpu.memory_used),
        "memory_free_gb": gigabytes(gpu.memory_free),
        "utilization": gpu.utilization,
        "temperature_c": gpu.temperature_c,
        "power_w": gpu.power_w,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal(value)
    return sorted(value) if isinstance(value, frozenset) else value
