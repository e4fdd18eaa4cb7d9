"""The Playground pane: the conversation, why its last model was chosen, and the prompt."""

from typing import ClassVar

from textual import getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from modeldeck.domain.run import AttemptStarted, Finished, Selected
from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import opening_advice
from modeldeck.tui.messages import (
    CatalogChanged,
    ConversationCleared,
    DryRunMade,
    RunEvent,
    RunRefused,
    RunStopped,
    RunStopRequested,
    WhyRequested,
)
from modeldeck.tui.panes.ask_bar import AskBar
from modeldeck.tui.panes.asking import Asking
from modeldeck.tui.panes.dialogue import Dialogue
from modeldeck.tui.toast import say
from modeldeck.tui.widgets.prompt import PromptInput


class PlaygroundPane(Vertical):
    """Shows a conversation as its events arrive; what is asked is posted, the app runs it."""

    TITLE: ClassVar[str] = "Playground"
    NUMBER: ClassVar[int] = 4
    HELP: ClassVar[str] = """\
Type a prompt, **{prompt.send|Enter}** sends it; `{prompt.newline|ctrl+j}` begins another line, up brings earlier
prompts back. What you paste is never sent by itself. **{playground.stop|Esc}** stops an answer, then leaves the prompt.

Below the answer stand tokens, cost (`≈` until the provider has counted), time to first text and tokens a second.
`{playground.dry-run|ctrl+g}` shows the pick and what the best five would cost, before anything is sent.

Outside the prompt: `{playground.copy|y}` copies the last answer, `{playground.retry|r}` tries again (elsewhere after a
failure), `{playground.thinking|t}` opens the thinking, `{playground.why|w}` says why this model.
`{playground.new|ctrl+n}` begins a new conversation; switching models keeps it.
"""
    DEFAULT_CSS = """
    PlaygroundPane {
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > Transcript { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "dry_run", "dry run", id="playground.dry-run", tooltip="Pick and cost before sending"),
        Binding("ctrl+n", "clear", "new", id="playground.new", tooltip="Begin a new conversation"),
        Binding("escape", "stop_or_leave", "stop", id="playground.stop", tooltip="Stop the answer, leave the prompt"),
        Binding("y", "copy", "copy", id="playground.copy", tooltip="Copy the last answer"),
        Binding("r", "retry", "retry", id="playground.retry", tooltip="Ask again, elsewhere after a failure"),
        Binding("t", "thought", "thinking", id="playground.thinking", tooltip="Show or hide the thinking"),
        Binding("w", "why", "why", id="playground.why", tooltip="Why this model"),
        Binding("i,enter", "focus_prompt", "ask", show=False, id="playground.ask", tooltip="Go to the prompt"),
    ]

    _dialogue = getters.query_one(Dialogue)
    _prompt = getters.query_one(PromptInput)

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self._asking = Asking(self, deck)
        self.border_title = f"{self.NUMBER} {self.TITLE}"

    def compose(self) -> ComposeResult:
        yield Dialogue(self.deck.clock)
        yield AskBar()

    def on_mount(self) -> None:
        self._dialogue.greet(opening_advice(self.deck))

    def focus_primary(self) -> None:
        """Put the cursor in the prompt."""
        self.screen.set_focus(self._prompt)

    @property
    def running(self) -> bool:
        """Whether an answer is still arriving."""
        return self._dialogue.running

    # asking

    @on(PromptInput.Submitted)
    def _submitted(self, message: PromptInput.Submitted) -> None:
        message.stop()
        self._asking.ask(message.text)

    def action_retry(self) -> None:
        """Ask the last prompt again, elsewhere after a failure."""
        self._asking.again()

    def action_dry_run(self) -> None:
        """Ask what this prompt would choose and cost."""
        self._asking.try_out()

    @on(DryRunMade)
    def _dry_run_made(self, message: DryRunMade) -> None:
        message.stop()
        self._asking.show_dry_run(message)

    # news

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        message.stop()
        self._dialogue.take(message.event)
        if isinstance(message.event, Selected | AttemptStarted | Finished) and self._dialogue.last is not None:
            self.query_one(AskBar).explain(self._dialogue.last)

    @on(RunRefused)
    def _run_refused(self, message: RunRefused) -> None:
        message.stop()
        self._dialogue.refuse(message.message, message.hint)

    @on(RunStopped)
    def _run_stopped(self, message: RunStopped) -> None:
        message.stop()
        self._dialogue.stop()

    @on(CatalogChanged)
    def _catalog_changed(self, message: CatalogChanged) -> None:
        message.stop()
        self._dialogue.change_greeting(opening_advice(self.deck))

    # keys

    def action_stop_or_leave(self) -> None:
        """Stop the answer; else leave the prompt; else let the screen go back."""
        if self.running:
            self.post_message(RunStopRequested())
        elif self._prompt.has_focus:
            self._dialogue.focus()
        else:
            raise SkipAction

    def action_focus_prompt(self) -> None:
        self.focus_primary()

    def action_copy(self) -> None:
        """Hand the last answer to the terminal's clipboard; whether it takes it, no terminal says."""
        answer = self._dialogue.last_answer
        if answer is None:
            say(self.app, "There is no answer to copy yet.")
        else:
            self.app.copy_to_clipboard(answer)
            say(self.app, f"Sent {len(answer):,} characters to the terminal's clipboard.")

    def action_thought(self) -> None:
        """Open or close the thinking of every answer."""
        self._dialogue.toggle_thoughts()

    def action_why(self) -> None:
        self.post_message(WhyRequested())

    def action_clear(self) -> None:
        """Begin a new conversation; a running answer is stopped first."""
        if self.running:
            self.post_message(RunStopRequested())
        self.post_message(ConversationCleared())
        self.query_one(AskBar).forget()
        self._dialogue.greet(opening_advice(self.deck))
