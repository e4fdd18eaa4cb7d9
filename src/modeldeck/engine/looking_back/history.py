"""What happened: past runs, the selections behind them, conversations, and what a person thought of the answers."""

from collections.abc import Callable

from modeldeck.domain.errors import UsageError
from modeldeck.domain.feedback import Rating, parse_rating
from modeldeck.domain.request import Message
from modeldeck.domain.run import RunSummary
from modeldeck.domain.selection import StoredSelection
from modeldeck.engine.running.conversations import Conversations
from modeldeck.engine.tasks import Tasks
from modeldeck.ports import Clock, Ledger, RatingStore

_HINTED_RUNS = 3


class History:
    """Reads the ledger's runs and the conversations; keeps ratings. `on_rated` is called after each."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        ratings: RatingStore,
        conversations: Conversations,
        tasks: Tasks,
        clock: Clock,
        on_rated: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._ratings = ratings
        self._conversations = conversations
        self._tasks = tasks
        self._clock = clock
        self._on_rated = on_rated

    def runs(self, limit: int = 20) -> tuple[RunSummary, ...]:
        """Past runs, newest first."""
        return self._ledger.runs(limit)

    def why(self, run: str | None = None) -> StoredSelection | None:
        """The selection behind a run (None: the newest); None when there is no such run."""
        return self._ledger.selection(run)

    def last_pick(self, task: str) -> StoredSelection | None:
        """The newest selection made for a task."""
        return self._ledger.last_selection(self._tasks.get(task).name)

    def rate(self, run: str | None, rating: float | str) -> Rating:
        """Say how good the answer of a run (None: the newest) was; a second rating replaces the first.

        Args:
            run: the run's id.
            rating: 0 to 1, `good` (1) or `bad` (0).

        Raises:
            UsageError: there is no such run, or no such rating; the hint names what there is.
        """
        value = parse_rating(rating)
        chosen = self._ledger.selection(run)
        if chosen is None:
            raise self._no_such_run(run)
        selection = chosen.selection
        rated = Rating(
            run=chosen.run,
            rating=value,
            at=self._clock.now(),
            model=self._ledger.last_model(chosen.run) or selection.model,
            task=selection.task,
            specialization=selection.profile.specialization.value,
        )
        self._ratings.put(rated)
        self._on_rated()
        return rated

    def last_conversation(self) -> str | None:
        """The id of the conversation that went on most recently; None without any."""
        return self._conversations.last()

    def conversation(self, id: str) -> tuple[Message, ...]:
        """What was said in a conversation, oldest first; empty when nothing of it is kept."""
        return self._conversations.messages(id)

    def _no_such_run(self, run: str | None) -> UsageError:
        newest = ", ".join(known.run for known in self._ledger.runs(_HINTED_RUNS))
        if run is None or not newest:
            return UsageError("There is no run yet.", "`modeldeck ask` makes one.")
        return UsageError(f"There is no run {run!r}.", f"The newest are {newest}.")
