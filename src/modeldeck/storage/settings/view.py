"""Every effective setting with the source that holds it, for a person who wonders where a value comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from modeldeck.domain.configuration import DEFAULT_ORIGIN, ENVIRONMENT, Setting, SettingValue
from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.settings import TaskSettings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import TASK_ALIASES, Mode, Task
from modeldeck.storage.settings.toml_text import dotted, looks_like_a_key

HIGHEST_PRICE = "tasks.*.max_cost_per_token"
_HIDDEN = "(hidden: it could be a key)"
_CHOSEN = "deck.toml"
_LISTS = frozenset({"providers", "capabilities"})
"""Filters that deck.toml keeps as words with commas between."""


def effective_settings(loaded: LoadedSettings) -> tuple[Setting, ...]:
    """All settings in the order of the areas; of tables that a person names, only what somebody set."""
    rows = {key: Setting(key, _plain(value), _origin(loaded, key)) for key, value in _values(loaded)}
    rows |= {row.key: row for row in _chosen_filters(loaded.state)}
    return (*rows.values(), *_tasks(loaded), *_chosen(loaded.state))


def safe_address(url: str) -> str:
    """A base URL without the user, password or query that could be a secret."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _values(loaded: LoadedSettings) -> Iterator[tuple[str, Any]]:
    for area in fields(loaded.settings):
        if area.name != "tasks":
            yield from _leaves(loaded, getattr(loaded.settings, area.name), (area.name,), named=False)


def _leaves(loaded: LoadedSettings, value: Any, path: tuple[str, ...], *, named: bool) -> Iterator[tuple[str, Any]]:
    """Every value below `path`; `named`: a person gave a table its name, so only what was set is worth a row."""
    if is_dataclass(value):
        for each in fields(value):
            yield from _leaves(loaded, getattr(value, each.name), (*path, each.name), named=named)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(loaded, inner, (*path, str(name)), named=True)
    elif not named or dotted(path) in loaded.origins:
        yield dotted(path), safe_address(value) if path[-1] == "base_url" and value else value


def _origin(loaded: LoadedSettings, key: str) -> str:
    return loaded.origins.get(key, DEFAULT_ORIGIN)


def _tasks(loaded: LoadedSettings) -> Iterator[Setting]:
    """Each task's policy, value by value: the environment over deck.toml over config.toml over the defaults."""
    if HIGHEST_PRICE in loaded.origins:
        highest = loaded.tasks[0].criteria.max_cost_per_token
        yield Setting(HIGHEST_PRICE, _plain(highest), loaded.origins[HIGHEST_PRICE])
    known = {task.name: task for task in loaded.tasks}
    held = {task.task: task for task in loaded.environment_tasks}
    for name in dict.fromkeys((*known, *loaded.state.assignments, *held)):
        rows = dict(_configured(loaded, known.get(name) or Task(name=name, purpose="")))
        assigned = loaded.state.assignments.get(name)
        if assigned is not None:
            optional = {"tier": assigned.tier, "strategy": assigned.strategy}
            rows |= {"mode": (assigned.mode, _CHOSEN), "model": (assigned.model, _CHOSEN)}
            rows |= {field: (value, _CHOSEN) for field, value in optional.items() if value is not None}
        if name in held:
            origin = f"{ENVIRONMENT}{held[name].variable}"
            rows |= {"mode": (Mode.HYBRID, origin), "model": (held[name].model, origin)}
        for field, (value, origin) in rows.items():
            yield Setting(dotted(("tasks", name, field)), _plain(value), origin)


def _configured(loaded: LoadedSettings, task: Task) -> Iterator[tuple[str, tuple[Any, str]]]:
    """A task's values before deck.toml and environment: the policy, and the wishes that somebody has."""
    written = next((name for name in loaded.settings.tasks if TASK_ALIASES.get(name, name) == task.name), task.name)
    origins = {each.name: _origin(loaded, dotted(("tasks", written, each.name))) for each in fields(TaskSettings)}
    if "model" in origins and origins["mode"] == DEFAULT_ORIGIN and task.mode is Mode.MANUAL:
        origins["mode"] = origins["model"]  # a model alone means exactly this model
    values = {
        "purpose": task.purpose,
        "mode": task.mode,
        "model": task.model,
        "tier": task.tier,
        "strategy": task.strategy,
        "require_fast": task.require_fast,
        "require_quality": task.require_quality,
        "capabilities": sorted(task.criteria.required_capabilities),
        "min_quality": task.criteria.min_quality,
        "max_cost_usd": task.criteria.max_cost_usd,
        "max_latency_ms": task.criteria.max_latency_ms,
        "context_needed": task.criteria.context_needed,
        "free_only": task.criteria.free_only,
        "local_only": task.criteria.local_only,
    }
    for field, value in values.items():
        if value not in (None, False, []) or origins[field] != DEFAULT_ORIGIN:
            yield field, (value, origins[field])


def _chosen_filters(state: DeckState) -> Iterator[Setting]:
    for name, value in state.filters.items():
        words = value.split(",") if name in _LISTS and isinstance(value, str) else value
        yield Setting(dotted(("filters", name)), _plain(words), _CHOSEN)


def _chosen(state: DeckState) -> Iterator[Setting]:
    """What only the program sets."""
    for name in ("mode", "preferred", "favourites", "hidden", "recent"):
        value = getattr(state, name)
        yield Setting(name, _plain(value), _CHOSEN if value else DEFAULT_ORIGIN)


def _plain(value: Any) -> SettingValue:
    """A value as JSON has it; a text that could be a key is not shown."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (tuple, list)):
        return [_shown(str(each)) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _shown(str(value))


def _shown(text: str) -> str:
    return _HIDDEN if looks_like_a_key(text) else text
