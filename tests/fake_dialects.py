"""Every shipped provider with the protocol that it speaks; OpenAI in both protocols, LM Studio in each generation."""

from collections.abc import Mapping

from fake_chat_dialects import OpenAi, OpenRouter, Responses
from fake_dialect import Dialect
from fake_own_dialects import Anthropic, Gemini, LmStudio, LmStudioOld, LmStudioV0, Ollama
from fake_wire import VENDORS

_BY_KIND: Mapping[str, type[Dialect]] = {
    "openai": OpenAi,
    "openrouter": OpenRouter,
    "anthropic": Anthropic,
    "gemini": Gemini,
    "ollama": Ollama,
    "lmstudio": LmStudio,
}

DIALECTS: Mapping[str, Dialect] = {
    **{name: _BY_KIND[vendor.kind](vendor) for name, vendor in VENDORS.items()},
    "openai-responses": Responses(VENDORS["openai"]),
    "lmstudio-v0": LmStudioV0(VENDORS["lmstudio"]),
    "lmstudio-old": LmStudioOld(VENDORS["lmstudio"]),
}
