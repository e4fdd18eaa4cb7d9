"""Tolerant readers for JSON that is not ours: every odd value becomes None, no reader raises.

Numbers with a fraction are parsed as `Decimal` (`parse_json`), so that prices keep the digits that were sent.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_INT = 2**63 - 1
"""The largest integer that SQLite stores."""

MAX_MONEY = Decimal(1_000_000)
"""USD: a larger price or charge is a defect of the sender, not money."""

MIN_EXPONENT = -30
"""Powers of ten: a smaller non-zero amount is noise, and its exponent could be made to cost memory."""

MAX_TOKENS = 10**9
"""A larger count of tokens is a defect of the sender: no call reads or writes that much."""

NAME_LENGTH = 200
ID_LENGTH = 300
"""A longer model id is no id of any service; it would push every table out of shape."""

# C0 and C1 controls, then the invisible characters that reorder or hide text in a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")
# An escaped backslash, a pair of surrogates, then a surrogate on its own, which stands for no character.
_SURROGATES = re.compile(r"\\\\|\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(\\u[dD][89a-fA-F]\w\w)")


def parse_json(text: str | bytes) -> Any:
    """The JSON value in `text`; ValueError for anything that is not JSON, however broken or deep.

    Its strings can be stored and sent: what is no character (bytes that are not text, half a pair of surrogates)
    becomes U+FFFD.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "replace")
    if "\\ud" in text or "\\uD" in text:
        text = _SURROGATES.sub(lambda found: "\ufffd" if found[1] else found[0], text)
    try:
        return _decode(text)
    except RecursionError as error:
        raise ValueError(f"not JSON: {type(error).__name__}") from error


def _fraction(text: str) -> Decimal:
    """A JSON number as it was written; one that no Decimal can hold is no number, and costs only itself."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


_decode = json.JSONDecoder(parse_float=_fraction).decode


def as_str(value: Any) -> str | None:
    """A non-empty string as it is, else None."""
    return value if isinstance(value, str) and value else None


def as_name(value: Any, length: int = NAME_LENGTH) -> str | None:
    """A string on one line without control characters, at most `length` long; None when nothing is left."""
    if not isinstance(value, str):
        return None
    return _SPACES.sub(" ", _CONTROL.sub(" ", value)).strip()[:length].rstrip() or None


def as_text(value: Any) -> str:
    """A string that keeps its line ends but no other control characters; empty for anything else."""
    return _CONTROL_BUT_LINES.sub("", value.replace("\r\n", "\n").replace("\t", " ")) if isinstance(value, str) else ""


def as_id(value: Any) -> str | None:
    """A native model id, exactly as the provider wants it back; None when endless, empty or with control characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > ID_LENGTH or _CONTROL.search(value):
        return None
    return value


def as_decimal(value: Any) -> Decimal | None:
    """A finite amount from a string or number; None for "", null, NaN, booleans, words and absurd sizes."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or number.copy_abs() > MAX_MONEY:  # abs() would calculate, and overflow
        return None
    if not number:
        return Decimal(0)
    return number if number.adjusted() >= MIN_EXPONENT else None


def as_price(value: Any) -> Decimal | None:
    """A price: as `as_decimal`, and None when negative (`-1` stands for "depends")."""
    number = as_decimal(value)
    return None if number is None or number < 0 else number


def as_float(value: Any) -> float | None:
    """A finite number as float, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if number - number == 0 else None  # NaN and infinity differ from themselves


def as_int(value: Any) -> int | None:
    """A whole number from an integer, a float without a fraction or a string of digits; None when out of range."""
    if isinstance(value, str):
        text = value.strip()
        return int(text) if len(text) < 20 and text.isascii() and text.isdigit() and int(text) <= MAX_INT else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= MAX_INT else None
    number = as_float(value)
    if number is None or not number.is_integer() or abs(number) > MAX_INT:
        return None
    return int(number)


def as_count(value: Any) -> int:
    """A number of tokens: as `as_int`, and 0 for anything missing, negative or absurd."""
    number = as_int(value) or 0
    return number if 0 <= number <= MAX_TOKENS else 0


def as_size(value: Any) -> int | None:
    """A size that must be positive (context length, bytes, weights), else None."""
    number = as_int(value)
    return number if number is not None and number > 0 else None


def as_dict(value: Any) -> Mapping[str, Any]:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """An array, else an empty one."""
    return value if isinstance(value, list) else []


def as_words(value: Any) -> frozenset[str]:
    """The strings in an array."""
    return frozenset(item for item in as_list(value) if isinstance(item, str))


def as_moment(seconds: Any) -> datetime | None:
    """A UTC time from epoch seconds, else None; 0 is how some lists say "unknown"."""
    number = as_float(seconds)
    if number is None or number <= 0:
        return None
    try:
        return datetime.fromtimestamp(number, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def as_date(value: Any) -> date | None:
    """A UTC day from epoch seconds or an ISO 8601 text, else None."""
    if not isinstance(value, str):
        moment = as_moment(value)
        return moment.date() if moment else None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return None
