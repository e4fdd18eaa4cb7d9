"""The processor: its name, its cores, and how busy it was since the last reading."""

import platform
from pathlib import Path
from threading import Lock
from typing import Any

from modeldeck.domain.hardware import Cpu
from modeldeck.hardware.reading import attempt

CPUINFO = Path("/proc/cpuinfo")


class Processor:
    """Reads the CPU; safe to use from several threads.

    Why not `psutil.cpu_percent(interval=None)`: it remembers its last sample per thread, and gives 0.0 to every
    thread that asks for the first time, so that a pool of workers would read zeros.

    Args:
        cpuinfo: the Linux file that holds the marketing name; elsewhere the platform's own word is used.
    """

    def __init__(self, cpuinfo: Path = CPUINFO) -> None:
        self._cpuinfo = cpuinfo
        self._lock = Lock()
        self._name: str | None = None
        self._last: tuple[float, float] | None = None
        self._percent: float | None = None

    def read(self, psutil: Any) -> Cpu:
        """Name, logical cores, and percent over all cores since the last reading (None the first time)."""
        cores = attempt("the number of cores", lambda: psutil.cpu_count(logical=True))
        with self._lock:
            if self._name is None:
                self._name = _name_in(self._cpuinfo) or platform.processor() or platform.machine() or None
            return Cpu(self._name, cores, self._busy(psutil))

    def _busy(self, psutil: Any) -> float | None:
        now = attempt("the processor's times", lambda: _busy_and_total(psutil.cpu_times()))
        if now is None:
            return None
        if self._last is not None and now[1] > self._last[1]:
            share = (now[0] - self._last[0]) / (now[1] - self._last[1])
            self._percent = 100 * min(max(share, 0.0), 1.0)
        self._last = now
        return self._percent


def _busy_and_total(times: Any) -> tuple[float, float]:
    """Seconds of work and seconds in all, summed over the cores since boot.

    Linux counts guest time inside user time as well, and waiting for a disk is idle time (proc_stat(5)).
    """
    fields = times._asdict()
    total = sum(fields.values()) - fields.get("guest", 0.0) - fields.get("guest_nice", 0.0)
    return total - fields["idle"] - fields.get("iowait", 0.0), total


def _name_in(cpuinfo: Path) -> str | None:
    text = attempt("the processor's name", lambda: cpuinfo.read_text(encoding="utf-8", errors="replace"))
    for line in (text or "").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name" and value.strip():
            return value.strip()
    return None
