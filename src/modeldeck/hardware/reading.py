"""One reading that may fail."""

import logging
from collections.abc import Callable
from typing import TypeVar

_log = logging.getLogger(__name__)

T = TypeVar("T")


def attempt(what: str, read: Callable[[], T]) -> T | None:
    """What `read` returns, None when it fails in any way; the reason goes to the log at level debug."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - drivers and kernels fail in their own ways, and no reading is vital
        _log.debug("cannot read %s: %s: %s", what, type(error).__name__, error)
        return None
