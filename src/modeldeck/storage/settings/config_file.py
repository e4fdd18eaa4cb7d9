"""`config.toml`: the person's settings, read and checked, never written; with defaults and environment around them."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from modeldeck.domain.errors import ConfigProblem
from modeldeck.domain.model import parse_capability
from modeldeck.domain.settings import DeckState, LoadedSettings, Settings, TaskSettings
from modeldeck.domain.task import DEFAULT_TASKS, STRATEGY_ALIASES, TASK_ALIASES, Criteria, Mode, Task
from modeldeck.storage.settings.environment import apply_environment
from modeldeck.storage.settings.toml_text import TomlFile, dotted, index_lines, line_of, read_toml, refusal, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

CONFIG_FILE = "config.toml"
_OWN_TASK = "a task of your own"
_KINDLESS = {"local": "no protocol"}  # runs in this process
# What pydantic's error types mean for a person, https://docs.pydantic.dev/latest/errors/validation_errors/
_ALLOWED_BY_PREFIX = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a number",
    "string": "a text in quotes",
    "tuple": "a list in brackets",
    "dataclass": "a table of settings",
    "mapping": "a table of settings",
    "dict": "a table of settings",
}


def load_settings(config_path: Path, state: DeckState, environment: Mapping[str, str]) -> LoadedSettings:
    """Settings, tasks and origins: environment over `deck.toml` over `config.toml` over the defaults.

    Args:
        config_path: `config.toml`; it need not exist.
        state: what `deck.toml` holds.
        environment: variables by name.

    Raises:
        ConfigError: the file or a variable is wrong; the message names file, line, key and what is allowed.
    """
    file = read_toml(config_path)
    settings = Settings() if file is None else parse_settings(file)
    origins = {} if file is None else _origins(file)
    if state.theme is not None:
        settings = replace(settings, ui=replace(settings.ui, theme=state.theme))
        origins["ui.theme"] = "deck.toml"
    loaded = LoadedSettings(settings=settings, state=state, tasks=merge_tasks(settings.tasks), origins=origins)
    return apply_environment(loaded, environment)


def parse_settings(file: TomlFile) -> Settings:
    """The checked settings of a parsed `config.toml`. Raises ConfigError, which holds every problem found."""
    if not file.data:
        return Settings()
    # A tenth of a second with pydantic, only for people with settings.
    from modeldeck.storage.package_data import load_vendors
    from modeldeck.storage.settings.contradictions import contradictions
    from modeldeck.storage.settings.rules import normalised, out_of_range

    data = deepcopy(file.data)
    _replace_strategy_aliases(data)
    settings, wrong = _typed(data)
    problems = [_readable(file, error) for error in wrong.values()]
    problems += out_of_range(file, settings)
    # What lost a value of the wrong type may lack it now: only tables that are whole can contradict themselves.
    damaged = {key[:2] for key in wrong}
    kinds = {name: vendor["kind"] for name, vendor in load_vendors().items()} | _KINDLESS
    problems += [problem for key, problem in contradictions(file, settings, kinds) if key[:2] not in damaged]
    if problems:
        raise refusal(file.path, sorted(problems, key=lambda problem: problem.line or 0))
    return normalised(settings)


def _typed(data: dict[str, Any]) -> "tuple[Settings, dict[tuple[str, ...], ErrorDetails]]":
    """The settings that `data` holds, and the complaint about each key that had to be left out of it."""
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    # Wrapped in a dict, because a dataclass of the domain cannot carry pydantic's configuration itself.
    adapter = TypeAdapter(dict[str, Settings], config=ConfigDict(extra="forbid"))
    wrong: dict[tuple[str, ...], ErrorDetails] = {}
    while True:
        try:
            return adapter.validate_python({CONFIG_FILE: data})[CONFIG_FILE], wrong
        except ValidationError as error:
            found = {_key_of(each): each for each in error.errors(include_url=False)}
        fresh = found.keys() - wrong.keys()
        if not fresh:  # nothing is left to leave out
            return Settings(), wrong
        wrong |= {key: each for key, each in found.items() if key in fresh}
        for key in fresh:
            _remove(data, key)


def _key_of(error: "ErrorDetails") -> tuple[str, ...]:
    """The key that an error is about: its place without list positions and pydantic's own marks."""
    return tuple(part for part in error["loc"][1:] if isinstance(part, str) and part != "[key]")


