"""The JSON document of `info`: everything known about one model."""

from collections.abc import Mapping
from datetime import datetime

from modeldeck.cli.model_rows import model_row, pricing_of
from modeldeck.cli.rows import Row, decimal, moment, per_million, rounded, run_row
from modeldeck.domain.model import Model, Origin
from modeldeck.domain.pricing import Pricing
from modeldeck.domain.profile import Specialization
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.run import RunSummary
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.deck import Deck
from modeldeck.ports import Experience


def info_row(
    deck: Deck,
    model: Model,
    *,
    tasks: list[str],
    recommended: bool,
    loaded: bool | None,
    recent: tuple[RunSummary, ...],
) -> Row:
    """Everything known about one model; `recent` are its newest runs."""
    experience = deck.experience.of(model.id)
    fit = deck.machine.fit(model)
    return {
        **model_row(deck, model, tasks=tasks, recommended=recommended),
        "listed": model.listed,
        "hidden": model.hidden,
        "description": model.description or None,
        "created": moment(model.created),
        "expires": moment(model.expires),
        "knowledge": model.knowledge,
        "parameters": model.parameters,
        "quantization": model.quantization,
        "size_bytes": model.size_bytes,
        "logs_prompts": model.logs_prompts,
        "safety": model.safety,
        "alias": model.alias,
        "fit_note": fit.note,
        "facts": _origins(model),
        "pricing": pricing_row(pricing_of(model), model.origin_of("pricing").at),
        "limits": _limits(deck, model),
        "specializations": {
            specialization.value: round(deck.standing.quality(model, specialization).value, 4)
            for specialization in Specialization
        },
        "performance": _performance(model, experience),
        "state": {
            "loaded": loaded,
            "in_flight": sum(run.model == model.id and run.status is AttemptStatus.OPEN for run in recent),
            "last_used": None if experience is None else moment(experience.last_used),
        },
        "experience": None if experience is None else experience_row(experience),
        "history": [run_row(run) for run in recent],
    }


def _limits(deck: Deck, model: Model) -> Row:
    return {
        "context": model.context,
        "max_output": model.max_output,
        "quotas": [quota_row(quota) for quota in deck.limits.quotas() if _concerns(quota.scope, model)],
        "cooldowns": [cooldown_row(entry) for entry in deck.limits.cooldowns() if _concerns(entry.scope, model)],
    }


def pricing_row(pricing: Pricing | None, at: datetime | None) -> Row | None:
    """All prices: per million tokens, `request_usd` per call and `image_usd` per image; `at` is when they were read."""
    if pricing is None:
        return None
    return {
        "input": per_million(pricing.input),
        "output": per_million(pricing.output),
        "cache_read": per_million(pricing.cache_read),
        "cache_write": per_million(pricing.cache_write),
        "reasoning": per_million(pricing.reasoning),
        "request_usd": decimal(pricing.request),
        "image_usd": decimal(pricing.image),
        "origin": pricing.origin.value,
        "at": moment(at),
        "overrides": [
            {
                "min_input_tokens": override.min_input_tokens,
                "utc_start_minute": override.utc_start,
                "utc_end_minute": override.utc_end,
                "input": per_million(override.input),
                "output": per_million(override.output),
                "cache_read": per_million(override.cache_read),
                "cache_write": per_million(override.cache_write),
            }
            for override in pricing.overrides
        ],
    }


def quota_row(quota: Quota) -> Row:
    """One rate limit."""
    return {
        "scope": quota.scope,
        "kind": quota.kind,
        "limit": quota.limit,
        "used": quota.used,
        "remaining": quota.remaining,
        "resets_at": moment(quota.resets_at),
    }


def cooldown_row(cooldown: Cooldown) -> Row:
    """One exclusion."""
    return {"scope": cooldown.scope, "until": moment(cooldown.until), "reason": cooldown.reason}


def experience_row(experience: Experience) -> Row:
    """What happened with a model."""
    return {
        "calls": experience.calls,
        "successes": experience.successes,
        "success_rate": rounded(experience.success_rate, 4),
        "latency_ms": rounded(experience.latency_ms),
        "ttft_ms": rounded(experience.ttft_ms),
        "tokens_per_second": rounded(experience.tokens_per_second),
        "cost_usd": decimal(experience.cost_usd),
        "last_used": moment(experience.last_used),
    }


def _performance(model: Model, experience: Experience | None) -> Row:
    """What to expect: measured where there is experience, else as stated by the list; `origin` says which."""
    if experience is not None and experience.calls:
        return {
            "success_rate": rounded(experience.success_rate, 4),
            "total_calls": experience.calls,
            "avg_latency_ms": rounded(experience.latency_ms),
            "ttft_ms": rounded(experience.ttft_ms),
            "tokens_per_second": rounded(experience.tokens_per_second),
            "origin": "measured",
        }
    stated = model.latency_ms is not None or model.tokens_per_second is not None
    return {
        "success_rate": None,
        "total_calls": 0,
        "avg_latency_ms": rounded(model.latency_ms),
        "ttft_ms": None,
        "tokens_per_second": rounded(model.tokens_per_second),
        "origin": model.origin_of("latency_ms").source if stated else None,
    }


def _origins(model: Model) -> Mapping[str, Row]:
    """The origin and time of facts: `default` covers those that are not named."""
    named: Mapping[str, Origin] = {"default": model.origin, **model.origins}
    return {fact: {"origin": origin.source, "at": moment(origin.at)} for fact, origin in named.items()}


def _concerns(scope: str, model: Model) -> bool:
    """Whether a limit of a scope (`provider`, `provider:free` or a model id) holds for the model."""
    return scope in (model.id, model.provider) or (scope == f"{model.provider}:free" and model.declared_free)
