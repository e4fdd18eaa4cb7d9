"""Compact JSON for columns, with decimals as exact strings."""

import json
from decimal import Decimal
from typing import Any

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
