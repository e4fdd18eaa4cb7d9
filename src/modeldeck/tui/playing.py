"""The running prompt and its conversation: starting, following, stopping. At most one prompt runs at a time."""

import asyncio
from contextlib import suppress
from functools import partial

from textual.worker import Worker, WorkerCancelled, WorkerFailed

from modeldeck.domain.run import AttemptStarted, Event, Finished, Selected, TextDelta
from modeldeck.domain.selection import Selection
from modeldeck.engine.deck import Deck
from modeldeck.tui.bridge import dry_run, run_fields, stream_run
from modeldeck.tui.conversation import Conversation
from modeldeck.tui.shell import Shell

SETTLE_SECONDS = 3.0
"""How long leaving waits for a stopped run to be written down; what is not by then is settled at the next start."""


class Playing:
    """What is known of the conversation on screen. `task` None lets the prompt decide."""

    def __init__(self, app: Shell, deck: Deck) -> None:
        self._app = app
        self._deck = deck
        self._worker: Worker[None] | None = None
        self._text = ""
        self._conversation = Conversation(self._new_id())
        self.task: str | None = None
        self.selection: Selection | None = None
        self.model: str | None = None

    @property
    def running(self) -> bool:
        """Whether a prompt is being answered."""
        return self._worker is not None and self._worker.is_running

    @property
    def worker(self) -> Worker[None] | None:
        """The worker of the newest prompt."""
        return self._worker

    def start(self, prompt: str, retry_model: str | None = None) -> None:
        """Send a prompt with the conversation before it; a running one is stopped first."""
        messages = self._conversation.ask(prompt, again=retry_model is not None)
        fields = run_fields(self._deck.choices.state, self.task, retry_model)
        self._text = ""
        work = stream_run(self._app, self._deck, messages, fields, self._conversation.id)
        self._worker = self._app.run_worker(
            work, name="run", group="run", description="The prompt", exit_on_error=False, exclusive=True
        )

    def dry_run(self, prompt: str) -> None:
        """Choose for a prompt without sending it; the answer comes as DryRunMade."""
        messages = self._conversation.preview(prompt)
        fields = run_fields(self._deck.choices.state, self.task)
        self._app.run_worker(
            partial(dry_run, self._app, self._deck, prompt, messages, fields),
            name="dry-run",
            group="dry-run",
            description="The dry run",
            exit_on_error=False,
            exclusive=True,
            thread=True,
        )

    def follow(self, event: Event) -> None:
        """Keep what later turns and the header need of an event."""
        match event:
            case Selected():
                self.selection, self.model = event.selection, event.selection.model
            case AttemptStarted():
                self.model, self._text = event.model, ""
            case TextDelta():
                self._text += event.text
            case Finished():
                self._text = event.answer.text
                self.ended()

    def ended(self) -> None:
        """The run is over, however it ended: what was said stays in the conversation."""
        self._conversation.answer(self._text)
        self._text = ""
        self.selection = self.model = None

    def stop(self) -> bool:
        """Stop the running prompt; False when none runs."""
        if not self.running or self._worker is None:
            return False
        self._worker.cancel()
        return True

    async def settle(self) -> None:
        """Stop the running prompt and wait until the ledger knows."""
        if self.stop() and self._worker is not None:
            with suppress(WorkerCancelled, WorkerFailed, TimeoutError):
                await asyncio.wait_for(self._worker.wait(), SETTLE_SECONDS)

    def clear(self) -> None:
        """Begin a new conversation; a running prompt is stopped."""
        self.stop()
        self._conversation = Conversation(self._new_id())

    def _new_id(self) -> str:
        return self._deck.clock.now().strftime("%Y%m%dT%H%M%S%f")
