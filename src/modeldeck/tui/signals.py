"""Leaving in order when the system asks for it: the terminal is given back and the running prompt is settled."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_NAMES = ("SIGTERM", "SIGHUP")


def leave_on_signals(leave: Callable[[int], object]) -> None:
    """Call `leave` with the exit code (128 + signal, as shells count) when the process is asked to end.

    Must be called inside the running event loop. On Windows loops take no signals, and a console that closes ends
    the process by itself.
    """
    loop = asyncio.get_running_loop()
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, leave, 128 + number)
