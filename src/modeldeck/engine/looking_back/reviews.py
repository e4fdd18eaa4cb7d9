"""Looking back over a window of time: how one model did, each model, all of them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from modeldeck.domain.errors import UnknownModelError, UsageError
from modeldeck.domain.performance import Performance
from modeldeck.ports import Clock, Ledger

LONGEST_HOURS = 24.0 * 366 * 10
"""Ten years: no ledger is older, and no date before the calendar began is asked for."""


class Reviews:
    """Reads the ledger's attempts by time. `resolve` gives the full id of a name; raises UnknownModelError."""

    def __init__(self, ledger: Ledger, clock: Clock, resolve: Callable[[str], str]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._resolve = resolve

    def performance(self, model: str | None, hours: float) -> Performance:
        """How one model (None: all) did in the last hours. A name that nobody lists is looked up as it is.

        Raises:
            UsageError: no positive number of hours.
        """
        return self._ledger.performance(*self._window(hours), None if model is None else self._known(model))

    def performances(self, hours: float) -> tuple[Performance, ...]:
        """The same for each model that was tried, the most used first."""
        return self._ledger.performances(*self._window(hours))

    def _known(self, text: str) -> str:
        try:
            return self._resolve(text)
        except UnknownModelError:
            return text  # recorded by another program under this very name, or gone from every list

    def _window(self, hours: float) -> tuple[datetime, datetime]:
        if not hours > 0:
            raise UsageError(f"hours is {hours!r}; allowed: a number above 0.")
        now = self._clock.now()
        return now - timedelta(hours=min(hours, LONGEST_HOURS)), now
