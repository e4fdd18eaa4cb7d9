"""Simulated models in the form of OpenRouter's `GET /models` (openrouter.ai/docs, list of models)."""

from datetime import datetime, timedelta
from typing import Any

from modeldeck.providers.demo.models import MODELS, DemoModel

_SAMPLING = ("max_tokens", "seed", "stop", "temperature", "top_p")
_ABOUT = "Simulated: nothing behind this name is a language model."


def listing(now: datetime) -> dict[str, Any]:
    """The body of the whole list; dates count from `now`."""
    return {"data": [_entry(model, now) for model in MODELS], "total_count": len(MODELS), "links": {"next": None}}


def _entry(model: DemoModel, now: datetime) -> dict[str, Any]:
    inputs = ["text", "image"] if "vision" in model.abilities else ["text"]
    created = (now - timedelta(days=model.age_days)).replace(hour=0, minute=0, second=0, microsecond=0)
    entry: dict[str, Any] = {
        "id": model.id,
        "canonical_slug": model.id.removesuffix(":free"),
        "hugging_face_id": None,
        "name": model.name,
        "created": int(created.timestamp()),
        "description": f"{model.about} {_ABOUT}".strip(),
        "context_length": model.context,
        "architecture": {
            "modality": f"{'+'.join(inputs)}->text",
            "input_modalities": inputs,
            "output_modalities": ["text"],
            "tokenizer": "Router" if model.prices is None else "Other",
            "instruct_type": None,
        },
        "pricing": _pricing(model),
        "top_provider": {
            "context_length": model.context,
            "max_completion_tokens": model.max_output,
            "is_moderated": False,
        },
        "per_request_limits": None,
        "supported_parameters": _parameters(model),
        "default_parameters": {},
        "expiration_date": _expiration(model, now),
    }
    if model.reasons:
        entry["reasoning"] = {
            "mandatory": "thinks" in model.abilities,
            "default_enabled": True,
            "supported_efforts": ["high", "medium", "low"],
            "default_effort": "medium",
        }
    return entry


def _pricing(model: DemoModel) -> dict[str, Any]:
    """Prices as OpenRouter writes them: decimal strings in USD per token; "-1" is a price that depends."""
    pricing = model.pricing
    if pricing is None:
        return {"prompt": "-1", "completion": "-1"}
    prices: dict[str, Any] = {"prompt": f"{pricing.input:f}", "completion": f"{pricing.output:f}"}
    if pricing.overrides:
        prices["overrides"] = [
            {
                "min_prompt_tokens": override.min_input_tokens,
                "prompt": f"{override.input:f}",
                "completion": f"{override.output:f}",
            }
            for override in pricing.overrides
        ]
    return prices


def _parameters(model: DemoModel) -> list[str]:
    parameters = [*_SAMPLING]
    if "tools" in model.abilities:
        parameters += ["tool_choice", "tools"]
    if "json" in model.abilities:
        parameters += ["response_format", "structured_outputs"]
    if model.reasons:
        parameters += ["include_reasoning", "reasoning"]
    return sorted(parameters)


def _expiration(model: DemoModel, now: datetime) -> str | None:
    if model.ends_in_days is None:
        return None
    return (now + timedelta(days=model.ends_in_days)).date().isoformat()
