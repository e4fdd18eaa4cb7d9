"""Below the transcript: why the last model was chosen, who would be next, and the prompt."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from modeldeck.tui.panes import answer_lines
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.widgets.line_panel import shortened
from modeldeck.tui.widgets.prompt import PromptInput

_WHY_LINES = 2


class AskBar(Vertical):
    """Shows nothing but the prompt until a model was chosen."""

    DEFAULT_CSS = """
    AskBar {
        height: auto; padding: 0 1; border-top: solid $border-blurred;
        & > #why { height: auto; }
        & > #next { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > Horizontal { height: auto; }
        & > Horizontal > Static { width: 2; color: $text-primary; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="why", markup=False)
        yield Static(id="next", markup=False)
        with Horizontal():
            yield Static(">", markup=False)
            yield PromptInput(placeholder="ask anything")

    def on_mount(self) -> None:
        self._why = Content("")
        self.forget()

    def on_resize(self) -> None:
        self._fit()

    def explain(self, turn: Turn) -> None:
        """Say why the turn's model was chosen, in two lines at most, and who would be next."""
        if turn.selection is None:
            return
        self._why = answer_lines.why(turn.selection)
        self._fit()
        following = self.query_one("#next", Static)
        following.update(answer_lines.following(turn.ahead))
        following.display = bool(turn.ahead)

    def forget(self) -> None:
        """No model was chosen yet."""
        self._why = Content("")
        self._fit()
        self.query_one("#next").display = False

    def _fit(self) -> None:
        why = self.query_one("#why", Static)
        why.update(shortened(self._why, max(1, self.content_size.width), _WHY_LINES))
        why.display = bool(self._why)
