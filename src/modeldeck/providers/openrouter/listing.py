"""OpenRouter's `GET /models`, of every schema since 2024, as catalog models.

Source of the fields: the wire formats, section 3, and nine recorded lists from 2024-09 to 2026-08.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model, Origin, model_id
from modeldeck.domain.pricing import ZERO, PriceOverride, Pricing
from modeldeck.providers.listing import names
from modeldeck.providers.listing.entries import list_entries
from modeldeck.providers.wire.values import (
    as_date,
    as_decimal,
    as_dict,
    as_id,
    as_int,
    as_list,
    as_name,
    as_price,
    as_size,
    as_str,
    as_text,
    as_words,
)

FAR = timedelta(days=3650)
"""An expiration date farther away than this ("2098-12-31") means that there is none."""

DESCRIPTION_LENGTH = 4000

_STEALTH = re.compile(r"stealth/.+|openrouter/.+-alpha(?::free)?")
_LOGGED = re.compile(r"\b(?:prompts?|inputs?|outputs?|completions?|data)\b[^.]{0,60}\b(?:is|are|will be) logged", re.I)
_LOGGED_WHEN_FREE = re.compile(r"for the free (?:endpoint|version|variant|period)", re.I)


def read_openrouter_models(payload: Any, *, provider: str, at: datetime) -> list[Model] | None:
    """The models that can answer a chat with text, each id once; None when the answer is no list.

    Left out are `:batch` variants (another API) and models without text output.

    Args:
        payload: the parsed answer.
        provider: the first part of the model ids.
        at: when the list was read, UTC.
    """
    entries = list_entries(payload)
    if entries is None:
        return None
    models: dict[str, Model] = {}
    for entry in entries:
        native_id = as_id(entry.get("id"))
        if native_id is not None and not native_id.endswith(":batch") and "text" in _outputs(entry):
            models.setdefault(native_id, _read_model(native_id, entry, provider, at))
    return list(models.values())


def _read_model(native_id: str, entry: Mapping[str, Any], provider: str, at: datetime) -> Model:
    top = as_dict(entry.get("top_provider"))
    context = as_size(entry.get("context_length")) or as_size(top.get("context_length"))
    pricing = _pricing(as_dict(entry.get("pricing")))
    # Media previews are listed at zero and charged per song or picture (google/lyria-3-*).
    media = pricing is not None and pricing.zero and _outputs(entry) != {"text"}
    parameters = as_words(entry.get("supported_parameters"))
    return Model(
        id=model_id(provider, native_id),
        provider=provider,
        native_id=native_id,
        name=as_name(entry.get("name")) or native_id,
        origin=Origin("provider", at),
        pricing=None if media else pricing,
        context=context,
        max_output=as_size(top.get("max_completion_tokens")),
        capabilities=_capabilities(native_id, entry, parameters, context),
        created=as_date(entry.get("created")),
        expires=_expires(entry, at.date()),
        description=as_text(entry.get("description"))[:DESCRIPTION_LENGTH].strip(),
        canonical=as_id(entry.get("canonical_slug")),
        router=_is_router(native_id, entry),
        logs_prompts=_logs_prompts(native_id, entry, pricing),
        text_output=not media,
        supported_parameters=parameters or None,
        inputs_stated=bool(as_words(as_dict(entry.get("architecture")).get("input_modalities"))),
    )


def _outputs(entry: Mapping[str, Any]) -> frozenset[str]:
    return _modalities(entry, "output_modalities", side=1)


def _modalities(entry: Mapping[str, Any], field: str, side: int) -> frozenset[str]:
    """A modality list; lists before 2025 only have the text "text+image->text"."""
    architecture = as_dict(entry.get("architecture"))
    listed = as_words(architecture.get(field))
    if listed:
        return listed
    sides = (as_str(architecture.get("modality")) or "text->text").split("->")
    return frozenset(sides[side].split("+")) if len(sides) == 2 else frozenset({"text"})


def _capabilities(
    native_id: str, entry: Mapping[str, Any], parameters: frozenset[str], context: int | None
) -> frozenset[Capability]:
    inputs = _modalities(entry, "input_modalities", side=0)
    evidence = {
        Capability.CHAT: True,
        Capability.STREAMING: True,
        Capability.TOOLS: "tools" in parameters,
        Capability.VISION: "image" in inputs,
        Capability.AUDIO: "audio" in inputs,
        Capability.JSON: not parameters.isdisjoint({"response_format", "structured_outputs"}),
        Capability.REASONING: not parameters.isdisjoint({"reasoning", "include_reasoning"}),
        Capability.LONG_CONTEXT: context is not None and context >= LONG_CONTEXT_TOKENS,
        Capability.CODE: names.is_code_model(native_id),
    }
    return frozenset(capability for capability, found in evidence.items() if found)


def _pricing(prices: Mapping[str, Any]) -> Pricing | None:
    """USD per token; None when the price depends on the routed model ("-1") or cannot be read."""
    prompt = as_price(prices.get("prompt"))
    completion = as_price(prices.get("completion"))
    if prompt is None or completion is None:
        return None
    return Pricing(
        input=prompt,
        output=completion,
        request=as_price(prices.get("request")) or ZERO,
        image=as_price(prices.get("image")) or ZERO,
        cache_read=_charged(prices.get("input_cache_read")),
        cache_write=_charged(prices.get("input_cache_write")),
        reasoning=_charged(prices.get("internal_reasoning")),
        overrides=tuple(_override(as_dict(entry)) for entry in as_list(prices.get("overrides"))),
    )


def _charged(value: Any) -> Decimal | None:
    """A special price. Lists until 2026-01 hold "0" in every entry where there is none."""
    return as_price(value) or None


def _override(entry: Mapping[str, Any]) -> PriceOverride:
    return PriceOverride(
        min_input_tokens=as_int(entry.get("min_prompt_tokens")),
        utc_start=_minutes(entry.get("utc_start")),
        utc_end=_minutes(entry.get("utc_end")),
        input=as_price(entry.get("prompt")),
        output=as_price(entry.get("completion")),
        cache_read=as_price(entry.get("input_cache_read")),
        cache_write=as_price(entry.get("input_cache_write")),
    )


def _minutes(value: Any) -> int | None:
    """Minutes of the day from a clock time written as a number: 1630 is 16:30, 30 is 00:30."""
    number = as_int(value)
    return None if number is None or number < 0 else number // 100 * 60 + number % 100


def _is_router(native_id: str, entry: Mapping[str, Any]) -> bool:
    """Aliases (`~author/family-latest`) name one model and its price; routers choose for each request."""
    if native_id.startswith("~"):
        return False
    price = as_decimal(as_dict(entry.get("pricing")).get("prompt"))
    by_tokenizer = as_dict(entry.get("architecture")).get("tokenizer") == "Router"
    return by_tokenizer or (price is not None and price < 0)


def _logs_prompts(native_id: str, entry: Mapping[str, Any], pricing: Pricing | None) -> bool:
    """Stealth previews always log; other models where their description says so, some for the free endpoint only."""
    if _STEALTH.fullmatch(native_id):
        return True
    description = as_str(entry.get("description")) or ""
    if not _LOGGED.search(description):
        return False
    return not _LOGGED_WHEN_FREE.search(description) or (pricing is not None and pricing.zero)


def _expires(entry: Mapping[str, Any], today: date) -> date | None:
    expires = as_date(entry.get("expiration_date"))
    return expires if expires is not None and expires - today < FAR else None
