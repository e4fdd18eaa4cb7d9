"""Model lists of the OpenAI-chat protocol: the bare one, and what servers and services add to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from modeldeck.domain.model import Capability, Model
from modeldeck.domain.pricing import LOCAL_PRICING
from modeldeck.providers.listing import names
from modeldeck.providers.listing.entries import (
    ListContext,
    base_capabilities,
    capability_words,
    list_entries,
    listed_model,
)
from modeldeck.providers.listing.hosted import as_served, pricing_of
from modeldeck.providers.vendor import Vendor
from modeldeck.providers.wire.values import as_date, as_dict, as_id, as_name, as_size, as_str, as_words

# Of LM Studio, Together and Mistral; Together's `language` and `code` models complete text without a chat.
_CHAT_TYPES = frozenset({"llm", "vlm", "chat", "model", "base", "fine-tuned"})


def read_models(payload: Any, context: ListContext) -> list[Model] | None:
    """The text models of a list answer, each id once; None when the answer is no list."""
    entries = list_entries(payload)
    if entries is None:
        return None
    if context.vendor.price_form == "hosts":
        entries = [served for entry in entries if (served := as_served(entry)) is not None]
    main_ids = {as_id(entry.get("id")) for entry in entries if entry.get("name") == entry.get("id")}
    models: dict[str, Model] = {}
    aliases: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        model = _read_model(entry, context)
        if model is None:
            continue
        if model.name != model.native_id and model.name in main_ids:
            aliases[model.name].append(model.native_id)
        else:
            models.setdefault(model.native_id, model)
    return [_with_aliases(model, aliases.get(model.native_id, []), models) for model in models.values()]


def _with_aliases(model: Model, listed: Iterable[str], models: Mapping[str, Model]) -> Model:
    """Mistral lists every alias as an entry of its own, whose `name` is the id of the model; xAI lists them in it."""
    found = {*model.aliases, *listed}
    return model._replace(aliases=tuple(sorted(found.difference(models)))) if found else model


def _read_model(entry: Mapping[str, Any], context: ListContext) -> Model | None:
    listed_id = as_id(entry.get("id"))
    vendor = context.vendor
    if listed_id is None or not _answers_chats(listed_id, entry, vendor):
        return None
    native_id = _native_id(listed_id, entry)
    meta = as_dict(entry.get("meta"))
    length = _context(entry, meta)
    inputs = _modalities(entry, "input_modalities")
    words = _capability_words(entry) | inputs
    vision = {Capability.VISION} if entry.get("type") == "vlm" else set()
    name = as_name(entry.get("name") or entry.get("display_name")) or names.file_stem(native_id)
    return listed_model(native_id, name, context)._replace(
        pricing=LOCAL_PRICING if context.local else pricing_of(entry, vendor.price_form),
        context=length,
        max_output=as_size(entry.get("max_completion_tokens")),
        capabilities=base_capabilities(native_id, length, vendor) | capability_words(words) | vision,
        created=None if context.local or not vendor.dated else as_date(entry.get("created")),
        expires=as_date(entry.get("deprecation")) or as_date(entry.get("shutdown_date")),  # Mistral, OpenAI
        aliases=tuple(alias for alias in as_words(entry.get("aliases")) if as_id(alias)),
        parameters=as_size(meta.get("n_params")),
        size_bytes=as_size(meta.get("size")),
        quantization=as_name(entry.get("quantization")) or names.quantization_of(listed_id),
        loaded=_is_loaded(entry),
        inputs_stated=bool(inputs),
    )


def lacks_effective_context(payload: Any) -> bool:
    """Whether llama.cpp lists its only model with the trained context, not with the one in effect."""
    return any(
        _is_llamacpp(entry) and as_size(as_dict(entry.get("meta")).get("n_ctx")) is None
        for entry in list_entries(payload) or []
    )


def _answers_chats(listed_id: str, entry: Mapping[str, Any], vendor: Vendor) -> bool:
    outputs = _modalities(entry, "output_modalities")
    if entry.get("active") is False or (outputs and "text" not in outputs):
        return False
    if as_dict(entry.get("capabilities")).get("completion_chat") is False:
        return False
    kind = as_str(entry.get("type"))
    return (not kind or kind in _CHAT_TYPES) and names.is_chat_model(listed_id, vendor.other_models)


def _modalities(entry: Mapping[str, Any], field: str) -> frozenset[str]:
    """llama.cpp and Hugging Face have them in `architecture`, Groq and xAI in the entry itself."""
    return as_words(as_dict(entry.get("architecture")).get(field)) or as_words(entry.get(field))


def _capability_words(entry: Mapping[str, Any]) -> frozenset[str]:
    """LM Studio and Ollama list them, Mistral says yes or no to each, Groq calls them features."""
    stated = entry.get("capabilities")
    granted = frozenset(name for name, value in as_dict(stated).items() if value is True)
    return granted | as_words(stated) | as_words(entry.get("supported_features"))


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
        entry.get("max_prompt_length"),  # xAI
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
