"""Letting go of what a person does not want to keep for ever: prompts, turns, selections. Totals stay."""

import logging
from datetime import datetime

from modeldeck.domain.errors import StorageError
from modeldeck.ports import Ledger, TurnStore

_log = logging.getLogger(__name__)


def forget_old(ledger: Ledger, turns: TurnStore, before: datetime) -> None:
    """Delete what began earlier; a database that cannot be written keeps it until the next time."""
    try:
        runs, exchanges = ledger.forget(before), turns.forget(before)
    except StorageError as error:
        _log.warning("What is older than %s could not be deleted: %s", before.date(), error.message)
        return
    if runs or exchanges:
        _log.info("Deleted %d runs and %d exchanges older than %s.", runs, exchanges, before.date())
