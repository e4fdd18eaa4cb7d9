"""Where files live: folders for settings, data and cache, private to the person."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from modeldeck.domain.errors import StorageError

APP_NAME = "modeldeck"
CONFIG_VARIABLE = "MODELDECK_CONFIG_DIR"
DATA_VARIABLE = "MODELDECK_DATA_DIR"
_PRIVATE_FOLDER = 0o700  # Windows ignores both modes; a profile folder is private there by itself
_PRIVATE_FILE = 0o600


class Folders(NamedTuple):
    """The folders of one profile; none of them needs to exist yet. `themes` holds a person's own colour themes."""

    config: Path
    data: Path
    cache: Path
    themes: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def state_file(self) -> Path:
        return self.config / "deck.toml"

    @property
    def database(self) -> Path:
        return self.data / "deck.db"


def find_folders(
    environment: Mapping[str, str],
    *,
    config_dir: Path | None = None,
    data_dir: Path | None = None,
    profile: str | None = None,
) -> Folders:
    """Choose the folders: arguments win over `MODELDECK_CONFIG_DIR` and `MODELDECK_DATA_DIR`, those over the platform.

    `profile` names a sub folder of each, whose files never meet those of the person's usual profile; own themes are
    shared by all profiles. A data folder that was chosen also holds the cache. Creates nothing.
    """
    config = _chosen(config_dir, environment.get(CONFIG_VARIABLE)) or _platform_folder("config")
    data = _chosen(data_dir, environment.get(DATA_VARIABLE))
    cache = data / "cache" if data else _platform_folder("cache")
    data = data or _platform_folder("data")
    themes = config / "themes"
    if profile:
        config, data, cache = config / profile, data / profile, cache / profile
    return Folders(config, data, cache, themes)


def make_folder(folder: Path) -> None:
    """Make a folder, with its parents, that only its owner may enter; an existing one is left as it is.

    Raises:
        StorageError: it cannot be made, or a file stands in its place.
    """
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            f"Choose another one with --config-dir and --data-dir, or with {CONFIG_VARIABLE} and {DATA_VARIABLE}.",
        ) from error


def open_private(path: Path, flags: int) -> int:
    """Open (or create, 0600) a file and return its descriptor; `flags` are those of `os.open`. Raises OSError."""
    return os.open(path, flags, _PRIVATE_FILE)


def _chosen(argument: Path | None, variable: str | None) -> Path | None:
    if argument is not None:
        return argument.expanduser().absolute()
    return Path(variable).expanduser().absolute() if variable else None


def _platform_folder(kind: str) -> Path:
    import platformdirs  # not needed when both folders are given, as in every test and script

    find = {
        "config": platformdirs.user_config_path,
        "data": platformdirs.user_data_path,
        "cache": platformdirs.user_cache_path,
    }[kind]
    return find(APP_NAME, appauthor=False)
