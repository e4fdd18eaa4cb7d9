"""Reading TOML that a person wrote, so that every complaint can name file, line and key."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from modeldeck.domain.errors import ConfigError, ConfigProblem

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

    def problem(self, key: KeyPath, what: str, hint: str | None = None) -> ConfigProblem:
        """What is wrong with `key`; `what` completes "`budget.day_usd` ..."."""
        return ConfigProblem(line_of(index_lines(self.text), key), dotted(key), f"`{dotted(key)}` {what}.", hint)


def refusal(path: Path, problems: Sequence[ConfigProblem]) -> ConfigError:
    """The error of a file with problems (at least one): it tells the first one, counts the others and holds all."""
    first, others = problems[0], len(problems) - 1
    place = f"{path}, line {first.line}" if first.line else str(path)
    more = f"{others} more: `modeldeck config check` lists them." if others else None
    hint = " ".join(filter(None, (first.hint, more))) or None
    return ConfigError(f"{place}: {first.message}", hint, tuple(problems))


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
    except RecursionError:
        problem = ConfigProblem(None, None, "not readable: brackets are nested without end.")
        raise refusal(path, [problem]) from None


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
    if looks_like_a_key(text):
        return "something that could be an API key"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def looks_like_a_key(text: str) -> bool:
    """Whether a text holds something that could be an API key."""
    return _LOOKS_LIKE_A_KEY.search(text) is not None


def index_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line (from 1) where each key is set, or its table begins."""
    lines: dict[tuple[str, ...], int] = {}
    for number, path in _paths(text):
        for depth in range(1, len(path) + 1):
            lines.setdefault(path[:depth], number)
    return lines


def line_of(lines: Mapping[tuple[str, ...], int], key: KeyPath) -> int | None:
    """The line where `key` is set, or begins; inside an inline table or a list, the line that begins that."""
    parts = tuple(key)
    return next((lines[parts[:depth]] for depth in range(len(parts), 0, -1) if parts[:depth] in lines), None)


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
        raise refusal(path, [ConfigProblem(line, None, "not UTF-8 text.", "Save the file as UTF-8.")]) from None


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else len(text.splitlines()) or 1
    message = f"not valid TOML: {_PLACE.sub('', message)}."
    hint = 'TOML writes texts in quotes (key = "text") and areas in brackets ([budget]).'
    return refusal(path, [ConfigProblem(line, None, message, hint)])


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
