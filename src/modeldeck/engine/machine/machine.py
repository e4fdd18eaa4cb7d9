"""The machine as it was last read: memory, cards, and what local runtimes hold."""

from collections.abc import Collection, Mapping

from modeldeck.domain.hardware import Hardware, LoadedModel
from modeldeck.domain.model import Model
from modeldeck.engine.background import BackgroundLoop
from modeldeck.engine.machine.fit import Fit, fit
from modeldeck.ports import Clock, HardwareProbe, Provider


class Machine:
    """Readings of the hardware and of local runtimes; each reading replaces the last."""

    def __init__(
        self, probe: HardwareProbe, providers: Mapping[str, Provider], background: BackgroundLoop, clock: Clock
    ) -> None:
        self._probe = probe
        self._providers = providers
        self._background = background
        self._clock = clock
        self._hardware: Hardware | None = None
        self._loaded: tuple[LoadedModel, ...] = ()

    def read(self) -> Hardware:
        """Read the machine now. Blocks a few ms: not for the screen's event loop."""
        self._hardware = self._probe.read()
        return self._hardware

    def read_loaded(self, names: Collection[str] | None = None) -> tuple[LoadedModel, ...]:
        """Ask the named (None: all) local providers what they hold in memory. Blocks on loopback requests."""
        asked = [
            provider
            for name, provider in self._providers.items()
            if provider.info.local and (names is None or name in names)
        ]
        if asked:
            from modeldeck.engine.catalog.refresh import fetch_loaded  # imports asyncio

            self._loaded = self._background.run(fetch_loaded(asked, self._clock))
        else:
            self._loaded = ()
        return self._loaded

    @property
    def loaded(self) -> tuple[LoadedModel, ...]:
        """What local runtimes held when they were last asked."""
        return self._loaded

    def fit(self, model: Model) -> Fit:
        """Whether a model fits by the last readings."""
        return fit(model, self._hardware, self._loaded)
