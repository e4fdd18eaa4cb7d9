"""`deck.toml`: the choices that a person makes inside the program; written by the program, atomically."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from threading import Lock
from typing import Any

from modeldeck.domain.errors import StorageError
from modeldeck.domain.state import DeckState
from modeldeck.ports import Clock
from modeldeck.storage.corruption import free_name
from modeldeck.storage.settings.stamp import stamp_of
from modeldeck.storage.settings.state_data import KEYS, from_data, to_data
from modeldeck.storage.settings.write_toml import write_toml

_TRIES = 5
"""Times a save begins anew because another process wrote meanwhile; the last one writes in any case."""
_SETS = frozenset({"favourites", "hidden"})
"""Lists in which every name stands for itself; the order of `recent` says something, so that list is one value."""


class TomlStateFile:
    """Implements `ports.StateFile`.

    A file that cannot be understood is kept aside as `deck.toml.broken-YYYYMMDD-HHMMSS` (UTC) and what could be read
    of it stays; `warnings` then says so. Keys of newer versions are kept as they are. A choice that another process
    saved meanwhile is kept unless this one changed it too.

    Args:
        path: the file; neither it nor its folder needs to exist.
        clock: dates the name of a broken file.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._lock = Lock()
        self._seen = DeckState()  # as this process last read or saved it
        self._warnings: list[str] = []

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the person about what happened to the file."""
        return tuple(self._warnings)

    def load(self) -> DeckState:
        """The choices in the file; defaults, and a warning, where it cannot be read."""
        with self._lock:
            try:
                self._seen, _ = self._read()
            except StorageError as error:
                self._warnings.append(f"{error.message} Its choices are not used.")
            return self._seen

    def save(self, state: DeckState) -> None:
        with self._lock:
            tries_left = _TRIES
            while not self._saved(state, last_try=tries_left == 1):
                tries_left -= 1
            self._seen = state

    def _saved(self, state: DeckState, *, last_try: bool) -> bool:
        """Write the state over what is on disk now; False when another process wrote in between."""
        before = stamp_of(self.path)
        current, foreign = self._read()
        merged = _merge(base=self._seen, mine=state, theirs=current)
        return write_toml(self.path, foreign | to_data(merged), lambda: last_try or stamp_of(self.path) == before)

    def _read(self) -> tuple[DeckState, dict[str, Any]]:
        """The state, and keys that this version does not know. Raises StorageError."""
        try:
            data = tomllib.loads(self.path.read_text(encoding="utf-8-sig"))  # some editors put a mark in front
        except FileNotFoundError:
            return DeckState(), {}
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or brackets without end
            self._keep_aside(str(error))
            return DeckState(), {}
        state, wrong = from_data(data)
        foreign = {name: value for name, value in data.items() if name not in KEYS}
        if wrong:
            self._keep_aside("; ".join(wrong))
            write_toml(self.path, foreign | to_data(state))
        return state, foreign

    def _keep_aside(self, reason: str) -> None:
        kept = free_name(self.path.with_name(f"{self.path.name}.broken-{self._clock.now():%Y%m%d-%H%M%S}"))
        try:
            self.path.rename(kept)
        except OSError as error:
            raise StorageError(
                f"{self.path} is broken ({reason}) and cannot be moved aside: {error.strerror or error}.",
                "Move it away by hand, or choose another folder with --config-dir.",
            ) from error
        self._warnings.append(f"{self.path} was broken ({reason}): it is kept as {kept.name}.")


def _merge(base: DeckState, mine: DeckState, theirs: DeckState) -> DeckState:
    """What is on disk, with everything changed in which `mine` differs from `base`.

    Favourites and hidden models are compared name by name, assignments task by task, filters key by key.
    """
    changes: dict[str, Any] = {}
    for each in fields(DeckState):
        old, new, other = (getattr(state, each.name) for state in (base, mine, theirs))
        if new == old:
            continue
        if each.name in _SETS:
            kept = tuple(name for name in other if name in new or name not in old)
            changes[each.name] = kept + tuple(name for name in new if name not in old and name not in kept)
        elif isinstance(new, Mapping):
            kept_keys = {key: value for key, value in other.items() if key in new or key not in old}
            changes[each.name] = kept_keys | {key: value for key, value in new.items() if old.get(key) != value}
        else:
            changes[each.name] = new
    return replace(theirs, **changes)
