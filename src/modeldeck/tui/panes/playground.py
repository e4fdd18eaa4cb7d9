"""The Playground pane: the conversation, why its last model was chosen, and the prompt."""

from typing import ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from modeldeck.domain.errors import DeckError
from modeldeck.domain.run import AttemptStarted, Finished, Selected
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
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
from modeldeck.tui.panes import answer_lines
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.toast import say, warn
from modeldeck.tui.widgets.blocks import TextPart
from modeldeck.tui.widgets.prompt import PromptInput
from modeldeck.tui.widgets.transcript import Transcript

_TICK_S = 1.0


class PlaygroundPane(Vertical):
    """Shows a conversation as its events arrive; what is asked is posted, the app runs it."""

    TITLE: ClassVar[str] = "Playground"
    NUMBER: ClassVar[int] = 4
    HELP: ClassVar[str] = """\
# Playground

Type a prompt, **Enter** sends it; `ctrl+j` begins another line, up brings earlier prompts back. What you paste is never
sent by itself. **Esc** stops an answer, then leaves the prompt.

Below the answer stand tokens, cost (`≈` until the provider has counted), time to first text and tokens a second.
`ctrl+g` shows the pick and what the best five would cost, before anything is sent.

Outside the prompt: `y` copies the last answer, `r` tries again (elsewhere after a failure), `t` opens the thinking,
`w` says why this model. `ctrl+n` begins a new conversation; switching models keeps it.
"""
    DEFAULT_CSS = """
    PlaygroundPane {
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > Transcript { height: 1fr; }
        & > #below { height: auto; padding: 0 1; border-top: solid $border-blurred; }
        & #why { height: auto; max-height: 2; }
        & #next { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #ask { height: auto; }
        & #ask > Static { width: 2; color: $text-primary; }
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
        self._turns: list[Turn] = []
        self._thoughts_shown = False
        self._ticker: Timer | None = None
        self._welcome: TextPart | None = None

    def compose(self) -> ComposeResult:
        yield Transcript()
        with Vertical(id="below"):
            yield Static(id="why", markup=False)
            yield Static(id="next", markup=False)
            with Horizontal(id="ask"):
                yield Static(">", markup=False)
                yield PromptInput(placeholder="ask anything")

    def on_mount(self) -> None:
        self._ticker = self.set_interval(_TICK_S, self._tick, pause=True)
        self._begin()

    def focus_primary(self) -> None:
        """Put the cursor in the prompt."""
        self.screen.set_focus(self._prompt)

    @property
    def running(self) -> bool:
        """Whether an answer is still arriving."""
        return bool(self._turns) and not self._turns[-1].done

    # asking

    @on(PromptInput.Submitted)
    def _submitted(self, message: PromptInput.Submitted) -> None:
        message.stop()
        self._ask(message.text)

    def _ask(self, prompt: str) -> None:
        if self.running:
            say(self.app, "An answer is still arriving; esc stops it.")
            return
        self._prompt.take()
        self._add(Turn(prompt, self._now))
        self.post_message(PromptSubmitted(prompt))

    def _add(self, turn: Turn) -> None:
        if not self._turns:
            self._transcript.clear()
            self._welcome = None
        self._turns.append(turn)
        turn.expand_thought(self._thoughts_shown)
        self._transcript.add(*turn.parts)
        if self._ticker is not None:
            self._ticker.resume()

    def action_retry(self) -> None:
        """Ask the last prompt again: with the next model of the chain after a failure, else with the same."""
        if not self._turns or self.running:
            raise SkipAction
        last = self._turns[-1]
        model = self._elsewhere(last) if last.failed else next(reversed(last.tried), None)
        self._add(Turn(last.prompt, self._now, retry_with=model))
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
            say(self.app, "Type a prompt first; ctrl+g then shows the pick and its cost.")

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

    # following the run

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        message.stop()
        if not self.running:
            return
        turn, event = self._turns[-1], message.event
        turn.handle(event, self._now)
        self._transcript.touch()
        if isinstance(event, Selected | AttemptStarted | Finished):
            self._say_why(turn)
        if turn.done:
            self._rest()

    @on(RunRefused)
    def _run_refused(self, message: RunRefused) -> None:
        message.stop()
        if self.running:
            self._turns[-1].refuse(message.message, message.hint, self._now)
            self._rest()

    @on(RunStopped)
    def _run_stopped(self, message: RunStopped) -> None:
        message.stop()
        if self.running:
            self._turns[-1].stop(self._now)
            self._rest()

    def _tick(self) -> None:
        if self.running:
            self._turns[-1].tick(self._now)
            self._transcript.touch()

    def _rest(self) -> None:
        self._transcript.touch()
        if self._ticker is not None:
            self._ticker.pause()

    def _say_why(self, turn: Turn) -> None:
        if turn.selection is None:
            return
        for name, line in (
            ("#why", answer_lines.why(turn.selection)),
            ("#next", answer_lines.following(turn.ahead)),
        ):
            shown = self.query_one(name, Static)
            shown.update(line)
            shown.display = bool(line)

    # keys

    def action_stop_or_leave(self) -> None:
        """Stop the answer; else leave the prompt; else let the screen go back."""
        if self.running:
            self.post_message(RunStopRequested())
        elif self._prompt.has_focus:
            self._transcript.focus()
        else:
            raise SkipAction

    def action_focus_prompt(self) -> None:
        self.focus_primary()

    def action_copy(self) -> None:
        """Hand the last answer to the terminal's clipboard; whether it takes it, no terminal says."""
        answer = next((turn.text for turn in reversed(self._turns) if turn.text), None)
        if answer is None:
            say(self.app, "There is no answer to copy yet.")
        else:
            self.app.copy_to_clipboard(answer)
            say(self.app, f"Sent {len(answer):,} characters to the terminal's clipboard.")

    def action_thought(self) -> None:
        """Open or close the thinking of every answer."""
        self._thoughts_shown = not self._thoughts_shown
        for turn in self._turns:
            turn.expand_thought(self._thoughts_shown)
        self._transcript.touch()

    def action_why(self) -> None:
        self.post_message(WhyRequested())

    def action_clear(self) -> None:
        """Begin a new conversation; a running answer is stopped first."""
        if self.running:
            self.post_message(RunStopRequested())
        self.post_message(ConversationCleared())
        self._turns.clear()
        self._begin()

    # the empty pane

    def _begin(self) -> None:
        self.query_one("#why").display = self.query_one("#next").display = False
        self._welcome = TextPart(answer_lines.welcome(self._can_ask))
        self._transcript.clear()
        self._transcript.add(self._welcome)

    @on(CatalogChanged)
    def _catalog_changed(self, message: CatalogChanged) -> None:
        message.stop()
        if self._welcome is not None:
            self._welcome.update(answer_lines.welcome(self._can_ask))
            self._transcript.touch()

    @property
    def _can_ask(self) -> bool:
        keyed = any(info.usable and not info.local for info in self.deck.providers())
        return keyed or bool(self.deck.catalog.local())

    @property
    def _now(self) -> float:
        return self.deck.clock.monotonic()

    @property
    def _transcript(self) -> Transcript:
        return self.query_one(Transcript)

    @property
    def _prompt(self) -> PromptInput:
        return self.query_one(PromptInput)
