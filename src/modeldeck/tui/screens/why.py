"""Why this model: the selection behind a run, candidate by candidate, and everything that was dropped."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from modeldeck.domain.selection import StoredSelection
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import age, clean, score, short_id
from modeldeck.tui.messages import ModelChosen
from modeldeck.tui.screens.why_lines import GROUP_KEY, candidate_lines, chain_lines, profile_line, rejection_lines
from modeldeck.tui.widgets.line_panel import Line, LinePanel
from modeldeck.tui.widgets.tones import ACCENT, DIM


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
        & #about { height: auto; max-height: 7; }
        & LinePanel { height: 1fr; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "dismiss", "close", id="why.close")]

    def __init__(self, deck: Deck, *, run: str | None = None, task: str | None = None) -> None:
        super().__init__()
        self._deck = deck
        self._stored = deck.why(run) if task is None else deck.last_pick(task)
        self._of_task = task
        self._opened: set[str] = set()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = "Why"
            box.border_subtitle = "enter use or open · esc back"
            yield Static(id="about", markup=False)
            yield LinePanel()

    def on_mount(self) -> None:
        self.query_one("#about", Static).update(self._about())
        self.query_one(LinePanel).focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _about(self) -> Content:
        if self._stored is None:
            what = (
                "No prompt was sent yet."
                if self._of_task is None
                else f"Nothing was chosen for {clean(self._of_task)} yet."
            )
            return Content.assemble(what, ("\n4 goes to the prompt; ctrl+g there shows a pick without sending.", DIM))
        selection = self._stored.selection
        name, provider = short_id(selection.model)
        when = age(self._stored.at, self._deck.clock.now())
        return Content.assemble(
            (name, f"bold {ACCENT}"),
            (f" · {provider} · confidence {score(selection.confidence)} · {when}\n", DIM),
            f"{clean(selection.reason)}\n",
            (profile_line(selection.profile), DIM),
            (f"\n{clean(selection.task)} · {selection.mode} · {selection.tier} · {selection.strategy}", DIM),
        )

    def _show(self) -> None:
        if self._stored is not None:
            panel = self.query_one(LinePanel)
            titles, lines = self._lines(self._stored, panel.text_width)
            panel.show(lines, [titles])

    def _lines(self, stored: StoredSelection, width: int) -> tuple[Content, list[Line]]:
        selection = stored.selection
        by_id = self._deck.catalog.snapshot.by_id
        titles, candidates = candidate_lines(selection, selection.model, by_id, width)
        if not candidates:
            candidates = [Line(Content.styled("the model was pinned, so nothing was ranked", DIM))]
        dropped = rejection_lines(selection.rejected, stored.rejected_counts, self._opened, width)
        return titles, [*candidates, *chain_lines(selection), *dropped]

    @on(LinePanel.Chosen)
    def _chosen(self, message: LinePanel.Chosen) -> None:
        message.stop()
        if message.key.startswith(GROUP_KEY):
            self._opened ^= {message.key.removeprefix(GROUP_KEY)}
            self._show()
            return
        self.app.post_message(ModelChosen(message.key))
        self.dismiss()
