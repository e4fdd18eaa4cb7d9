"""The probe of this machine, loaded with its first reading: most starts never ask for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.engine.late import late

if TYPE_CHECKING:
    from modeldeck.domain.hardware import Hardware
    from modeldeck.hardware.probe import SystemProbe
    from modeldeck.ports import Clock


class LateProbe:
    """Implements `ports.HardwareProbe` by a SystemProbe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def read(self) -> Hardware:
        """What the machine reads now. Takes a few ms; the first call loads the libraries."""
        return self._probe.read()

    @late
    def _probe(self) -> SystemProbe:
        from modeldeck.hardware.probe import SystemProbe

        return SystemProbe(self._clock)
