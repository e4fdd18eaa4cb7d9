"""What a protocol asks of every address that speaks it, as data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

Protocol = Literal["openai", "openrouter", "anthropic", "gemini", "ollama", "lmstudio"]

CONVENTIONS: Mapping[Protocol, Mapping[str, Any]] = MappingProxyType(
    {
        "openai": {"version_path": "/v1"},
        "openrouter": {"version_path": "/v1"},
        # docs.claude.com/en/api/overview: the key and the version travel in headers of their own.
        "anthropic": {
            "version_path": "/v1",
            "key_header": "x-api-key",
            "key_prefix": "",
            "headers": {"anthropic-version": "2023-06-01"},
        },
        # ai.google.dev/api: a key in the URL would end up in logs.
        "gemini": {"version_path": "/v1beta", "key_header": "x-goog-api-key", "key_prefix": ""},
        "ollama": {},
        "lmstudio": {"version_path": "/v1"},
    }
)
"""Fields of Vendor that hold by protocol; a vendor's own table wins."""

EXACT_PATHS: frozenset[Protocol] = frozenset({"openai"})
"""Where people write a complete base URL, version and all; everywhere else the version path is ours to add."""
