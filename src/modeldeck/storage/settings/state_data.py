"""What `deck.toml` holds, as plain data, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import STRATEGY_ALIASES, Mode, Tier

_Reader = Callable[[Any], Any]


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


KEYS: Mapping[str, _Reader] = {
    "assignments": _table,
    "favourites": _texts,
    "hidden": _texts,
    "recent": _texts,
    "theme": _text,
    "mode": lambda value: Mode(_text(value)),
    "preferred": _text,
    "filters": _filters,
}
"""The keys of `deck.toml` that this version knows; each reader raises ValueError for what makes no sense."""


def from_data(data: Mapping[str, Any]) -> tuple[DeckState, list[str]]:
    """The state, and one complaint for each key whose value makes no sense."""
    values, wrong = _read_each(KEYS, data)
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


def to_data(state: DeckState) -> dict[str, Any]:
    """TOML has no null: what is None or empty is left out."""
    data: dict[str, Any] = {name: getattr(state, name) for name in ("theme", "mode", "preferred")}
    data |= {name: list(getattr(state, name)) for name in ("favourites", "hidden", "recent")}
    data["filters"] = dict(state.filters)
    data["assignments"] = {task: _assignment_data(assignment) for task, assignment in state.assignments.items()}
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def _assignment_data(assignment: Assignment) -> dict[str, str]:
    values = {name: getattr(assignment, name) for name in ("mode", "model", "tier", "strategy")}
    return {name: str(value) for name, value in values.items() if value is not None}
