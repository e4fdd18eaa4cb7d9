"""How much the local runtimes of this machine may be asked for: `[local]` max_loaded and max_parallel."""

from collections.abc import Callable, Collection, Mapping

from modeldeck.domain.errors import LimitError
from modeldeck.domain.model import Model
from modeldeck.domain.settings import LocalSettings
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.machine.machine import Machine
from modeldeck.ports import Clock

LOOKED_AT_S = 5.0
"""What runtimes hold in memory was read this recently: good enough for one more selection."""


class LocalRoom:
    """Whether there is room for another local model.

    Args:
        settings: `[local]`.
        catalog: says which models are local.
        machine: knows what is in memory.
        clock: says how old that knowledge is.
    """

    def __init__(self, settings: LocalSettings, catalog: Catalog, machine: Callable[[], Machine], clock: Clock) -> None:
        self._settings = settings
        self._catalog = catalog
        self._machine = machine
        self._clock = clock
        self._looked_at = float("-inf")

    @property
    def wants_a_look(self) -> bool:
        """Whether the next selection needs to know what is in memory, and nobody looked lately."""
        recently = self._clock.monotonic() - self._looked_at < LOOKED_AT_S
        return self._settings.max_loaded is not None and not recently

    def look(self) -> None:
        """Ask the local runtimes what they hold, if that is needed. Blocks on loopback requests."""
        if self.wants_a_look:
            self._machine().read_loaded()
            self._looked_at = self._clock.monotonic()

    def loaded(self) -> Collection[str]:
        """The local models in memory as last seen, by id; none while no limit asks for them."""
        if self._settings.max_loaded is None:
            return frozenset()
        return frozenset(each.model for each in self._machine().loaded)

    def full(self, loaded: Collection[str]) -> str | None:
        """Why no further local model may be loaded beside these; None when it may."""
        most = self._settings.max_loaded
        return f"{len(loaded)} of {most} local models loaded" if most is not None and len(loaded) >= most else None

    def busy(self, in_flight: Mapping[str, int]) -> str | None:
        """Why no local model may be asked beside the attempts in flight; None when it may."""
        most = self._settings.max_parallel
        if most is None:
            return None
        running = sum(count for name, count in in_flight.items() if self._is_local(name))
        return f"{running} of {most} local models busy" if running >= most else None

    def admit(self, model: Model, in_flight: Mapping[str, int]) -> None:
        """Raises LimitError when the model is local and as many attempts as may be are running."""
        busy = self.busy(in_flight) if model.local else None
        if busy is not None:
            raise LimitError(
                f"{model.id} cannot be asked now: {busy}.", "Wait for an answer, or raise [local] max_parallel."
            )

    def _is_local(self, name: str) -> bool:
        model = self._catalog.get(name)
        return model is not None and model.local
