"""One snapshot of the machine, from psutil and NVML."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from modeldeck.domain.hardware import Cpu, Hardware, Memory
from modeldeck.hardware.cards import Cards
from modeldeck.hardware.memory import CGROUP, read_memory
from modeldeck.hardware.processor import CPUINFO, Processor
from modeldeck.hardware.reading import attempt
from modeldeck.ports import Clock


def _load_psutil() -> Any:
    return import_module("psutil")  # loaded by the first reading: most commands never need one


def _load_pynvml() -> Any:
    return import_module("pynvml")


class SystemProbe:
    """Implements `ports.HardwareProbe`: never raises, and every number that cannot be read is None.

    CPU percent covers the time since the last reading, so the first snapshot has none.

    Args:
        clock: stamps the snapshots.
        load_psutil: returns the module `psutil`, or fails.
        load_pynvml: returns the module `pynvml`, or raises ImportError.
        cpuinfo: the file with the processor's name.
        cgroup: the folder with a container's memory limit.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        load_psutil: Callable[[], Any] = _load_psutil,
        load_pynvml: Callable[[], Any] = _load_pynvml,
        cpuinfo: Path = CPUINFO,
        cgroup: Path = CGROUP,
    ) -> None:
        self._clock = clock
        self._load_psutil = load_psutil
        self._cards = Cards(load_pynvml)
        self._processor = Processor(cpuinfo)
        self._cgroup = cgroup

    def read(self) -> Hardware:
        """What the machine reads now. Takes a few ms; the first call loads the libraries."""
        psutil = attempt("psutil", self._load_psutil)
        cpu = attempt("the processor", lambda: self._processor.read(psutil)) or Cpu()
        memory = attempt("the memory", lambda: read_memory(psutil, self._cgroup)) or Memory()
        gpus, note = attempt("the GPUs", self._cards.read) or ((), "The GPUs cannot be read.")
        return Hardware(self._clock.now(), cpu, memory, gpus, note)
