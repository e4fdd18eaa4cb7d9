"""System memory, or what a container may use of it."""

from pathlib import Path
from typing import Any

from modeldeck.domain.hardware import Memory
from modeldeck.hardware.reading import attempt

CGROUP = Path("/sys/fs/cgroup")


def read_memory(psutil: Any, cgroup: Path = CGROUP) -> Memory:
    """Total and available bytes; inside a container with a limit, at most what the limit leaves."""
    system = attempt("the memory", psutil.virtual_memory)
    if system is None:
        return Memory()
    limit = _limit(cgroup)
    if limit is None or limit[0] >= system.total:
        return Memory(int(system.total), int(system.available))
    return Memory(limit[0], min(int(system.available), limit[1]))


def _limit(cgroup: Path) -> tuple[int, int] | None:
    """The container's limit and what is left of it, in bytes; None without one.

    Files of cgroup v2, then v1 (kernel documentation: admin-guide/cgroup-v2, cgroup-v1/memory), at the root that a
    container sees. File pages that were not used lately are given back under pressure, so they count as left.
    """
    v1 = cgroup / "memory"
    files = (
        (cgroup / "memory.max", cgroup / "memory.current", cgroup / "memory.stat", "inactive_file"),
        (v1 / "memory.limit_in_bytes", v1 / "memory.usage_in_bytes", v1 / "memory.stat", "total_inactive_file"),
    )
    for limit_file, used_file, stat_file, cache_key in files:
        limit, used = _number(limit_file), _number(used_file)
        if limit is not None and used is not None:
            return limit, max(limit - used + _cache(stat_file, cache_key), 0)
    return None


def _number(file: Path) -> int | None:
    """The integer in a file; None when there is no file, or the word `max` in it."""
    text = _text(file).strip()
    return int(text) if text.isdecimal() else None


def _cache(file: Path, key: str) -> int:
    for line in _text(file).splitlines():
        name, _, value = line.partition(" ")
        if name == key and value.isdecimal():
            return int(value)
    return 0


def _text(file: Path) -> str:
    if not file.exists():
        return ""
    return attempt(str(file), lambda: file.read_text(encoding="ascii", errors="replace")) or ""
