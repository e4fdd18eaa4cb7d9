"""Values of `config.toml` as the types of the settings; what is of another type is told in a person's words.

Imports pydantic, which takes a tenth of a second: only for people with settings.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from modeldeck.domain.errors import ConfigProblem
from modeldeck.domain.settings import Settings
from modeldeck.storage.settings import CONFIG_FILE
from modeldeck.storage.settings.toml_text import TomlFile, shown

# What pydantic's error types mean for a person, https://docs.pydantic.dev/latest/errors/validation_errors/
_ALLOWED_BY_PREFIX = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a number",
    "string": "a text in quotes",
    "tuple": "a list in brackets",
    "dataclass": "a table of settings",
    "mapping": "a table of settings",
    "dict": "a table of settings",
}


def typed(data: dict[str, Any]) -> tuple[Settings, dict[tuple[str, ...], ErrorDetails]]:
    """The settings that `data` holds, and the complaint about each key that had to be left out of it."""
    # Wrapped in a dict, because a dataclass of the domain cannot carry pydantic's configuration itself.
    adapter = TypeAdapter(dict[str, Settings], config=ConfigDict(extra="forbid"))
    wrong: dict[tuple[str, ...], ErrorDetails] = {}
    while True:
        try:
            return adapter.validate_python({CONFIG_FILE: data})[CONFIG_FILE], wrong
        except ValidationError as error:
            found = {_key_of(each): each for each in error.errors(include_url=False)}
        fresh = found.keys() - wrong.keys()
        if not fresh:  # nothing is left to leave out
            return Settings(), wrong
        wrong |= {key: each for key, each in found.items() if key in fresh}
        for key in fresh:
            _remove(data, key)


def _key_of(error: ErrorDetails) -> tuple[str, ...]:
    """The key that an error is about: its place without list positions and pydantic's own marks."""
    return tuple(part for part in error["loc"][1:] if isinstance(part, str) and part != "[key]")


def _remove(data: dict[str, Any], key: tuple[str, ...]) -> None:
    *tables, name = key
    for table in tables:
        data = data.get(table, {})
    data.pop(name, None)


def complaint(file: TomlFile, error: ErrorDetails) -> ConfigProblem:
    """A complaint of pydantic's in a person's words."""
    key = _key_of(error)
    if error["type"] == "unexpected_keyword_argument" or error["loc"][-1] == "[key]":
        return file.problem(key, "is not a setting", _suggestion(key[-1], _allowed_names(key[:-1])))
    return file.problem(key, f"is {shown(error['input'])}; allowed: {_allowed(error)}")


def _allowed(error: ErrorDetails) -> str:
    expected = error.get("ctx", {}).get("expected")
    if expected:
        return str(expected)
    return next(
        (allowed for prefix, allowed in _ALLOWED_BY_PREFIX.items() if error["type"].startswith(prefix)), error["msg"]
    )


def _suggestion(name: str, allowed: Sequence[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name, allowed, n=1)
    guess = f"Did you mean {nearest[0]}? " if nearest else ""
    return f"{guess}Allowed here: {', '.join(allowed)}."


def _allowed_names(area: Sequence[str]) -> list[str]:
    """The keys that an area of the settings knows."""
    hint: Any = Settings
    for name in area:
        hint = get_type_hints(hint)[name] if is_dataclass(hint) else get_args(hint)[1]
    if is_dataclass(hint):
        return [each.name for each in fields(hint)]
    key_type: Any = get_args(hint)[0] if get_origin(hint) else str
    return [str(member) for member in key_type] if issubclass(key_type, StrEnum) else []
