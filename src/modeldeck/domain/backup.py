"""What copying the database came to."""

from pathlib import Path
from typing import NamedTuple


class BackupReport(NamedTuple):
    """A checked copy. `rows` counts those of all tables; `kept` is where a replaced database was kept."""

    file: Path
    rows: int
    kept: Path | None = None
