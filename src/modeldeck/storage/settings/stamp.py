"""Whether a file changed, without reading it."""

from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int] | None
"""File number, time of the last write in ns, size in bytes; None: there is no file."""


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file; None where it cannot be looked at, which reading it then tells."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
