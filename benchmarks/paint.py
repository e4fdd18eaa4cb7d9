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
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, *arguments], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    deadline = time.monotonic() + 20
    try:
        while marker not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{marker!r} was not painted; the end of the output: {seen[-500:]!r}")
            seen += os.read(terminal, 65_536)
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
