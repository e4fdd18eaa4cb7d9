"""Memory of the app with 5,000 cached models after its start, against an empty Textual app. Budget: 70 MB."""

import os
import tempfile
import time

import psutil

from benchmarks.catalog import fill_cache
from benchmarks.paint import EMPTY_APP, on_terminal

MODELS = 5_000
SETTLED_S = 8.0
"""By then every pane is mounted, the lists were asked for, and the machine was read a few times."""
BUDGET_MB = 70


def _resident(arguments: list[str], environment: dict[str, str]) -> float:
    """MB (10^6 bytes) that a program on a terminal holds in memory when it has settled, shared libraries included."""
    with on_terminal(arguments, environment) as (pid, read):
        deadline = time.monotonic() + SETTLED_S
        while (left := deadline - time.monotonic()) > 0:
            read(left)
        return psutil.Process(pid).memory_info().rss / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TERM": "xterm-256color",
            "MODELDECK_CONFIG_DIR": f"{folder}/config",
            "MODELDECK_DATA_DIR": f"{folder}/data",
        }
        fill_cache(folder, MODELS)
        empty = _resident(["-c", EMPTY_APP], environment)
        app = _resident(["-m", "modeldeck", "--no-network"], environment)
    print("\nMemory (resident)")
    print(f"  {'empty Textual app':<34} {empty:7.1f} MB")
    print(f"  {f'modeldeck, {MODELS:,} cached models':<34} {app:7.1f} MB  budget {BUDGET_MB} MB", end="  ")
    print("ok" if app <= BUDGET_MB else "OVER")
