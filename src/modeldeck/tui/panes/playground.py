"""The Playground pane: the conversation, why its last model was chosen, and the prompt."""

from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from modeldeck.domain.errors import DeckError
from modeldeck.domain.run import AttemptStarted, Finished, Selected
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import first_steps, nothing_callable
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import (
    CatalogChanged,
    ConversationCleared,
    DryRunMade,
    DryRunRequested,
    PromptSubmitted,
    RunEvent,
    RunRefused,
    RunStopped,
    RunStopRequested,
    WhyRequested,
)
from modeldeck.tui.panes.ask_bar import AskBar
from modeldeck.tui.panes.dialogue import Dialogue
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.toast import say, warn
from modeldeck.tui.widgets.prompt import PromptInput

_DRY_RUN_HINT = "Type a prompt first; {playground.dry-run|ctrl+g} then shows the pick and its cost."


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

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self.border_title = f"{self.NUMBER} {self.TITLE}"

    def compose(self) -> ComposeResult:
        yield Dialogue(self.deck.clock)
        yield AskBar()

    def on_mount(self) -> None:
        self._dialogue.greet(self._advice)

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
        self._ask(message.text)

    def _ask(self, prompt: str) -> None:
        if self.running:
            say(self.app, hint(self, "An answer is still arriving; {playground.stop|esc} stops it."))
            return
        self._prompt.take()
        self._dialogue.ask(prompt)
        self.post_message(PromptSubmitted(prompt))

    def action_retry(self) -> None:
        """Ask the last prompt again: with the next model of the chain after a failure, else with the same."""
        last = self._dialogue.last
        if last is None or self.running:
            raise SkipAction
        model = self._elsewhere(last) if last.failed else next(reversed(last.tried), None)
        self._dialogue.ask(last.prompt, retry_with=model)
        self.post_message(PromptSubmitted(last.prompt, retry_model=model))

    def _elsewhere(self, turn: Turn) -> str | None:
        """A model that this prompt has not failed with; the last one again when there is no other."""
        if turn.ahead:
            return turn.ahead[0]
        try:
            found = self.deck.select(turn.prompt, mode=Mode.AUTO, infer_task=True)
        except DeckError:  # nothing else can be asked: the same model again says why
            return next(reversed(turn.tried), None)
        others = [model for model in (found.model, *found.fallback_chain) if model not in turn.tried]
        return next(iter(others), None) or next(reversed(turn.tried), None)

    def action_dry_run(self) -> None:
        """Ask what this prompt would choose and cost."""
        if prompt := self._prompt.prompt:
            self.post_message(DryRunRequested(prompt))
        else:
            say(self.app, hint(self, _DRY_RUN_HINT))

    @on(DryRunMade)
    def _dry_run_made(self, message: DryRunMade) -> None:
        message.stop()
        if message.selection is None:
            warn(self.app, " ".join(filter(None, (message.message, message.hint))))
            return
        from modeldeck.tui.screens.dry_run import DryRunScreen

        self.app.push_screen(DryRunScreen(message.prompt, message.selection, self.deck), self._after_dry_run)

    def _after_dry_run(self, prompt: str | None) -> None:
        if prompt is not None:
            self._ask(prompt)

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
        self._dialogue.change_greeting(self._advice)

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
        self._dialogue.greet(self._advice)

    @property
    def _advice(self) -> str | None:
        """What to do first while no provider could answer."""
        return first_steps(self.deck) if nothing_callable(self.deck) else None

    @property
    def _dialogue(self) -> Dialogue:
        return self.query_one(Dialogue)

    @property
    def _prompt(self) -> PromptInput:
        return self.query_one(PromptInput)
