"""Why this model: the selection behind a run, candidate by candidate, and everything that was dropped."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from modeldeck.domain.selection import StoredSelection
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import age, clean, score, short_id
from modeldeck.tui.hints import hint, key_of, with_bold_keys
from modeldeck.tui.messages import AssignRequested, ModelChosen
from modeldeck.tui.screens.why_lines import GROUP_KEY, candidate_lines, chain_lines, profile_line, rejection_lines
from modeldeck.tui.widgets.line_panel import Line, LinePanel, wrapped
from modeldeck.tui.widgets.tones import ACCENT, DIM

_KEYS = "{lines.choose|enter} use or open · {why.pin|p} pin · {why.close|esc} back"


class WhyScreen(ModalScreen[None]):
    """Explains the selection of a run, or the last one of a task; both None: that of the newest run.

    Enter on a model posts ModelChosen, on a reason opens the list of models that it dropped.
    """

    DEFAULT_CSS = """
    WhyScreen {
        align: center middle; background: $background 60%;
        & > .box {
            width: 92%; max-width: 110; height: 88%; padding: 0 1;
            border: round $border; border-title-style: bold; border-subtitle-color: $text-muted; background: $surface;
        }
        & LinePanel { height: 1fr; scrollbar-background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close", id="why.close"),
        Binding("p", "pin", "pin", id="why.pin", tooltip="Assign the model of the row to a task"),
    ]

    def __init__(self, deck: Deck, *, run: str | None = None, task: str | None = None) -> None:
        super().__init__()
        self._deck = deck
        self._stored = deck.history.why(run) if task is None else deck.history.last_pick(task)
        self._of_task = task
        self._opened: set[str] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = "Why"
            box.border_subtitle = hint(self, _KEYS)
            yield LinePanel()

    def on_mount(self) -> None:
        self.query_one(LinePanel).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        panel = self.query_one(LinePanel)
        panel.show(self._lines(panel.text_width))

    def _lines(self, width: int) -> list[Line]:
        if self._stored is None:
            return wrapped(self._nothing(), width)
        selection = self._stored.selection
        titles, candidates = candidate_lines(selection, selection.model, self._deck.catalog.snapshot.by_id, width)
        if not candidates:
            candidates = [Line(Content.styled("the model was pinned, so nothing was ranked", DIM))]
        return [
            *wrapped(self._about(self._stored), width),
            Line(Content("")),
            Line(titles),
            *candidates,
            *chain_lines(selection, width),
            Line(Content("")),
            *rejection_lines(selection.rejected, self._stored.rejected_counts, self._opened, width),
        ]

    def _nothing(self) -> Content:
        of_task = self._of_task
        what = "No prompt was sent yet." if of_task is None else f"Nothing was chosen for {clean(of_task)} yet."
        next_step = "\n{pane.playground|4} goes to the prompt; {playground.dry-run|ctrl+g} there shows a pick unsent."
        return Content.assemble(what, with_bold_keys(next_step, key_of(self), DIM))

    def _about(self, stored: StoredSelection) -> Content:
        selection = stored.selection
        name, provider = short_id(selection.model)
        when = age(stored.at, self._deck.clock.now())
        return Content.assemble(
            (name, f"bold {ACCENT}"),
            (f" · {provider} · confidence {score(selection.confidence)} · {when}\n", DIM),
            f"{clean(selection.reason)}\n",
            (profile_line(selection.profile), DIM),
            (f"\n{clean(selection.task)} · {selection.mode} · {selection.tier} · {selection.strategy}", DIM),
        )

    @on(LinePanel.Chosen)
    def _chosen(self, message: LinePanel.Chosen) -> None:
        message.stop()
        if message.key.startswith(GROUP_KEY):
            self._opened ^= {message.key.removeprefix(GROUP_KEY)}
            self._show()
            return
        self.app.post_message(ModelChosen(message.key))
        self.dismiss()

    def action_pin(self) -> None:
        """Assign the model under the cursor to a task."""
        key = self.query_one(LinePanel).current
        if key is not None and not key.startswith(GROUP_KEY):
            self.app.post_message(AssignRequested(key))
            self.dismiss()
