"""The composition root: settings -> storage -> providers -> engine -> face. The only file that knows everyone."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Self

from modeldeck import __version__
from modeldeck.clock import SystemClock
from modeldeck.domain.settings import FilterSettings
from modeldeck.engine.deck import Deck as EngineDeck
from modeldeck.engine.deck import DeckParts
from modeldeck.engine.launch import Launch, Options
from modeldeck.hardware.late import LateProbe
from modeldeck.paths import Folders, find_folders
from modeldeck.providers.listening import is_listening
from modeldeck.providers.registry import build_providers, log_warning, parse_vendors
from modeldeck.storage.catalog_cache import SqliteCatalogCache
from modeldeck.storage.database import Database
from modeldeck.storage.experience import SqliteExperienceStore
from modeldeck.storage.ledger.store import SqliteLedger
from modeldeck.storage.limits import SqliteLimitStore
from modeldeck.storage.package_data import load_themes, load_vendors
from modeldeck.storage.ratings import SqliteRatingStore
from modeldeck.storage.settings.source import TomlSettings
from modeldeck.storage.settings.state_file import TomlStateFile
from modeldeck.storage.turns import SqliteTurnStore

if TYPE_CHECKING:  # what only annotations name need not be loaded at every start
    from modeldeck.domain.backup import BackupReport
    from modeldeck.domain.check import Check
    from modeldeck.domain.configuration import ConfigReport, Setting
    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.engine.catalog.references import References
    from modeldeck.engine.profiling.estimating import Estimator
    from modeldeck.engine.selection.strategies import OwnStrategy
    from modeldeck.ports import Clock, HardwareProbe, Provider

DEMO_PROFILE = "demo"
DEMO_TOUR = "Demo: simulated models; config.toml and keys are not read."
TOUR = "`modeldeck --demo` shows everything with simulated models."
DEMO_VARIABLES = ("MODELDECK_DEMO_SEED", "MODELDECK_DEMO_SPEED", "NO_COLOR")


class Deck(EngineDeck):
    """The deck with its own way to come up: `Deck.open()`."""

    @classmethod
    def open(
        cls,
        *,
        config_dir: str | Path | None = None,
        data_dir: str | Path | None = None,
        demo: bool = False,
        env_file: str | Path | None = None,
        no_network: bool = False,
        complexity_estimator: Estimator | None = None,
        strategies: Mapping[str, OwnStrategy] | None = None,
    ) -> Self:
        """Open the person's deck: settings, database, providers.

        Args:
            config_dir: folder of `config.toml` and `deck.toml`; default: MODELDECK_CONFIG_DIR or the platform's.
            data_dir: folder of `deck.db`; default: MODELDECK_DATA_DIR or the platform's.
            demo: only simulated models, in a profile of their own; ignores settings, keys and model variables.
            env_file: a `.env` file whose variables are added to those of the process.
            no_network: allow loopback addresses only.
            complexity_estimator: `f(request) -> Complexity | Profile` or `f(request, inputs)`, asked instead of the
                built-in analysis; when it fails, that is used, and the selection's reason says so.
            strategies: strategies of your own by name: `f(model, factors) -> score`, where factors are quality,
                success, cost, speed, load and favourite, each 0..1 with 1 the best, and the highest score wins; or
                weights of these terms. When one fails, balanced is used, and the selection's reason says so.

        Raises:
            ConfigError: a settings file or variable is wrong.
            StorageError: a folder or the database cannot be used.
        """
        options = Options(
            simulated=demo,
            config_dir=None if config_dir is None else Path(config_dir),
            data_dir=None if data_dir is None else Path(data_dir),
            env_file=None if env_file is None else Path(env_file),
            no_network=no_network,
        )
        parts = make_parts(options)
        return cls(replace(parts, complexity_estimator=complexity_estimator, strategies=strategies or {}))


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    from modeldeck.cli.app import run

    launch = Launch(
        version=__version__,
        open_deck=open_deck,
        run_app=run_app,
        diagnose=diagnose,
        back_up=back_up,
        restore=restore,
        list_settings=list_settings,
        check_settings=check_settings,
    )
    return run(launch, argv)


def open_deck(options: Options) -> Deck:
    """The deck that the global flags ask for. Raises ConfigError and StorageError."""
    deck = Deck(make_parts(options))
    collect_from_now_on()
    return deck


def collect_from_now_on() -> None:
    """End of the start: what was made so far stays, so that no collection ever needs to look through it."""
    gc.freeze()
    gc.enable()


def run_app(options: Options) -> int:
    """Open the terminal app; returns the exit code. Raises ConfigError and StorageError."""
    from modeldeck.tui.app import DeckApp  # Textual takes a tenth of a second that no command should wait for

    folders = folders_of(options, read_environment(options))
    themes, problems = load_themes(folders.themes)
    parts = make_parts(options)
    parts = replace(parts, loaded=_warned(parts.loaded, *problems), first=_first_rows(parts.loaded))
    with Deck(parts) as deck:
        settings = parts.loaded.settings
        app = DeckApp(deck, themes, settings.keymap, settings.ui.theme, collect_from_now_on)
        app.run()
        return app.return_code or 0


def _first_rows(loaded: LoadedSettings) -> int | None:
    """How many models of each provider fill the first picture; None: any of them may be in it."""
    filtered = loaded.state.filters or loaded.settings.filters != FilterSettings()
    return None if filtered else get_terminal_size().lines


def diagnose(options: Options) -> list[Check]:
    """The doctor's checks of this machine, its folders and files; never raises."""
    from modeldeck.diagnosis import check_machine

    return check_machine(options, folders_of(options, os.environ), lambda: make_parts(options).on_close())


