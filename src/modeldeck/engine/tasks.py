"""Tasks as they hold now: the environment over `deck.toml` over `config.toml` over the defaults."""

from collections.abc import Callable
from dataclasses import replace

from modeldeck.domain.errors import UsageError
from modeldeck.domain.loaded import EnvironmentTask, LoadedSettings
from modeldeck.domain.state import Assignment, DeckState
from modeldeck.domain.task import DEFAULT_TASK, TASK_ALIASES, Mode, Task, Tier, parse_strategy
from modeldeck.engine.choices import Choices

AUTO = "auto"


class Tasks:
    """Every task with its policy.

    Args:
        loaded: the settings' tasks and what the environment holds.
        choices: where assignments made in the program are kept.
        resolve: the full id of what a person means by a model name; raises UnknownModelError.
        strategy_named: the name of a strategy behind a name or an alias, by default a shipped one; raises UsageError.
    """

    def __init__(
        self,
        loaded: LoadedSettings,
        choices: Choices,
        resolve: Callable[[str], str],
        strategy_named: Callable[[str], str] | None = None,
    ) -> None:
        self._configured = {task.name: task for task in loaded.tasks}
        self._environment = {held.task: held for held in loaded.environment_tasks}
        self._choices = choices
        self._resolve = resolve
        self._strategy_named = strategy_named or _shipped_strategy

    def all(self) -> tuple[Task, ...]:
        """The configured tasks in their order, then those that only an assignment or a variable names."""
        names = dict.fromkeys([*self._configured, *self._choices.state.assignments, *self._environment])
        return tuple(self.get(name) for name in names)

    def get(self, name: str) -> Task:
        """One task by name or alias; an unknown name gets the default policy under its own name."""
        name = TASK_ALIASES.get(name, name)
        task = self._configured.get(name)
        if task is None:
            default = self._laid_over(self._configured.get(DEFAULT_TASK, Task(name=DEFAULT_TASK, purpose="")))
            task = replace(default, name=name, purpose="")
        return self._laid_over(task)

    def assign(
        self,
        task: str,
        model: str | None,
        *,
        prefer: bool = False,
        tier: str | None = None,
        strategy: str | None = None,
    ) -> Task:
        """Keep an assignment in deck.toml; `model` is any text that resolves, None or `auto`: let the engine choose.

        `prefer` makes the mode hybrid instead of manual. Returns the task as it holds now, which an environment
        variable may still override (then `source` says so).

        Raises:
            UnknownModelError: the model resolves to nothing.
            UsageError: an unknown tier or strategy.
        """
        chosen = None if model is None or model == AUTO else self._resolve(model)
        mode = Mode.AUTO if chosen is None else Mode.HYBRID if prefer else Mode.MANUAL
        named = None if strategy is None else self._strategy_named(strategy)
        assignment = Assignment(mode=mode, model=chosen, tier=_tier(tier), strategy=named)
        name = TASK_ALIASES.get(task, task)

        def changed(state: DeckState) -> DeckState:
            return replace(state, assignments={**state.assignments, name: assignment})

        self._choices.change(changed)
        return self.get(name)

    def unassign(self, task: str) -> Task:
        """Forget an assignment; a task that has none stays as it is."""
        name = TASK_ALIASES.get(task, task)

        def changed(state: DeckState) -> DeckState:
            kept = {other: held for other, held in state.assignments.items() if other != name}
            return replace(state, assignments=kept)

        self._choices.change(changed)
        return self.get(name)

    def _laid_over(self, task: Task) -> Task:
        assignment = self._choices.state.assignments.get(task.name)
        if assignment is not None:
            task = _assigned(task, assignment)
        held = self._environment.get(task.name)
        return task if held is None else _held(task, held)


def _assigned(task: Task, assignment: Assignment) -> Task:
    return replace(
        task,
        mode=assignment.mode,
        model=assignment.model,
        tier=assignment.tier or task.tier,
        strategy=assignment.strategy or task.strategy,
        source="deck.toml",
    )


def _held(task: Task, held: EnvironmentTask) -> Task:
    """A variable prefers a model and pins none: one that nobody lists must not stop the task."""
    return replace(task, mode=Mode.HYBRID, model=held.model, source=f"environment {held.variable}")


def _tier(text: str | None) -> Tier | None:
    if text is None:
        return None
    try:
        return Tier(text)
    except ValueError:
        raise UsageError(f"There is no tier {text!r}.", f"Tiers are {', '.join(Tier)}.") from None


def _shipped_strategy(text: str) -> str:
    try:
        return parse_strategy(text)
    except ValueError as error:
        raise UsageError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
