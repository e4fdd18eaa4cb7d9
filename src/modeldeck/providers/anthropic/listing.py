"""The model list of the Anthropic protocol: what it adds to the bare list since late 2026.

Source: docs.claude.com/en/api/models-list; older answers hold id, name and date only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modeldeck.domain.model import LONG_CONTEXT_TOKENS, Capability, Model
from modeldeck.providers.listing.entries import ListContext
from modeldeck.providers.openai.listing import read_models
from modeldeck.providers.wire.values import as_date, as_dict, as_id, as_size

_CAPABILITIES: Mapping[str, Capability] = {
    "image_input": Capability.VISION,
    "thinking": Capability.REASONING,
    "structured_outputs": Capability.JSON,
}


def read_anthropic_models(entries: Sequence[Mapping[str, Any]], context: ListContext) -> list[Model]:
    """The models of a list's entries, each id once, without retired ones."""
    by_id = {as_id(entry.get("id")): entry for entry in entries}
    models = read_models(list(entries), context) or []
    pairs = ((model, by_id.get(model.native_id, {})) for model in models)
    return [_with_facts(model, entry) for model, entry in pairs if entry.get("lifecycle") != "retired"]


def wants_budget(entry: Mapping[str, Any]) -> bool:
    """Whether a list entry says that its model thinks by a budget of tokens only."""
    types = as_dict(as_dict(as_dict(entry.get("capabilities")).get("thinking")).get("types"))
    return _supported(types.get("adaptive")) is False and _supported(types.get("enabled")) is True


def _with_facts(model: Model, entry: Mapping[str, Any]) -> Model:
    length = as_size(entry.get("max_input_tokens")) or model.context
    capabilities = set(model.capabilities)
    for name, capability in _CAPABILITIES.items():
        supported = _supported(as_dict(entry.get("capabilities")).get(name))
        if supported is not None:
            capabilities = capabilities | {capability} if supported else capabilities - {capability}
    if length is not None and length >= LONG_CONTEXT_TOKENS:
        capabilities.add(Capability.LONG_CONTEXT)
    created = as_date(entry.get("created_at"))
    deprecated = as_date(entry.get("deprecated_at"))
    return model._replace(
        context=length,
        max_output=as_size(entry.get("max_tokens")) or model.max_output,
        capabilities=frozenset(capabilities),
        # The start of the epoch stands for an unknown date.
        created=created if created is not None and created.year > 1970 else model.created,
        description=f"Deprecated since {deprecated.isoformat()}." if deprecated else model.description,
    )


def _supported(capability: Any) -> bool | None:
    """`{"supported": ...}`; None where the list does not say."""
    supported = as_dict(capability).get("supported")
    return supported if isinstance(supported, bool) else None
