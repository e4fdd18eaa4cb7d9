"""What entries of any provider's model list have in common: their frame, their capability words, their base facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model, Origin, model_id, parse_capability
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.domain.record import record
from modeldeck.providers.listing import names
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.values import as_dict

# Words of LM Studio, Ollama, Mistral, Groq and llama.cpp's `architecture` for the same things.
_CAPABILITY_WORDS: Mapping[str, Capability] = {
    "tool_use": Capability.TOOLS,
    "tools": Capability.TOOLS,
    "function_calling": Capability.TOOLS,
    "vision": Capability.VISION,
    "image": Capability.VISION,
    "audio": Capability.AUDIO,
    "json_mode": Capability.JSON,
    "structured_outputs": Capability.JSON,
    "thinking": Capability.REASONING,
    "reasoning": Capability.REASONING,
}


@record(kw_only=True)
class ListContext:
    """What every entry of one list has in common. `at`: when the list was read, UTC."""

    vendor: Vendor
    local: bool
    at: datetime


def listed_model(native_id: str, name: str | None, context: ListContext) -> Model:
    """A model with what holds for every entry of a list: who offers it, since when it is known, what is local.

    What a local model costs is known; what others cost is left open, as are all other facts.
    """
    provider = context.vendor.name
    return Model(
        id=model_id(provider, native_id),
        provider=provider,
        native_id=native_id,
        name=name or native_id,
        origin=Origin("provider", context.at),
        local=context.local,
        pricing=LOCAL_PRICING if context.local else None,
    )


def capability_words(words: frozenset[str]) -> frozenset[Capability]:
    """The capabilities that a runtime names by its own words; unknown words are skipped."""
    return frozenset(_CAPABILITY_WORDS[word] for word in words if word in _CAPABILITY_WORDS)


def base_capabilities(name: str, context: int | None, vendor: Vendor) -> frozenset[Capability]:
    """What holds for every text model of a vendor, and what name and context length show by themselves."""
    found = {Capability.CHAT, Capability.STREAMING, *map(parse_capability, vendor.capabilities)}
    if context is not None and context >= LONG_CONTEXT_TOKENS:
        found.add(Capability.LONG_CONTEXT)
    if names.is_code_model(name):
        found.add(Capability.CODE)
    return frozenset(found)


def list_entries(payload: Any) -> list[Mapping[str, Any]] | None:
    """The entries of a list answer: `data`, `models` or a bare array; None when it is no list at all."""
    if isinstance(payload, dict):
        payload = payload.get("data") if isinstance(payload.get("data"), list) else payload.get("models")
    if not isinstance(payload, list):
        return None
    return [as_dict(entry) for entry in payload]
