"""Themes as data: a TOML table becomes a Textual theme, or a sentence that says what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

DEFAULT_THEME = "deck-dark"
_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
_ALLOWED = ("name", "title", "dark", "ansi", *_COLOURS, "variables")


class ThemeError(ValueError):
    """A theme table cannot be used; the message names theme, key and what is allowed."""


@dataclass(frozen=True, slots=True)
class NamedTheme:
    """A theme with the title that the picker shows."""

    title: str
    theme: Theme


def read_theme(table: Mapping[str, Any]) -> NamedTheme:
    """A theme from its TOML table.

    Raises:
        ThemeError: a key is unknown, a colour cannot be read, or name or primary colour is missing.
    """
    name = table.get("name")
    if not isinstance(name, str) or not name:
        raise ThemeError('A theme has no name; allowed: a text such as name = "my-theme".')
    unknown = sorted(set(table) - set(_ALLOWED))
    if unknown:
        raise ThemeError(f"Theme {name}: unknown key {unknown[0]}; allowed: {', '.join(_ALLOWED)}.")
    colours = {key: _colour(name, key, table[key]) for key in _COLOURS if key in table}
    if "primary" not in colours:
        raise ThemeError(f"Theme {name}: primary is missing; allowed: a colour such as #7fb4ff.")
    theme = Theme(
        name=name,
        primary=colours["primary"],
        dark=bool(table.get("dark", True)),
        ansi=bool(table.get("ansi", False)),
        variables={str(key): str(value) for key, value in dict(table.get("variables", {})).items()},
    )
    for key, value in colours.items():
        setattr(theme, key, value)
    return NamedTheme(str(table.get("title", name)), theme)


def read_themes(tables: Sequence[Mapping[str, Any]]) -> tuple[dict[str, NamedTheme], list[str]]:
    """All usable themes by name, and one sentence for each table that cannot be used."""
    themes: dict[str, NamedTheme] = {}
    problems: list[str] = []
    for table in tables:
        try:
            named = read_theme(table)
        except ThemeError as error:
            problems.append(str(error))
        else:
            themes[named.theme.name] = named
    return themes, problems


def _colour(name: str, key: str, value: object) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError:
        raise ThemeError(
            f"Theme {name}: {key} = {value!r} is no colour; allowed: #rrggbb or a colour's name."
        ) from None
    return str(value)
