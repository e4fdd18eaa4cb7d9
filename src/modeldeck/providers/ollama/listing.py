"""Entries of Ollama's `/api/tags` and `/api/show` as catalog models."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from modeldeck.domain.model import Model
from modeldeck.providers.listing import names
from modeldeck.providers.listing.entries import ListContext, base_capabilities, capability_words, listed_model
from modeldeck.providers.wire.values import as_dict, as_id, as_list, as_name, as_size, as_str, as_words


def read_tags(payload: Any) -> list[Mapping[str, Any]] | None:
    """The entries of `/api/tags` with a usable name; None when the answer is no such list."""
    models = as_dict(payload).get("models")
    if not isinstance(models, list):
        return None
    return [entry for entry in map(as_dict, as_list(models)) if as_id(entry.get("name"))]


def lacks_details(entry: Mapping[str, Any]) -> bool:
    """Whether an entry lacks what newer servers list: capabilities and context length."""
    return "capabilities" not in entry or as_size(as_dict(entry.get("details")).get("context_length")) is None


def read_ollama_model(
    entry: Mapping[str, Any], shown: Mapping[str, Any], context: ListContext, loaded: Collection[str]
) -> Model | None:
    """The catalog model of an entry; None for embedding models.

    Args:
        entry: one entry of `/api/tags`, its name checked.
        shown: the answer of `/api/show`, or an empty object.
        context: vendor, place and time of the list.
        loaded: catalog ids of the models in memory.
    """
    native_id = str(entry["name"])
    words = as_words(entry.get("capabilities")) or as_words(shown.get("capabilities"))
    if not ("completion" in words if words else _seems_to_chat(native_id, entry)):
        return None
    details = {**as_dict(shown.get("details")), **as_dict(entry.get("details"))}
    # Models that a cloud serves are listed beside the installed ones; their price is nobody's zero.
    local = context.local and as_str(entry.get("remote_host")) is None
    length = as_size(details.get("context_length")) or _shown_context(shown)
    model = listed_model(native_id, as_name(native_id), replace(context, local=local))
    return model._replace(
        context=length,
        capabilities=base_capabilities(native_id, length, context.vendor) | capability_words(words),
        parameters=_parameters(details, shown),
        size_bytes=as_size(entry.get("size")) if local else None,
        quantization=as_name(details.get("quantization_level")),
        loaded=model.id in loaded if local else None,
    )


def _seems_to_chat(native_id: str, entry: Mapping[str, Any]) -> bool:
    """For servers without capabilities: encoders of the BERT family only embed."""
    family = as_str(as_dict(entry.get("details")).get("family")) or ""
    return names.is_chat_model(native_id) and "bert" not in family


def _shown_context(shown: Mapping[str, Any]) -> int | None:
    info = as_dict(shown.get("model_info"))
    return as_size(info.get(f"{info.get('general.architecture')}.context_length"))


def _parameters(details: Mapping[str, Any], shown: Mapping[str, Any]) -> int | None:
    exact = as_size(as_dict(shown.get("model_info")).get("general.parameter_count"))
    return exact or names.parse_parameters(as_str(details.get("parameter_size")) or "")
