"""Model lists of the OpenAI-chat protocol: the bare one, and what local servers add to it."""

from collections.abc import Mapping
from typing import Any

from modeldeck.domain.model import Capability, Model, Origin, model_id
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.providers import names
from modeldeck.providers.listing import ListContext, base_capabilities, capability_words, list_entries
from modeldeck.providers.wire import as_date, as_dict, as_id, as_name, as_size, as_str, as_words

_CHAT_TYPES = frozenset({"llm", "vlm", "chat", "language", "code", "model", "base", "fine-tuned"})


def read_models(payload: Any, context: ListContext) -> list[Model] | None:
    """The text models of a list answer, each id once; None when the answer is no list."""
    entries = list_entries(payload)
    if entries is None:
        return None
    models: dict[str, Model] = {}
    for entry in entries:
        model = _read_model(entry, context)
        if model is not None:
            models.setdefault(model.id, model)
    return list(models.values())


def _read_model(entry: Mapping[str, Any], context: ListContext) -> Model | None:
    listed_id = as_id(entry.get("id"))
    if listed_id is None or not _writes_text(listed_id, entry):
        return None
    vendor = context.vendor
    native_id = _native_id(listed_id, entry)
    meta = as_dict(entry.get("meta"))
    length = _context(entry, meta)
    words = as_words(entry.get("capabilities")) | as_words(as_dict(entry.get("architecture")).get("input_modalities"))
    vision = {Capability.VISION} if entry.get("type") == "vlm" else set()
    return Model(
        id=model_id(vendor.name, native_id),
        provider=vendor.name,
        native_id=native_id,
        name=as_name(entry.get("name") or entry.get("display_name")) or names.file_stem(native_id),
        origin=Origin("provider", context.at),
        local=context.local,
        pricing=LOCAL_PRICING if context.local else None,
        context=length,
        capabilities=base_capabilities(native_id, length, vendor) | capability_words(words) | vision,
        created=None if context.local else as_date(entry.get("created")),
        parameters=as_size(meta.get("n_params")),
        size_bytes=as_size(meta.get("size")),
        quantization=as_name(entry.get("quantization")) or names.quantization_of(listed_id),
        loaded=_is_loaded(entry),
    )


def lacks_effective_context(payload: Any) -> bool:
    """Whether llama.cpp lists its only model with the trained context, not with the one in effect."""
    return any(
        _is_llamacpp(entry) and as_size(as_dict(entry.get("meta")).get("n_ctx")) is None
        for entry in list_entries(payload) or []
    )


def _writes_text(listed_id: str, entry: Mapping[str, Any]) -> bool:
    outputs = as_words(as_dict(entry.get("architecture")).get("output_modalities"))
    kind = as_str(entry.get("type"))
    if entry.get("active") is False or (outputs and "text" not in outputs):
        return False
    return kind in _CHAT_TYPES if kind else names.is_chat_model(listed_id)


def _native_id(listed_id: str, entry: Mapping[str, Any]) -> str:
    """llama.cpp with one model lists the file's path, but accepts any name; a path says too much about the machine."""
    return names.file_stem(listed_id) if _is_llamacpp(entry) and listed_id.endswith(".gguf") else listed_id


def _is_llamacpp(entry: Mapping[str, Any]) -> bool:
    """Whether llama.cpp lists this entry as its only model; its router adds a status to each of several."""
    return entry.get("owned_by") == "llamacpp" and "status" not in entry


def _context(entry: Mapping[str, Any], meta: Mapping[str, Any]) -> int | None:
    """Tokens of context in effect where the server says so, else what the model was trained for."""
    places = [
        entry.get("loaded_context_length"),  # LM Studio
        entry.get("context_length"),  # llama.cpp's router, Together
        entry.get("max_model_len"),  # vLLM
        entry.get("max_context_length"),  # LM Studio, Mistral
        entry.get("context_window"),  # Groq
        meta.get("n_ctx"),
        meta.get("n_ctx_train"),  # llama.cpp
    ]
    return next((size for place in places if (size := as_size(place))), None)


def _is_loaded(entry: Mapping[str, Any]) -> bool | None:
    """Whether a local server has the model in memory; None where it does not say.

    llama.cpp's router has `status.value`, LM Studio `state`; llama.cpp and vLLM with one model hold just that one.
    """
    state = as_str(as_dict(entry.get("status")).get("value")) or as_str(entry.get("state"))
    if state is not None:
        return state == "loaded"
    return True if _is_llamacpp(entry) or entry.get("owned_by") == "vllm" else None
