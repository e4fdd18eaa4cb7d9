"""What the library logs, on stderr, when -v asks for it."""

import logging
import sys

from modeldeck.cli.text import block


class _SafeFormatter(logging.Formatter):
    """Log lines may quote outside text."""

    def format(self, record: logging.LogRecord) -> str:
        return block(super().format(record))


def log_to_stderr() -> None:
    """Send everything under the logger `modeldeck` to stderr from now on, once however often it is asked for."""
    logger = logging.getLogger("modeldeck")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_SafeFormatter("%(levelname)s %(name)s: %(message)s"))
    logger.handlers[:] = [handler]
    logger.setLevel(logging.DEBUG)
