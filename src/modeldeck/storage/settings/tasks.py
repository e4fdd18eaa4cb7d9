"""The tasks that hold: the default ones, with a person's changes laid over them, and the person's own."""

from collections.abc import Mapping

from modeldeck.domain.model import parse_capability
from modeldeck.domain.settings import TaskSettings
from modeldeck.domain.task import DEFAULT_TASKS, TASK_ALIASES, Criteria, Mode, Task
from modeldeck.storage.settings import CONFIG_FILE

_OWN_TASK = "a task of your own"


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
