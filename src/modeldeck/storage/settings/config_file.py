"""`config.toml`: the person's settings, read and checked, never written; with defaults and environment around them."""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from modeldeck.domain.loaded import LoadedSettings
from modeldeck.domain.settings import Settings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import STRATEGY_ALIASES
from modeldeck.storage.settings import CONFIG_FILE
from modeldeck.storage.settings.environment import apply_environment
from modeldeck.storage.settings.tasks import merge_tasks
from modeldeck.storage.settings.toml_text import TomlFile, dotted, index_lines, line_of, read_toml, refusal


def load_settings(
    config_path: Path, state: DeckState, environment: Mapping[str, str], reserved: Collection[str] = ()
) -> LoadedSettings:
    """Settings, tasks and origins: environment over `deck.toml` over `config.toml` over the defaults.

    Args:
        config_path: `config.toml`; it need not exist.
        state: what `deck.toml` holds.
        environment: variables by name.
        reserved: names that no provider in the file may have.

    Raises:
        ConfigError: the file or a variable is wrong; the message names file, line, key and what is allowed.
    """
    file = read_toml(config_path)
    settings = Settings() if file is None else parse_settings(file, reserved)
    origins = {} if file is None else _origins(file)
    if state.theme is not None:
        settings = replace(settings, ui=replace(settings.ui, theme=state.theme))
        origins["ui.theme"] = "deck.toml"
    loaded = LoadedSettings(settings=settings, state=state, tasks=merge_tasks(settings.tasks), origins=origins)
    return apply_environment(loaded, environment)


def parse_settings(file: TomlFile, reserved: Collection[str] = ()) -> Settings:
    """The checked settings of a parsed `config.toml`. Raises ConfigError, which holds every problem found."""
    if not file.data:
        return Settings()
    # A tenth of a second with pydantic, only for people with settings.
    from modeldeck.storage.package_data import load_vendors
    from modeldeck.storage.settings.contradictions import contradictions
    from modeldeck.storage.settings.rules import normalised, out_of_range
    from modeldeck.storage.settings.typed import complaint, typed

    data = deepcopy(file.data)
    _replace_strategy_aliases(data)
    settings, wrong = typed(data)
    problems = [complaint(file, error) for error in wrong.values()]
    problems += out_of_range(file, settings)
    # What lost a value of the wrong type may lack it now: only tables that are whole can contradict themselves.
    damaged = {key[:2] for key in wrong}
    kinds = {name: vendor["kind"] for name, vendor in load_vendors().items()}
    problems += [problem for key, problem in contradictions(file, settings, kinds, reserved) if key[:2] not in damaged]
    if problems:
        raise refusal(file.path, sorted(problems, key=lambda problem: problem.line or 0))
    return normalised(settings)


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
