"""Themes as data: a TOML table becomes a Textual theme, or a sentence that says what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

from modeldeck.domain.record import record

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


_STYLE_WORDS = {"bold", "dim", "italic", "none", "not", "reverse", "strike", "underline"}
_OPACITY = re.compile(r"\d{1,3}%")


class ThemeError(ValueError):
    """A theme table cannot be used; the message names theme, key and what is allowed."""


@record
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
        variables={key: _variable(name, key, value) for key, value in _table(name, table.get("variables", {})).items()},
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


def _table(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ThemeError(
            f"Theme {name}: variables = {value!r} is no table; allowed: [variables] with one on each line."
        )
    return value


def _variable(name: str, key: str, value: object) -> str:
    """A colour with an optional opacity, or a text style's words; any other value would break the stylesheets."""
    words = str(value).split()
    if key.endswith("style"):
        if words and set(words) <= _STYLE_WORDS:
            return str(value)
        raise ThemeError(f"Theme {name}: {key} = {value!r}; allowed: {', '.join(sorted(_STYLE_WORDS))}.")
    colour, *opacity = words or [""]
    if len(opacity) > 1 or not all(_OPACITY.fullmatch(share) for share in opacity):
        raise ThemeError(f"Theme {name}: {key} = {value!r}; allowed: a colour, and an opacity such as 60%.")
    if colour != "auto":
        _colour(name, key, colour)
    return str(value)


def _colour(name: str, key: str, value: object) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError:
        raise ThemeError(
            f"Theme {name}: {key} = {value!r} is no colour; allowed: #rrggbb or a colour's name."
        ) from None
    return str(value)
