import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.color import Color

from modeldeck.tui.themes import DEFAULT_THEME, ThemeError, read_theme, read_themes

SHIPPED = [
    tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[2] / "themes").glob("*.toml"))
]
PLAIN: dict[str, Any] = {"name": "mine", "primary": "#336699"}


def test_four_themes_are_shipped_and_the_default_is_one_of_them() -> None:
    themes, problems = read_themes(SHIPPED)
    assert problems == []
    assert len(themes) == 4
    assert DEFAULT_THEME in themes
    assert {named.theme.dark for named in themes.values()} == {True, False}
    assert any(named.theme.ansi for named in themes.values())


@pytest.mark.parametrize(
    "table", [table for table in SHIPPED if not table.get("ansi")], ids=lambda table: table["name"]
)
@pytest.mark.parametrize("on", ["background", "surface", "panel"])
def test_every_text_colour_can_be_read_on_every_ground(table: dict[str, Any], on: str) -> None:
    shades = read_theme(table).theme.to_color_system().generate()
    ground = Color.parse(shades[on])
    for name in ("foreground", "text-success", "text-warning", "text-error", "text-accent", "text-primary"):
        assert contrast(Color.parse(shades[name]), ground) >= 4.5, name
    if not shades["text-muted"].startswith("auto"):
        assert contrast(Color.parse(shades["text-muted"]), ground) >= 4.5


@pytest.mark.parametrize(
    "table", [table for table in SHIPPED if not table.get("ansi")], ids=lambda table: table["name"]
)
def test_the_row_under_the_cursor_can_be_read(table: dict[str, Any]) -> None:
    shades = read_theme(table).theme.to_color_system().generate()
    ink, ground = Color.parse(shades["block-cursor-foreground"]), Color.parse(shades["block-cursor-background"])
    assert contrast(ink, ground) >= 4.5


def contrast(first: Color, second: Color) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "no name"),
        ({"primry": "#fff"}, "primry"),
        ({"accent": "reddish"}, "accent"),
        ({"variables": {"border": "wide"}}, "border"),
        ({"variables": {"border": "#fff 40% dashed"}}, "border"),
        ({"variables": {"link-style": "shiny"}}, "link-style"),
        ({"variables": "none"}, "variables"),
    ],
    ids=["nameless", "unknown key", "no colour", "odd variable", "odd opacity", "odd style", "no table"],
)
def test_a_broken_theme_names_the_key(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ThemeError, match=says):
        read_theme(PLAIN | change)


def test_a_theme_without_a_primary_colour_is_told() -> None:
    with pytest.raises(ThemeError, match="primary is missing"):
        read_theme({"name": "mine"})


def test_one_broken_theme_does_not_take_the_others_with_it() -> None:
    themes, problems = read_themes([PLAIN, {"name": "broken", "primary": "?"}])
    assert list(themes) == ["mine"]
    assert len(problems) == 1


def test_where_colours_are_the_terminals_own_a_resting_cursor_is_drawn_by_more_than_bold() -> None:
    ansi = [table for table in SHIPPED if table.get("ansi")]
    styles = [table["variables"]["block-cursor-blurred-text-style"] for table in ansi]
    assert styles
    assert all({"underline", "reverse"} & set(style.split()) for style in styles)
