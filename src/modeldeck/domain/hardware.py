"""What the machine reads right now; every reading may be missing (None)."""

from datetime import datetime

from modeldeck.domain.record import record


@record
class Cpu:
    """`percent` 0..100 over all cores."""

    name: str | None = None
    cores: int | None = None
    percent: float | None = None


@record
class Memory:
    """System memory in bytes; `available` is what can be used without swapping."""

    total: int | None = None
    available: int | None = None

    @property
    def used(self) -> int | None:
        return None if self.total is None or self.available is None else self.total - self.available


@record
class Gpu:
    """One card: memory in bytes, utilisation 0..100, temperature in °C, power in watts."""

    index: int
    name: str | None = None
    memory_total: int | None = None
    memory_used: int | None = None
    memory_free: int | None = None
    utilization: float | None = None
    temperature_c: float | None = None
    power_w: float | None = None


@record
class LoadedModel:
    """A local model that a runtime holds in memory; sizes in bytes."""

    model: str
    size: int | None = None
    size_gpu: int | None = None


@record
class Hardware:
    """One snapshot (UTC) of the machine; `note` says why GPU readings are missing, when they are."""

    at: datetime
    cpu: Cpu = Cpu()
    memory: Memory = Memory()
    gpus: tuple[Gpu, ...] = ()
    note: str | None = None
