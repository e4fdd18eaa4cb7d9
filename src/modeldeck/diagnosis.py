"""The doctor's look at this machine: Python, terminal, folders, settings, database, GPU library."""

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from modeldeck.domain.check import Check
from modeldeck.domain.errors import DeckError
from modeldeck.engine.launch import Options
from modeldeck.paths import Folders


def check_machine(options: Options, folders: Folders, open_all: Callable[[], None]) -> list[Check]:
    """Every finding about this machine, in the order in which a person would mend them; never raises.

    Args:
        options: the global flags.
        folders: where this profile's files live.
        open_all: reads the settings and opens the database, then closes it; raises DeckError when it cannot.
    """
    return [
        Check("python", True, f"{platform.python_version()} at {sys.executable}"),
        _check_terminal(),
        _check_folder("config folder", folders.config),
        _check_folder("data folder", folders.data),
        _check_opening(folders, open_all),
    ]


def _check_terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", None, "stdout is no terminal: the app cannot open here, commands work")
    kind = os.environ.get("TERM", "unknown")
    if kind in {"dumb", "unknown"}:
        return Check("terminal", False, f"TERM is {kind}", "Set TERM to what your terminal is, e.g. xterm-256color.")
    colours = "true colour" if os.environ.get("COLORTERM") in {"truecolor", "24bit"} else "256 colours or fewer"
    return Check("terminal", True, f"{kind}, {colours}")


def _check_folder(name: str, folder: Path) -> Check:
    """Whether files could be made in a folder, or in the nearest folder above that exists."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if existing.is_dir() and os.access(existing, os.W_OK):
        note = "" if existing == folder else " (will be made)"
        return Check(name, True, f"{folder}{note}")
    return Check(name, False, f"{folder} cannot be written", "Choose another one with --config-dir or --data-dir.")


def _check_opening(folders: Folders, open_all: Callable[[], None]) -> Check:
    try:
        open_all()
    except DeckError as error:
        return Check("settings and database", False, error.message, error.hint)
    found = "config.toml" if folders.config_file.exists() else "no config.toml (defaults)"
    return Check("settings and database", True, f"{found}; {folders.database}")
