"""Settings for a person who wonders: what holds and why, and what a settings file is worth."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from modeldeck.domain.configuration import COMMAND_LINE, DEFAULT_ORIGIN, ENVIRONMENT, ConfigReport, Setting
from modeldeck.domain.errors import ConfigError, ConfigProblem
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.engine.deck import Deck
from modeldeck.engine.launch import Options
from modeldeck.paths import CONFIG_VARIABLE, DATA_VARIABLE, Folders
from modeldeck.ports import ProviderInfo
from modeldeck.providers.registry import address_variable, parse_vendors
from modeldeck.storage.package_data import load_vendors
from modeldeck.storage.settings.view import effective_settings, safe_address

_NO_COLOUR = "NO_COLOR"


def list_settings(
    loaded: LoadedSettings,
    providers: Iterable[ProviderInfo],
    folders: Folders,
    options: Options,
    environment: Mapping[str, str],
) -> list[Setting]:
    """Every effective setting with its origin: files and folders first, then the areas, then what providers use.

    Args:
        loaded: the settings of all files and variables.
        providers: the enabled providers.
        folders: where files live.
        options: the global flags.
        environment: all variables, also those that only this module shows.
    """
    rows = {row.key: row for row in _start(folders, options, environment)}
    rows |= {row.key: row for row in effective_settings(loaded)}
    rows |= {row.key: row for info in providers for row in _provider(info, loaded, environment)}
    return list(rows.values())


def check_settings(path: Path, open_deck: Callable[[], Deck]) -> ConfigReport:
    """Read a settings file as a start would, and say everything that is wrong. Raises StorageError.

    Args:
        path: the file; one that is not there is fine, because every setting has a default.
        open_deck: opens a deck with the file; raises ConfigError when something in it is wrong.
    """
    try:
        with open_deck() as deck:
            notes = [] if path.exists() else ["There is no such file; the defaults hold."]
            notes += deck.warnings
            notes += _unknown_keys(deck.settings.loaded.settings.keymap)
            if not deck.catalog.models:
                notes.append("No list is stored yet, so model names were not looked up; `modeldeck list` fetches them.")
            return ConfigReport(str(path), warnings=tuple(notes))
    except ConfigError as error:
        problems = error.problems or (ConfigProblem(None, None, error.message, error.hint),)
        return ConfigReport(str(path), problems)


def _unknown_keys(keymap: Mapping[str, str]) -> list[str]:
    """One sentence for every name in `[keymap]` that no action of the app has."""
    if not keymap:
        return []
    from modeldeck.tui.app import DeckApp  # Textual and every pane, only for people with keys of their own
    from modeldeck.tui.keymap import check_keymap, ids_of, key_owners

    return check_keymap(keymap, ids_of([DeckApp, *key_owners()]))[1]


def _start(folders: Folders, options: Options, environment: Mapping[str, str]) -> Iterator[Setting]:
    """What is settled before any file is read."""
    config = _first_origin(options.config_dir is not None, CONFIG_VARIABLE, environment)
    data = _first_origin(options.data_dir is not None, DATA_VARIABLE, environment)
    yield Setting("folders.config", str(folders.config), config)
    yield Setting("folders.data", str(folders.data), data)
    yield Setting("network", not options.no_network, COMMAND_LINE if options.no_network else DEFAULT_ORIGIN)
    yield Setting("colour", not environment.get(_NO_COLOUR), _first_origin(False, _NO_COLOUR, environment))


def _first_origin(told: bool, variable: str, environment: Mapping[str, str]) -> str:
    if told:
        return COMMAND_LINE
    return f"{ENVIRONMENT}{variable}" if environment.get(variable) else DEFAULT_ORIGIN


def _provider(info: ProviderInfo, loaded: LoadedSettings, environment: Mapping[str, str]) -> Iterator[Setting]:
    """The address that is used, and whether a key is there; never the key."""
    vendor = parse_vendors(load_vendors()).get(info.name)
    variable = address_variable(info.name, () if vendor is None else vendor.base_url_variables, environment)
    key = f"providers.{info.name}.base_url"
    address = loaded.origins.get(key, DEFAULT_ORIGIN) if variable is None else f"{ENVIRONMENT}{variable}"
    yield Setting(key, safe_address(info.base_url), address)
    holder = next((name for name in info.key_names if environment.get(name, "").strip()), None)
    origin = DEFAULT_ORIGIN if holder is None else f"{ENVIRONMENT}{holder}"
    yield Setting(f"providers.{info.name}.has_key", info.has_key, origin)
