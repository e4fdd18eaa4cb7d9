"""Whether the process that opened a ledger row still runs: its number and its start time must both fit."""

_SAME_START_S = 60.0
"""A start time is worked out from the boot time, which shifts when the machine's clock is set; a wrong "gone" would
settle a living process's row, a wrong "alive" only waits until that process ends."""


def start_time(pid: int) -> float | None:
    """When a process began, in seconds since the epoch; None when it is gone or may not be looked at."""
    import psutil  # about 15 ms, needed only once something is sent or was left open

    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def is_alive(pid: int | None, started: float | None) -> bool:
    """Whether the process `pid` that began at `started` still runs; an unknown start time trusts the number alone."""
    if pid is None:
        return False
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return started is None or abs(process.create_time() - started) <= _SAME_START_S
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # somebody else's process: it exists, which is all that can be known
        return True
