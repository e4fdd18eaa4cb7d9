"""docs/settings.md names every setting, and its examples are settings that modeldeck accepts."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from modeldeck.domain.settings import Settings
from modeldeck.domain.state import DeckState
from modeldeck.storage.settings.config_file import load_settings

PAGE = (Path(__file__).parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def names(kind: Any, area: str) -> Iterator[tuple[str, str]]:
    """Each field below an area, with the area's name."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        for each in fields(kind):
            yield area or each.name, each.name
            yield from names(hints[each.name], area or each.name)
    for part in get_args(kind):
        yield from names(part, area)


@pytest.mark.parametrize(("area", "name"), sorted(set(names(Settings, ""))))
def test_every_setting_is_on_the_page(area: str, name: str) -> None:
    (section,) = (part for part in PAGE.split("\n## ") if re.search(rf"\[{area}[].]", part.partition("\n")[0]))
    assert re.search(rf"[`.\[]{name}[`\].]", section)


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.split("]")[0][1:] for text in EXAMPLES])
def test_every_example_is_accepted(tmp_path: Path, example: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(example, encoding="utf-8")
    assert load_settings(path, DeckState(), {}).settings != Settings()


def test_the_examples_together_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("\n".join(EXAMPLES), encoding="utf-8")
    assert load_settings(path, DeckState(), {}).settings.providers["openrouter"].free_only
