"""What a face may ask of the composition root, as callables, so that no face imports another or the outside world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from modeldeck.domain.backup import BackupReport
    from modeldeck.domain.check import Check
    from modeldeck.domain.configuration import ConfigReport, Setting
    from modeldeck.engine.deck import Deck


class Options(NamedTuple):
    """The global flags of the command line. `simulated`: made-up models only, in a folder of their own."""

    simulated: bool = False
    config_dir: Path | None = None
    data_dir: Path | None = None
    env_file: Path | None = None
    no_network: bool = False
    verbose: bool = False


class Launch(NamedTuple):
    """`open_deck` raises ConfigError or StorageError; `run_app` returns an exit code; `diagnose` never raises.

    `back_up` copies the database to a file, `restore` puts such a copy in its place; both raise StorageError.
    `list_settings` gives every effective value with its origin and raises ConfigError; `check_settings` looks at a
    settings file, by default the person's own, and raises only StorageError.
    """

    version: str
    open_deck: Callable[[Options], Deck]
    run_app: Callable[[Options], int]
    diagnose: Callable[[Options], list[Check]]
    back_up: Callable[[Options, Path], BackupReport]
    restore: Callable[[Options, Path], BackupReport]
    list_settings: Callable[[Options], Sequence[Setting]]
    check_settings: Callable[[Options, Path | None], ConfigReport]
