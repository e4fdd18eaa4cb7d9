"""Experience, while the person wants it: with learning off nothing is recorded and nothing that was learned counts."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from modeldeck.domain.run import Attempt
from modeldeck.ports import Experience, ExperienceStore

NOTHING: Mapping[str, Experience] = MappingProxyType({})


class Learning:
    """An ExperienceStore in front of the stored one.

    Args:
        store: what was learned so far; it stays as it is while learning is off.
        wanted: `[selection] learning`.
    """

    def __init__(self, store: ExperienceStore, wanted: bool) -> None:
        self._store = store
        self._wanted = wanted

    def record(self, task: str, specialization: str, attempt: Attempt, at: datetime) -> None:
        """Learn from a settled attempt."""
        if self._wanted:
            self._store.record(task, specialization, attempt, at)

    def all(self) -> Mapping[str, Experience]:
        """Experience per model id over all tasks."""
        return self._store.all() if self._wanted else NOTHING

    def by_task(self, task: str) -> Mapping[str, Experience]:
        """Experience per model id of one task."""
        return self._store.by_task(task) if self._wanted else NOTHING
