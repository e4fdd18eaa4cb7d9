"""What a name tells: a provider's place, a model's size, its date, its family."""

import re
from functools import lru_cache

from modeldeck.domain.model import Model

PROVIDER_ORDER: tuple[str, ...] = (
    "openrouter",
    "openai",
    "anthropic",
    "gemini",
    "groq",
    "together",
    "deepseek",
    "mistral",
    "xai",
    "huggingface",
    "cerebras",
    "ollama",
    "lmstudio",
    "llamacpp",
    "vllm",
    "local",
)
"""The fixed provider names in their order; custom providers come after them, by name."""

_RANK = {name: rank for rank, name in enumerate(PROVIDER_ORDER)}

_DATE = re.compile(r"[-@](20\d{2})-?(\d{2})-?(\d{2})(?=$|:)")
_SIZE = re.compile(r"(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)b(?![a-z0-9])")
_ROUTE = re.compile(r":(?:free|latest|nitro|floor|extended|thinking|online)$")


def provider_rank(provider: str) -> tuple[int, str]:
    """The sort key of a provider: fixed names first in their order, then the others by name."""
    return _RANK.get(provider, len(_RANK)), provider


@lru_cache(maxsize=65_536)
def size_in_name(name: str) -> int | None:
    """The number of weights that a name states (`llama-3.1-8b`, `mixtral-8x7b`), the largest when several."""
    sizes = [float(size) * int(times or 1) for times, size in _SIZE.findall(name.lower())]
    return int(max(sizes) * 1_000_000_000) if sizes else None


def parameters_of(model: Model) -> int | None:
    """The number of weights, stated by the provider or else by the name; None when neither does."""
    return model.parameters or size_in_name(model.native_id) or size_in_name(model.name)


def split_date(text: str) -> tuple[str, str | None]:
    """A name without its release date, and the date as YYYYMMDD: `gpt-4o-2024-08-06` -> `gpt-4o`, `20240806`."""
    found = _DATE.search(text) if "20" in text else None
    if found is None:
        return text, None
    return text[: found.start()] + text[found.end() :], "".join(found.groups())


@lru_cache(maxsize=65_536)
def _family(name: str) -> str:
    tail = name.lower().rpartition("/")[2]
    return split_date(_ROUTE.sub("", tail) if ":" in tail else tail)[0]


def family_of(model: Model) -> str:
    """A key that the same model shares over providers, dates and free variants (`deepseek-r1`)."""
    return _family(model.canonical or model.native_id)
