"""Values as columns hold them: compact JSON, decimals as exact strings, money and counts that can be summed."""

import json
from decimal import Decimal
from typing import Any

from modeldeck.domain.pricing import to_nano

_LARGEST = 2**63 - 1
_MAX_DIGITS = 8
_MAX_NANO = 10**8 * 10**9
"""100 million USD: larger amounts, which only a broken price can give, are cut so that sums stay 64-bit integers."""
_MAX_TOKENS = 10**12
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


def nano(usd: Decimal | None) -> int | None:
    """USD as integer nano-USD that the database can sum; what is unknown or no number stays None."""
    if usd is None or not usd.is_finite():
        return None
    if usd and usd.adjusted() >= _MAX_DIGITS:
        return _MAX_NANO if usd > 0 else -_MAX_NANO
    return to_nano(usd)


def tokens(count: int) -> int:
    """A token count that the database can sum; only a broken answer holds more."""
    return count if 0 <= count <= _MAX_TOKENS else max(0, min(_MAX_TOKENS, count))
