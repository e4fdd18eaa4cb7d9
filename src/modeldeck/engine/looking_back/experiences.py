"""What was learned from attempts, per model and task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modeldeck.domain.errors import UnknownModelError
from modeldeck.ports import Clock, Experience, ExperienceStore

if TYPE_CHECKING:  # most readers want one model's numbers
    from modeldeck.domain.performance import TaskPerformance
    from modeldeck.engine.tasks import Tasks


class Experiences:
    """Reads the experience store. `resolve` gives the full id of a name; raises UnknownModelError."""

    def __init__(self, store: ExperienceStore, tasks: Tasks, resolve: Callable[[str], str], clock: Clock) -> None:
        self._store = store
        self._tasks = tasks
        self._resolve = resolve
        self._clock = clock

    def of(self, model: str) -> Experience | None:
        """What happened with a model so far, over all tasks; None before the first attempt."""
        return self._store.all().get(model)

    def all(self) -> Mapping[str, Experience]:
        """The same for every model that was ever tried, by id."""
        return self._store.all()

    def performance(self, model: str, task: str | None = None) -> TaskPerformance:
        """How a model (any name that resolves) did for a task (None: for all tasks); no calls when it was never tried.

        A name that nobody lists is looked up as it is.
        """
        name = self._known(model)
        return self._performance(self._of_task(task).get(name) or Experience(name, self._task(task)))

    def best_model(self, task: str, *, min_calls: int = 5) -> str | None:
        """The id of the model that did best for a task, among those with enough calls; None without any."""
        ranking = self.ranking(task, min_calls=min_calls)
        return ranking[0].model if ranking else None

    def ranking(self, task: str | None = None, *, min_calls: int = 3) -> list[TaskPerformance]:
        """Models with at least `min_calls` for a task (None: for all), the best first.

        The order is that of the probability that the next call succeeds, as the selection reckons with it; between
        equals the faster one comes first.
        """
        known = self._of_task(task).values()
        found = [self._performance(each) for each in known if each.calls >= min_calls]
        return sorted(found, key=_order)

    def _of_task(self, task: str | None) -> Mapping[str, Experience]:
        name = self._task(task)
        return self._store.all() if name is None else self._store.by_task(name)

    def _task(self, task: str | None) -> str | None:
        return None if task is None else self._tasks.get(task).name

    def _known(self, text: str) -> str:
        try:
            return self._resolve(text)
        except UnknownModelError:
            return text  # recorded by another program under this very name, or gone from every list

    def _performance(self, known: Experience) -> TaskPerformance:
        from modeldeck.domain.performance import TaskPerformance
        from modeldeck.engine.selection.scoring import success_rate

        return TaskPerformance(
            model=known.model,
            task=known.task,
            total_calls=known.calls,
            successes=known.successes,
            avg_latency_ms=known.latency_ms,
            avg_ttft_ms=known.ttft_ms,
            avg_tokens_per_second=known.tokens_per_second,
            avg_cost_usd=known.cost_usd,
            last_used=known.last_used,
            score=success_rate(known, None, self._clock.now())[0],
        )


def _order(found: TaskPerformance) -> tuple[float, float, str]:
    latency = float("inf") if found.avg_latency_ms is None else found.avg_latency_ms
    return -found.score, latency, found.model
