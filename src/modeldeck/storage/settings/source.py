"""`config.toml` as something that a person edits while the program runs."""

from collections.abc import Collection, Mapping
from pathlib import Path

from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.state import DeckState
from modeldeck.storage.settings.config_file import load_settings
from modeldeck.storage.settings.stamp import Stamp, stamp_of


class TomlSettings:
    """Implements `ports.SettingsSource`.

    Args:
        path: `config.toml`; it need not exist.
        environment: variables by name, as they were at the start.
        reserved: names that no provider in the file may have.
    """

    def __init__(self, path: Path, environment: Mapping[str, str], reserved: Collection[str] = ()) -> None:
        self._path = path
        self._environment = environment
        self._reserved = reserved
        self._seen: Stamp = None

    def edited(self) -> bool:
        return stamp_of(self._path) != self._seen

    def read(self, state: DeckState) -> LoadedSettings:
        self._seen = stamp_of(self._path)  # before reading: an edit in between is seen next time
        return load_settings(self._path, state, self._environment, self._reserved)
