"""Asking from the playground: a prompt, the last one again, and what a prompt would choose and cost."""

from textual.actions import SkipAction
from textual.widget import Widget

from modeldeck.domain.errors import DeckError
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import DryRunMade, DryRunRequested, PromptSubmitted
from modeldeck.tui.panes.dialogue import Dialogue
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.toast import say, warn
from modeldeck.tui.widgets.prompt import PromptInput

_DRY_RUN_HINT = "Type a prompt first; {playground.dry-run|ctrl+g} then shows the pick and its cost."


class Asking:
    """Begins turns in the dialogue of its pane; the pane posts what the app has to run."""

    def __init__(self, pane: Widget, deck: Deck) -> None:
        self._pane = pane
        self._deck = deck

    def ask(self, prompt: str) -> None:
        """Ask this prompt, unless an answer is still arriving."""
        if self._dialogue.running:
            say(self._pane.app, hint(self._pane, "An answer is still arriving; {playground.stop|esc} stops it."))
            return
        self._prompt.take()
        self._dialogue.ask(prompt)
        self._pane.post_message(PromptSubmitted(prompt))

    def again(self) -> None:
        """Ask the last prompt again: with the next model of the chain after a failure, else with the same.

        Raises:
            SkipAction: there is none, or its answer is still arriving.
        """
        last = self._dialogue.last
        if last is None or self._dialogue.running:
            raise SkipAction
        model = self._elsewhere(last) if last.failed else next(reversed(last.tried), None)
        self._dialogue.ask(last.prompt, retry_with=model)
        self._pane.post_message(PromptSubmitted(last.prompt, retry_model=model))

    def _elsewhere(self, turn: Turn) -> str | None:
        """A model that this prompt has not failed with; the last one again when there is no other."""
        if turn.ahead:
            return turn.ahead[0]
        try:
            found = self._deck.select(turn.prompt, mode=Mode.AUTO, infer_task=True)
        except DeckError:  # nothing else can be asked: the same model again says why
            return next(reversed(turn.tried), None)
        others = [model for model in (found.model, *found.fallback_chain) if model not in turn.tried]
        return next(iter(others), None) or next(reversed(turn.tried), None)

    def try_out(self) -> None:
        """Ask what the typed prompt would choose and cost."""
        if prompt := self._prompt.prompt:
            self._pane.post_message(DryRunRequested(prompt))
        else:
            say(self._pane.app, hint(self._pane, _DRY_RUN_HINT))

    def show_dry_run(self, made: DryRunMade) -> None:
        """Show what was chosen, from where the prompt can be sent, or say why nothing could be."""
        if made.selection is None:
            warn(self._pane.app, " ".join(filter(None, (made.message, made.hint))))
            return
        from modeldeck.tui.screens.dry_run import DryRunScreen  # not before somebody asks

        self._pane.app.push_screen(DryRunScreen(made.prompt, made.selection, self._deck), self._after_dry_run)

    def _after_dry_run(self, prompt: str | None) -> None:
        if prompt is not None:
            self.ask(prompt)

    @property
    def _dialogue(self) -> Dialogue:
        return self._pane.query_one(Dialogue)

    @property
    def _prompt(self) -> PromptInput:
        return self._pane.query_one(PromptInput)
