import os
import stat
import sys
from pathlib import Path

import pytest

from modeldeck.domain.errors import StorageError
from modeldeck.paths import find_folders, make_folder, open_private

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def test_arguments_win_over_the_environment(tmp_path: Path) -> None:
    environment = {"MODELDECK_CONFIG_DIR": "/elsewhere", "MODELDECK_DATA_DIR": "/elsewhere"}
    folders = find_folders(environment, config_dir=tmp_path / "c", data_dir=tmp_path / "d")
    assert (folders.config, folders.data) == (tmp_path / "c", tmp_path / "d")


def test_the_environment_wins_over_the_platform(tmp_path: Path) -> None:
    environment = {"MODELDECK_CONFIG_DIR": str(tmp_path / "c"), "MODELDECK_DATA_DIR": str(tmp_path / "d")}
    folders = find_folders(environment)
    assert folders.config_file == tmp_path / "c" / "config.toml"
    assert folders.state_file == tmp_path / "c" / "deck.toml"
    assert folders.database == tmp_path / "d" / "deck.db"
    assert folders.cache == tmp_path / "d" / "cache"


def test_without_a_choice_the_platform_decides() -> None:
    folders = find_folders({"MODELDECK_CONFIG_DIR": "", "MODELDECK_DATA_DIR": ""})
    assert {folders.config.name, folders.data.name} == {"modeldeck"}
    assert folders.config.is_absolute()


def test_a_profile_has_files_of_its_own_and_shares_the_themes(tmp_path: Path) -> None:
    usual = find_folders({}, config_dir=tmp_path, data_dir=tmp_path)
    other = find_folders({}, config_dir=tmp_path, data_dir=tmp_path, profile="other")
    assert other.database == tmp_path / "other" / "deck.db"
    assert other.state_file == tmp_path / "other" / "deck.toml"
    assert other.cache == usual.cache / "other"
    assert other.themes == usual.themes == tmp_path / "themes"


def test_a_relative_folder_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_folders({}, config_dir=Path("here"), data_dir=Path("here")).data == tmp_path / "here"


def test_choosing_folders_creates_nothing(tmp_path: Path) -> None:
    find_folders({}, config_dir=tmp_path / "c", data_dir=tmp_path / "d", profile="x")
    assert list(tmp_path.iterdir()) == []


@POSIX
def test_folders_and_files_are_private(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    os.close(open_private(tmp_path / "a" / "b" / "f", os.O_CREAT | os.O_WRONLY))
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b" / "f").stat().st_mode) == 0o600


def test_an_existing_folder_is_left_as_it_is(tmp_path: Path) -> None:
    mode = tmp_path.stat().st_mode
    make_folder(tmp_path)
    assert tmp_path.stat().st_mode == mode


def test_a_file_in_place_of_a_folder_is_said_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError) as caught:
        make_folder(tmp_path / "taken" / "inside")
    assert str(tmp_path / "taken" / "inside") in caught.value.message
    assert "--data-dir" in (caught.value.hint or "")


def test_a_folder_that_may_not_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match="Permission denied"):
        make_folder(tmp_path / "new")