def back_up(options: Options, target: Path) -> BackupReport:
    """Copy the database of these options to a file. Raises StorageError."""
    from modeldeck.storage import backup

    return backup.back_up(folders_of(options, read_environment(options)).database, target)


def restore(options: Options, source: Path) -> BackupReport:
    """Put such a copy in the place of the database of these options. Raises StorageError."""
    from modeldeck.storage import backup

    return backup.restore(source, folders_of(options, read_environment(options)).database, SystemClock().now())


def list_settings(options: Options) -> list[Setting]:
    """Every effective setting with its origin; opens no database. Raises ConfigError."""
    from modeldeck import configuration

    given = read_environment(options)
    folders, environment = folders_of(options, given), _variables(options, given)
    state = TomlStateFile(folders.state_file, SystemClock()).load()
    loaded = _settings_source(_config_file(options, folders), environment).read(state)
    providers = _providers(options, loaded, environment, SystemClock())
    return configuration.list_settings(loaded, [each.info for each in providers.values()], folders, options, given)


def check_settings(options: Options, file: Path | None) -> ConfigReport:
    """What is wrong with a settings file, the person's own by default. Raises StorageError."""
    from modeldeck import configuration

    path = file or folders_of(options, read_environment(options)).config_file
    return configuration.check_settings(path, lambda: Deck(make_parts(options, config_file=path)))


def make_parts(
    options: Options,
    *,
    clock: Clock | None = None,
    probe: HardwareProbe | None = None,
    config_file: Path | None = None,
) -> DeckParts:
    """Everything a Deck is made of; `clock` and `probe` replace the machine's own (pictures, tests).

    `config_file` is read instead of the person's own `config.toml`.

    Raises:
        ConfigError: a settings file or variable is wrong.
        StorageError: a folder or the database cannot be used.
    """
    environment = read_environment(options)
    folders, environment = folders_of(options, environment), _variables(options, environment)
    state_file = TomlStateFile(folders.state_file, SystemClock())
    state = state_file.load()
    source = _settings_source(config_file or _config_file(options, folders), environment)
    loaded = source.read(state)
    clock = clock or SystemClock(loaded.settings.ui.timezone)
    database = Database(folders.database, clock)
    database.open()
    session = os.urandom(8).hex()
    unusable: list[str] = []
    providers = _providers(options, loaded, environment, clock, warn=unusable.append)
    return DeckParts(
        loaded=_warned(loaded, *state_file.warnings, *database.warnings, *unusable),
        providers=providers,
        cache=SqliteCatalogCache(database),
        ledger=SqliteLedger(database, clock, session),
        experience=SqliteExperienceStore(database),
        ratings=SqliteRatingStore(database),
        turns=SqliteTurnStore(database),
        limits=SqliteLimitStore(database),
        state_file=state_file,
        settings_source=None if options.simulated else source,
        probe=probe or LateProbe(clock),
        clock=clock,
        random=random.Random(environment.get("MODELDECK_DEMO_SEED") if options.simulated else None),
        session=session,
        on_close=database.close,
        listening=is_listening,
        references=None if options.simulated else partial(_references, database, clock, online=not options.no_network),
        tour=DEMO_TOUR if options.simulated else TOUR,
        simulated=options.simulated,
    )


def read_environment(options: Options) -> Mapping[str, str]:
    """The process's environment over the variables of `--env-file`. Raises ConfigError when that cannot be read."""
    if options.env_file is None:
        return os.environ
    from modeldeck.storage.settings.env_file import read_env_file  # loads dotenv, only for the flag

    return read_env_file(options.env_file) | dict(os.environ)


def folders_of(options: Options, environment: Mapping[str, str]) -> Folders:
    """The folders that the global flags and the environment ask for."""
    return find_folders(
        environment,
        config_dir=options.config_dir,
        data_dir=options.data_dir,
        profile=DEMO_PROFILE if options.simulated else None,
    )


def _variables(options: Options, environment: Mapping[str, str]) -> Mapping[str, str]:
    """The variables that these options let in."""
    if not options.simulated:
        return environment
    return {name: environment[name] for name in DEMO_VARIABLES if name in environment}


def _config_file(options: Options, folders: Folders) -> Path:
    return folders.config_file if not options.simulated else Path(os.devnull)


def _settings_source(path: Path, environment: Mapping[str, str]) -> TomlSettings:
    """A settings file, in which two names are taken: the simulated provider's, and that of models in this process.

    Neither has settings, and no server may be called so; `local` is kept for a later version.
    """
    return TomlSettings(path, environment, reserved=(DEMO_PROFILE, "local"))


def _providers(
    options: Options,
    loaded: LoadedSettings,
    environment: Mapping[str, str],
    clock: Clock,
    warn: Callable[[str], None] = log_warning,
) -> Mapping[str, Provider]:
    if options.simulated:
        from modeldeck.providers.demo import simulation

        return simulation.build(environment, clock)
    vendors = parse_vendors(load_vendors())
    return build_providers(vendors, loaded.settings, environment, clock=clock, no_network=options.no_network, warn=warn)


def _references(database: Database, clock: Clock, *, online: bool) -> References:
    from modeldeck.references import build_references  # only fetched lists are completed

    return build_references(database, clock, online=online)


def _warned(loaded: LoadedSettings, *warnings: str) -> LoadedSettings:
    return replace(loaded, warnings=(*loaded.warnings, *warnings))
