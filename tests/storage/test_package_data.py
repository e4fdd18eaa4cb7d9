from pathlib import Path

import pytest

from modeldeck.storage import package_data
from modeldeck.storage.package_data import load_themes, load_vendors


def test_the_shipped_vendors_are_tables_by_name() -> None:
    vendors = load_vendors()
    assert {"openrouter", "ollama", "llamacpp"} <= set(vendors)
    assert all(isinstance(table, dict) for table in vendors.values())


def test_four_themes_are_shipped_light_and_dark() -> None:
    themes, warnings = load_themes()
    assert warnings == []
    assert len(themes) >= 4
    assert {theme["dark"] for theme in themes} == {True, False}
    assert len({theme["name"] for theme in themes}) == len(themes)


def test_in_a_wheel_the_themes_lie_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "only.toml").write_text('name = "only"\n')
    monkeypatch.setattr(package_data, "_PACKED_THEMES", tmp_path)
    assert load_themes() == ([{"name": "only"}], [])


def test_own_themes_come_last_and_replace_shipped_ones_of_the_same_name(tmp_path: Path) -> None:
    shipped, _ = load_themes()
    taken = shipped[0]["name"]
    (tmp_path / "a.toml").write_text('name = "mine"\nprimary = "#123456"\n')
    (tmp_path / "b.toml").write_text(f'name = "{taken}"\nprimary = "#654321"\n')
    themes, warnings = load_themes(tmp_path)
    by_name = {theme["name"]: theme for theme in themes}
    assert by_name["mine"]["primary"] == "#123456"
    assert by_name[taken] == {"name": taken, "primary": "#654321"}
    assert (len(themes), warnings) == (len(shipped) + 1, [])


def test_broken_own_themes_are_said_and_the_others_used(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('name = "good"\n')
    (tmp_path / "nameless.toml").write_text("primary = 'red'\n")
    (tmp_path / "broken.toml").write_text("name = ")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "folder.toml").mkdir()
    themes, warnings = load_themes(tmp_path)
    assert "good" in {theme["name"] for theme in themes}
    broken = [tmp_path / f"{name}.toml" for name in ("binary", "broken", "folder", "nameless")]
    assert [warning.partition(" cannot be used: ")[0] for warning in warnings] == [
        f"The theme {path}" for path in broken
    ]


def test_no_folder_of_own_themes_is_no_error(tmp_path: Path) -> None:
    assert load_themes(tmp_path / "absent") == load_themes()
