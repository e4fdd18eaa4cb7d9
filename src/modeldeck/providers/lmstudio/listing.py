"""Entries of LM Studio's `/api/v1/models` as catalog models.

Source: LM Studio's documentation, lmstudio.ai/docs/developer/rest/list.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from modeldeck.domain.model import Capability, Model
from modeldeck.providers.listing import names
from modeldeck.providers.listing.entries import ListContext, base_capabilities, listed_model
from modeldeck.providers.wire.values import as_dict, as_id, as_list, as_name, as_size, as_str


def read_lmstudio_models(payload: Any, context: ListContext) -> list[Model] | None:
    """The text models of a list answer, each key once; None when the answer is no such list."""
    entries = _entries(payload)
    if entries is None:
        return None
    models: dict[str, Model] = {}
    for entry in entries:
        model = _read_model(entry, context)
        if model is not None:
            models.setdefault(model.id, model)
    return list(models.values())


def reasoning_options(payload: Any) -> dict[str, Sequence[str]]:
    """By model, the words that its `reasoning` may have in a call; only models that can be told are named."""
    found: dict[str, Sequence[str]] = {}
    for entry in _entries(payload) or ():
        key = as_id(entry.get("key"))
        allowed = as_list(_reasoning(entry).get("allowed_options"))
        options = [word for word in allowed if isinstance(word, str)]
        if key is not None and options:
            found[key] = options
    return found


def _entries(payload: Any) -> list[Mapping[str, Any]] | None:
    entries = as_dict(payload).get("models")
    return [as_dict(entry) for entry in entries] if isinstance(entries, list) else None


def _read_model(entry: Mapping[str, Any], context: ListContext) -> Model | None:
    key = as_id(entry.get("key"))
    if key is None or entry.get("type") != "llm":
        return None
    vendor = context.vendor
    # Every loading of a model has a window of its own; calls by the model's key go to the first.
    loaded = [as_dict(instance) for instance in as_list(entry.get("loaded_instances"))]
    in_effect = as_size(as_dict(loaded[0].get("config")).get("context_length")) if loaded else None
    length = in_effect or as_size(entry.get("max_context_length"))
    return listed_model(key, as_name(entry.get("display_name")), context)._replace(
        context=length,
        capabilities=base_capabilities(key, length, vendor) | _capabilities(entry),
        description=as_name(entry.get("description")) or "",
        parameters=names.parse_parameters(as_str(entry.get("params_string")) or ""),
        size_bytes=as_size(entry.get("size_bytes")),
        quantization=as_name(as_dict(entry.get("quantization")).get("name")),
        loaded=bool(loaded),
    )


def _capabilities(entry: Mapping[str, Any]) -> frozenset[Capability]:
    stated = as_dict(entry.get("capabilities"))
    told = {
        Capability.VISION: stated.get("vision") is True,
        Capability.TOOLS: stated.get("trained_for_tool_use") is True,
        Capability.REASONING: bool(_reasoning(entry)),
    }
    return frozenset(capability for capability, has in told.items() if has)


def _reasoning(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_dict(as_dict(entry.get("capabilities")).get("reasoning"))
