"""A key that cannot be printed by accident."""

import re

# The shapes of keys that services echo in their error messages, plus whatever follows "Bearer".
_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|rk)-[\w-]{8,}|\b(?:gsk|hf|xai|csk|tgp)[_-][\w-]{8,}|\bAIza[\w-]{10,}|(?<=Bearer )\S{4,}", re.ASCII
)
MASK = "***"
SHORTEST_KEY = 4
"""Characters: replacing anything shorter would only mangle ordinary words."""


class Secret:
    """An API key, or none. Only `reveal` shows it; `repr`, `str` and pickling do not."""

    __slots__ = ("_value",)

    def __init__(self, value: str | None = None) -> None:
        self._value = (value or "").strip()

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK if self else ''})"

    def __reduce__(self) -> str:
        raise TypeError("a key is never serialised")

    def reveal(self) -> str:
        """The key itself, for a request header only."""
        return self._value

    def mask(self, text: str) -> str:
        """`text` with this key, and whatever looks like a key, replaced."""
        if len(self._value) >= SHORTEST_KEY:
            text = text.replace(self._value, MASK)
        return _KEY_SHAPES.sub(MASK, text)
