"""What an environment variable holds, in words: nothing inside the program can change it."""

from modeldeck.domain.task import Task
from modeldeck.tui.format import clean

_ENVIRONMENT = "environment "


def held_by(task: Task) -> str | None:
    """The environment variable that holds a task; None when the program may change it."""
    return clean(task.source.removeprefix(_ENVIRONMENT)) if task.source.startswith(_ENVIRONMENT) else None


def lock_mark(task: Task) -> str:
    """`env AI_CHAT_MODEL`; empty when nothing holds the task."""
    variable = held_by(task)
    return "" if variable is None else f"env {variable}"


def how_to_unlock(task: Task) -> str:
    """What to do about the variable that holds a task, as a sentence."""
    return (
        f"The environment variable {held_by(task)} holds {clean(task.name)}: unset it and start again to choose here."
    )
