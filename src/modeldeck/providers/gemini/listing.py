"""Entries of Gemini's model list as catalog models. Source: ai.google.dev/api/models."""

from collections.abc import Mapping
from typing import Any

from modeldeck.domain.model import Capability, Model
from modeldeck.providers.listing import names
from modeldeck.providers.listing.entries import ListContext, base_capabilities, listed_model
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.values import as_dict, as_id, as_list, as_name, as_size, as_words

# ai.google.dev/gemini-api/docs/models: every Gemini model that writes text reads images and sound, calls functions
# and follows a schema. Nothing of the kind is said of the Gemma models beside them.
_GEMINI_CAPABILITIES = frozenset({Capability.TOOLS, Capability.VISION, Capability.AUDIO, Capability.JSON})


def read_page(payload: Any, context: ListContext) -> tuple[list[Model], str | None] | None:
    """The text models of one page and the token of the next page; None when the answer is no list."""
    fields = as_dict(payload)
    if not isinstance(fields.get("models"), list):
        return None
    models = [_read_model(as_dict(entry), context) for entry in as_list(fields["models"])]
    return [model for model in models if model is not None], as_name(fields.get("nextPageToken"), 2000)


def _read_model(entry: Mapping[str, Any], context: ListContext) -> Model | None:
    listed = as_id(entry.get("name"))
    native_id = listed.removeprefix("models/") if listed else ""
    vendor = context.vendor
    if not native_id or not _writes_text(native_id, entry, vendor):
        return None
    length = as_size(entry.get("inputTokenLimit"))
    capabilities = base_capabilities(native_id, length, vendor)
    if native_id.startswith("gemini-"):
        capabilities |= _GEMINI_CAPABILITIES
    if entry.get("thinking") is True:
        capabilities |= {Capability.REASONING}
    return listed_model(native_id, as_name(entry.get("displayName")), context)._replace(
        context=length,
        max_output=as_size(entry.get("outputTokenLimit")),
        capabilities=capabilities,
        description=as_name(entry.get("description"), 500) or "",
    )


def _writes_text(native_id: str, entry: Mapping[str, Any], vendor: Vendor) -> bool:
    """Models that paint or speak list `generateContent`, too; only their names say what they make."""
    generates = "generateContent" in as_words(entry.get("supportedGenerationMethods"))
    return generates and names.is_chat_model(native_id, vendor.other_models)
