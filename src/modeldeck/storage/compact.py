"""Values as columns hold them: compact JSON, decimals as exact strings, nothing that SQLite refuses."""

import json
from decimal import Decimal
from typing import Any

_LARGEST = 2**63 - 1
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> str:
    """Compact JSON text. Enums that are strings are written as their value."""
    return _encode(value)


def load(text: str) -> Any:
    """What `dump` wrote."""
    return json.loads(text)


def decimal_text(value: Decimal | None) -> str | None:
    """A decimal as the string that gives back exactly the same number; None stays None."""
    return None if value is None else str(value)


def decimal_value(text: str | None) -> Decimal | None:
    """The decimal that `decimal_text` wrote."""
    return None if text is None else Decimal(text)


def storable(value: Any) -> Any:
    """The nearest value that SQLite can hold: half characters become `?`, whole numbers are cut to 64 bits.

    Servers and command lines send such things; nothing is lost that could be shown or counted.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return max(-_LARGEST, min(_LARGEST, value))
    return value
