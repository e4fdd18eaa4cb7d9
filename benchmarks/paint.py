"""First paint in a terminal of 120x40: the app over 3,500 cached models against an empty Textual app."""

import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.catalog import FIRST_NAME, fill_cache
from benchmarks.measure import interleave, report

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("painted-now")
Empty().run()
"""


def until_painted(arguments: list[str], environment: dict[str, str], marker: bytes) -> None:
    """Start a program on a new terminal, wait until `marker` is written to it, and end the program."""
    with on_terminal(arguments, environment) as (_, read):
        seen = b""
        deadline = time.monotonic() + 20
        while marker not in seen:
            more = read(max(0.0, deadline - time.monotonic()))
            if not more:
                raise TimeoutError(f"{marker!r} was not painted; the end of the output: {seen[-500:]!r}")
            seen += more


@contextmanager
def on_terminal(arguments: list[str], environment: dict[str, str]) -> Iterator[tuple[int, Callable[[float], bytes]]]:
    """A Python program on a new terminal of 120x40, killed at the end.

    Its process id, and a function that waits so many seconds for output: what came, empty when nothing did.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read(seconds: float) -> bytes:
        ready, _, _ = select.select([terminal], [], [], seconds)
        return os.read(terminal, 65_536) if ready else b""

    try:
        yield pid, read
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "TERM": "xterm-256color",
            "PYTHONDONTWRITEBYTECODE": "",  # an installed program has its bytecode; the warm-up round writes it
            "MODELDECK_CONFIG_DIR": f"{folder}/config",
            "MODELDECK_DATA_DIR": f"{folder}/data",
        }
        fill_cache(folder, models=3_500)
        app = ["-m", "modeldeck", "--no-network"]
        subjects = {
            "empty Textual app": lambda: until_painted(["-c", EMPTY_APP], environment, b"painted-now"),
            "modeldeck, 3,500 cached models": lambda: until_painted(app, environment, FIRST_NAME.encode()),
        }
        medians = interleave(subjects, rounds=9)
    report("First paint", medians, "empty Textual app", {"modeldeck, 3,500 cached models": 1.4})