def _remove(data: dict[str, Any], key: tuple[str, ...]) -> None:
    *tables, name = key
    for table in tables:
        data = data.get(table, {})
    data.pop(name, None)


def merge_tasks(changes: Mapping[str, TaskSettings]) -> tuple[Task, ...]:
    """The default tasks with `[tasks]` laid over them, then the person's own tasks."""
    tasks = {task.name: task for task in DEFAULT_TASKS}
    for name, change in changes.items():
        canonical = TASK_ALIASES.get(name, name)
        tasks[canonical] = _changed(tasks.get(canonical) or Task(name=canonical, purpose=_OWN_TASK), change)
    return tuple(tasks.values())


def _changed(task: Task, change: TaskSettings) -> Task:
    mode = change.mode or (Mode.MANUAL if change.model else task.mode)  # a model alone means exactly this model
    criteria = Criteria(
        required_capabilities=frozenset(map(parse_capability, change.capabilities)),
        max_cost_usd=change.max_cost_usd,
        max_latency_ms=change.max_latency_ms,
        min_quality=change.min_quality,
        context_needed=change.context_needed,
        free_only=change.free_only,
        local_only=change.local_only,
    )
    return Task(
        name=task.name,
        purpose=change.purpose or task.purpose,
        mode=mode,
        model=change.model,
        tier=change.tier or task.tier,
        strategy=change.strategy or task.strategy,
        require_fast=task.require_fast if change.require_fast is None else change.require_fast,
        require_quality=task.require_quality if change.require_quality is None else change.require_quality,
        criteria=criteria,
        source=CONFIG_FILE,
    )


def _replace_strategy_aliases(data: dict[str, Any]) -> None:
    """Older names of strategies are allowed wherever a strategy is."""
    tasks, selection = data.get("tasks"), data.get("selection")
    areas = [selection, data.get("fallback"), *(tasks.values() if isinstance(tasks, dict) else ())]
    for area in areas:
        if isinstance(area, dict) and isinstance(name := area.get("strategy"), str):
            area["strategy"] = STRATEGY_ALIASES.get(name, name)
    if isinstance(selection, dict) and isinstance(weights := selection.get("weights"), dict):
        selection["weights"] = {STRATEGY_ALIASES.get(name, name): shares for name, shares in weights.items()}


def _origins(file: TomlFile) -> dict[str, str]:
    """The dotted key of every value in the file, and where it stands: `config.toml line 3`."""
    lines = index_lines(file.text)
    return {dotted(path): f"{CONFIG_FILE} line {line_of(lines, path)}" for path in _paths_set(file.data)}


def _paths_set(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _paths_set(value, (*path, name))
        else:
            yield *path, name


def _readable(file: TomlFile, error: "ErrorDetails") -> ConfigProblem:
    """A complaint of pydantic's in a person's words."""
    key = _key_of(error)
    if error["type"] == "unexpected_keyword_argument" or error["loc"][-1] == "[key]":
        return file.problem(key, "is not a setting", _suggestion(key[-1], _allowed_names(key[:-1])))
    return file.problem(key, f"is {shown(error['input'])}; allowed: {_allowed(error)}")


def _allowed(error: "ErrorDetails") -> str:
    expected = error.get("ctx", {}).get("expected")
    if expected:
        return str(expected)
    return next(
        (allowed for prefix, allowed in _ALLOWED_BY_PREFIX.items() if error["type"].startswith(prefix)), error["msg"]
    )


def _suggestion(name: str, allowed: Sequence[str]) -> str:
    from difflib import get_close_matches

    nearest = get_close_matches(name, allowed, n=1)
    guess = f"Did you mean {nearest[0]}? " if nearest else ""
    return f"{guess}Allowed here: {', '.join(allowed)}."


def _allowed_names(area: Sequence[str]) -> list[str]:
    """The keys that an area of the settings knows."""
    hint: Any = Settings
    for name in area:
        hint = get_type_hints(hint)[name] if is_dataclass(hint) else get_args(hint)[1]
    if is_dataclass(hint):
        return [each.name for each in fields(hint)]
    key_type: Any = get_args(hint)[0] if get_origin(hint) else str
    return [str(member) for member in key_type] if issubclass(key_type, StrEnum) else []
