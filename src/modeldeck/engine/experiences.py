"""What was learned from attempts, per model."""

from collections.abc import Mapping

from modeldeck.ports import Experience, ExperienceStore


class Experiences:
    """Reads the experience store."""

    def __init__(self, store: ExperienceStore) -> None:
        self._store = store

    def of(self, model: str) -> Experience | None:
        """What happened with a model so far, over all tasks; None before the first attempt."""
        return self._store.all().get(model)

    def all(self) -> Mapping[str, Experience]:
        """The same for every model that was ever tried, by id."""
        return self._store.all()
