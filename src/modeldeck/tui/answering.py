"""What panes and screens ask of the app, and who does it: the choices, the running prompt, a screen on top."""

from modeldeck.engine.deck import Deck
from modeldeck.tui.choosing import Choosing
from modeldeck.tui.messages import (
    Asked,
    AssignRequested,
    ConversationCleared,
    DetailRequested,
    DryRunRequested,
    ModelChosen,
    PromptSubmitted,
    RunStopRequested,
    StateChanged,
    TaskChosen,
    WhyRequested,
)
from modeldeck.tui.playing import Playing
from modeldeck.tui.shell import Shell


class Answering:
    """Does what is asked for; screens are imported when they are first wanted."""

    def __init__(self, app: Shell, deck: Deck, choosing: Choosing, playing: Playing) -> None:
        self._app = app
        self._deck = deck
        self._choosing = choosing
        self._playing = playing

    def answer(self, asked: Asked) -> None:
        """Do what a message asks for."""
        match asked:
            case ModelChosen():
                self._choosing.use(asked.model)
            case AssignRequested():
                self._assign(asked.model)
            case DetailRequested():
                self._detail(asked.model)
            case WhyRequested():
                self._why(asked)
            case PromptSubmitted():
                self._playing.start(asked.prompt, asked.retry_model)
            case DryRunRequested():
                self._playing.dry_run(asked.prompt)
            case TaskChosen():
                self._playing.task = asked.task
                self._app.post_message(StateChanged())
            case RunStopRequested():
                self._playing.stop()
            case ConversationCleared():
                self._playing.clear()

    def _assign(self, model: str) -> None:
        from modeldeck.tui.screens.assign import AssignScreen

        self._app.push_screen(AssignScreen(self._deck, model), self._assigned)

    def _assigned(self, changed: bool | None) -> None:
        if changed:
            self._app.post_message(StateChanged())

    def _detail(self, model: str) -> None:
        from modeldeck.tui.screens.detail import DetailScreen

        self._app.push_screen(DetailScreen(self._deck, model), self._choosing.use)

    def _why(self, asked: WhyRequested) -> None:
        from modeldeck.tui.screens.why import WhyScreen

        self._app.push_screen(WhyScreen(self._deck, run=asked.run, task=asked.task))
