"""Reading TOML that a person wrote, so that every complaint can name file, line and key."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from modeldeck.domain.errors import ConfigError

KeyPath = Sequence[str]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")  # how tomllib ends its messages
_LOOKS_LIKE_A_KEY = re.compile(r"(?i)\b(?:sk|gsk|csk|xai|hf|key|aiza|tok|token)[-_]?(?=[\w-]*\d)[\w-]{16,}")
_LONGEST_SHOWN = 60


class TomlFile(NamedTuple):
    """A parsed file with its text; numbers with a fraction are exact decimals."""

    path: Path
    text: str
    data: dict[str, Any]

    def error(self, key: KeyPath, what: str, hint: str | None = None) -> ConfigError:
        """A ConfigError that says where `key` stands; `what` completes "line 3: `budget.day_usd` ..."."""
        line = line_of(self.text, key)
        place = f"{self.path}, line {line}" if line else str(self.path)
        return ConfigError(f"{place}: `{dotted(key)}` {what}.", hint)


def read_toml(path: Path) -> TomlFile | None:
    """Read and parse a file; None when there is none.

    Raises:
        ConfigError: it cannot be read, is not UTF-8, or is not TOML; the message names the line.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the file's owner and mode."
        ) from error
    text = _decode(path, content)
    try:
        return TomlFile(path, text, tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from None


def dotted(key: KeyPath) -> str:
    """A key as it is written in TOML: `models."openai/gpt-5".quality`."""
    return ".".join(part if _BARE_KEY.fullmatch(part) else f'"{part}"' for part in key)


def shown(value: Any) -> str:
    """A value for a message: short, on one line, and never something that could be an API key."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return str(value)
    text = repr(value)
    if _LOOKS_LIKE_A_KEY.search(text):
        return "something that could be an API key"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def line_of(text: str, key: KeyPath) -> int | None:
    """The line (from 1) where `key` is set, or begins; inside an inline table or a list, the line that begins that."""
    wanted = tuple(key)
    best_depth, best_line = 0, None
    for number, path in _paths(text):
        depth = len(wanted) if path[: len(wanted)] == wanted else len(path) if wanted[: len(path)] == path else 0
        if depth > best_depth:
            best_depth, best_line = depth, number
    return best_line


def _paths(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line that sets a key or opens a table, with the full path of it."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _header(line)
        if header is not None:
            table = header
            yield number, header
        elif assigned := _assigned(line):
            yield number, (*table, *assigned)


def _decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")  # Windows editors put a byte order mark in front
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: not UTF-8 text.", "Save the file as UTF-8.") from None


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else len(text.splitlines()) or 1
    return ConfigError(
        f"{path}, line {line}: not valid TOML: {_PLACE.sub('', message)}.",
        'TOML writes texts in quotes (key = "text") and areas in brackets ([budget]).',
    )


def _header(line: str) -> tuple[str, ...] | None:
    """The key path of a `[table]` line, None for any other line."""
    return _parsed_path(line) if line.lstrip().startswith("[") and not line.lstrip().startswith("[[") else None


def _assigned(line: str) -> tuple[str, ...]:
    """The key path before the equals sign of a line; empty for any other line."""
    key, equals, _ = line.partition("=")
    return (_parsed_path(f"{key}= 0") or ()) if equals else ()


def _parsed_path(line: str) -> tuple[str, ...] | None:
    """The nested keys that a one-line TOML document makes."""
    try:
        data: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    path = []
    while isinstance(data, dict) and data:
        ((name, data),) = data.items()
        path.append(name)
    return tuple(path) or None
