"""What happened: past runs and the selections behind them."""

from modeldeck.domain.run import RunSummary
from modeldeck.domain.selection import StoredSelection
from modeldeck.engine.tasks import Tasks
from modeldeck.ports import Ledger


class History:
    """Reads the ledger's runs."""

    def __init__(self, ledger: Ledger, tasks: Tasks) -> None:
        self._ledger = ledger
        self._tasks = tasks

    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Past runs, newest first."""
        return self._ledger.runs(limit)

    def why(self, run: str | None = None) -> StoredSelection | None:
        """The selection behind a run (None: the newest); None when there is no such run."""
        return self._ledger.selection(run)

    def last_pick(self, task: str) -> StoredSelection | None:
        """The newest selection made for a task."""
        return self._ledger.last_selection(self._tasks.get(task).name)
