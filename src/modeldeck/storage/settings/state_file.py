"""`deck.toml`: the choices that a person makes inside the program; written by the program, atomically."""

import os
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from threading import Lock
from typing import Any

from modeldeck.domain.errors import StorageError
from modeldeck.domain.settings import Assignment, DeckState
from modeldeck.domain.task import STRATEGY_ALIASES, Mode, Tier
from modeldeck.paths import make_folder
from modeldeck.ports import Clock
from modeldeck.storage.corruption import free_name
from modeldeck.storage.settings.stamp import stamp_of

_Reader = Callable[[Any], Any]
_TRIES = 5
"""Times a save begins anew because another process wrote meanwhile; the last one writes in any case."""


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
        return _write(self.path, foreign | _to_data(merged), lambda: last_try or stamp_of(self.path) == before)

    def _read(self) -> tuple[DeckState, dict[str, Any]]:
        """The state, and keys that this version does not know. Raises StorageError."""
        try:
            data = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return DeckState(), {}
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror or error}.") from error
        except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or brackets without end
            self._keep_aside(str(error))
            return DeckState(), {}
        state, wrong = _from_data(data)
        foreign = {name: value for name, value in data.items() if name not in _READERS}
        if wrong:
            self._keep_aside("; ".join(wrong))
            _write(self.path, foreign | _to_data(state))
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


_SETS = frozenset({"favourites", "hidden"})
"""Lists in which every name stands for itself; the order of `recent` says something, so that list is one value."""


def _write(path: Path, data: Mapping[str, Any], go_on: Callable[[], bool] = lambda: True) -> bool:
    """Replace the file in one step: whoever reads sees the old or the new one, and a crash leaves one of them.

    Args:
        path: the file.
        data: its new content.
        go_on: asked in the last moment; when it says no, nothing is replaced.

    Returns:
        whether the file was replaced.

    Raises:
        StorageError: the folder or the file cannot be written.
    """
    # Only when something is saved: a tenth of what a list may take to import.
    import tempfile

    import tomli_w

    path = path.resolve()  # a link, as dotfile managers make them, stays a link
    content = tomli_w.dumps(data).encode("utf-8", "replace")
    make_folder(path.parent)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600 from the start
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if go_on():
            os.replace(temporary, path)
            return True
        os.unlink(temporary)
        return False
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                os.unlink(temporary)
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}.",
            "The choice holds until the program ends. Choose another folder with --config-dir to keep it.",
        ) from error


# DeckState <-> TOML data ----------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(map(_text, value))


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _filters(value: Any) -> dict[str, str | bool | int | float]:
    filters = _table(value)
    for name, setting in filters.items():
        if not isinstance(setting, (str, bool, int, float)):
            raise ValueError(f"{name} must be a text, a number, true or false")
    return filters


def _assignment(value: Any) -> Assignment:
    data = _table(value)
    return Assignment(
        mode=Mode(_text(data.get("mode", Mode.AUTO))),
        model=None if "model" not in data else _text(data["model"]),
        tier=None if "tier" not in data else Tier(_text(data["tier"])),
        strategy=None if "strategy" not in data else _strategy(data["strategy"]),
    )


def _strategy(value: Any) -> str:
    """Any name: a script may bring its own strategies along, and the file is read before it does."""
    name = _text(value)
    return STRATEGY_ALIASES.get(name, name)


_READERS: Mapping[str, _Reader] = {
    "assignments": _table,
    "favourites": _texts,
    "hidden": _texts,
    "recent": _texts,
    "theme": _text,
    "mode": lambda value: Mode(_text(value)),
    "preferred": _text,
    "filters": _filters,
}


def _from_data(data: Mapping[str, Any]) -> tuple[DeckState, list[str]]:
    """The state, and one complaint for each key whose value makes no sense."""
    values, wrong = _read_each(_READERS, data)
    tasks = values.get("assignments", {})
    values["assignments"], wrong_tasks = _read_each(dict.fromkeys(tasks, _assignment), tasks)
    return DeckState(**values), wrong + [f"assignments: {complaint}" for complaint in wrong_tasks]


def _read_each(readers: Mapping[str, _Reader], data: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, read in readers.items():
        if name in data:
            try:
                values[name] = read(data[name])
            except ValueError as error:
                wrong.append(f"`{name}`: {error}")
    return values, wrong


def _to_data(state: DeckState) -> dict[str, Any]:
    """TOML has no null: what is None or empty is left out."""
    data: dict[str, Any] = {name: getattr(state, name) for name in ("theme", "mode", "preferred")}
    data |= {name: list(getattr(state, name)) for name in ("favourites", "hidden", "recent")}
    data["filters"] = dict(state.filters)
    data["assignments"] = {task: _assignment_data(assignment) for task, assignment in state.assignments.items()}
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def _assignment_data(assignment: Assignment) -> dict[str, str]:
    values = {name: getattr(assignment, name) for name in ("mode", "model", "tier", "strategy")}
    return {name: str(value) for name, value in values.items() if value is not None}
