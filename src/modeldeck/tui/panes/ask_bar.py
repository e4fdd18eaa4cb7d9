"""Below the transcript: why the last model was chosen, who would be next, and the prompt."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from modeldeck.tui.panes import answer_lines
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.widgets.prompt import PromptInput


class AskBar(Vertical):
    """Shows nothing but the prompt until a model was chosen."""

    DEFAULT_CSS = """
    AskBar {
        height: auto; padding: 0 1; border-top: solid $border-blurred;
        & > #why { height: auto; max-height: 2; }
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
        self.forget()

    def explain(self, turn: Turn) -> None:
        """Say why the turn's model was chosen, in two lines at most."""
        if turn.selection is None:
            return
        why, following = self.query_one("#why", Static), self.query_one("#next", Static)
        why.update(answer_lines.why(turn.selection))
        following.update(answer_lines.following(turn.ahead))
        why.display, following.display = True, bool(turn.ahead)

    def forget(self) -> None:
        """No model was chosen yet."""
        self.query_one("#why").display = self.query_one("#next").display = False
