"""Data that comes with the package, and a person's own colour themes, as plain dicts."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent.parent / "data"
_PACKED_THEMES = _DATA / "themes"
_CHECKOUT_THEMES = Path(__file__).parents[3] / "themes"


@cache
def load_vendors() -> dict[str, Any]:
    """`vendors.toml`: what is known about each provider, by its name. Shared: not to be changed."""
    return tomllib.loads((_DATA / "vendors.toml").read_text(encoding="utf-8"))


def load_references() -> dict[str, Any]:
    """`references.toml`: what other collections call our providers, by provider name."""
    return tomllib.loads((_DATA / "references.toml").read_text(encoding="utf-8"))


def load_themes(own: Path | None = None) -> tuple[list[dict[str, Any]], list[str]]:
    """The shipped colour themes, then those of the folder `own`, which replace shipped ones of the same name.

    Returns:
        the themes, each with at least a `name`, and one sentence for every own file that cannot be used.
    """
    shipped = _PACKED_THEMES if _PACKED_THEMES.is_dir() else _CHECKOUT_THEMES
    themes: dict[str, dict[str, Any]] = {}
    warnings: list[str] = []
    for folder in (shipped, own):
        for path in sorted(folder.glob("*.toml")) if folder is not None else ():
            try:
                theme = _load_theme(path)
            except (OSError, ValueError) as error:
                warnings.append(f"The theme {path} cannot be used: {error}.")
            else:
                themes[theme["name"]] = theme
    return list(themes.values()), warnings


def _load_theme(path: Path) -> dict[str, Any]:
    """One theme file. Raises OSError or ValueError (not TOML, not UTF-8, no name)."""
    theme = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    if not isinstance(theme.get("name"), str):
        raise ValueError("it has no `name`")
    return theme
