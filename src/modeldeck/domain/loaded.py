"""Settings as they were read, with where each of them came from."""

from collections.abc import Mapping
from dataclasses import field

from modeldeck.domain.record import record
from modeldeck.domain.settings import Settings
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Task


@record
class EnvironmentTask:
    """A task's model held by an environment variable, which outranks `deck.toml` and `config.toml`."""

    task: str
    model: str
    variable: str


@record(kw_only=True)
class LoadedSettings:
    """Settings with where they came from, as the composition root hands them on.

    `tasks` is the merged task list (defaults < config.toml), before `deck.toml`; `environment_tasks` come last.
    `warnings` are sentences for the person, e.g. a variable that names something impossible.
    """

    settings: Settings
    state: DeckState
    tasks: tuple[Task, ...]
    environment_tasks: tuple[EnvironmentTask, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
