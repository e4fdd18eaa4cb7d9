"""The dashboard: six panes on one screen, fewer where the terminal is smaller. The stylesheet decides what is shown.

Python only knows which pane is the current one (class `-current` on its slot) and whether it is maximised (`-single`).
"""

from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual import events, getters, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from modeldeck.engine.deck import Deck
from modeldeck.tui.first_run import first_run_lines, is_first_run
from modeldeck.tui.messages import ModelChosen, PromptSubmitted
from modeldeck.tui.panes.grid import MAIN_PANES, TITLES, PaneGrid
from modeldeck.tui.widgets.header import DeckHeader
from modeldeck.tui.widgets.key_bar import KeyBar
from modeldeck.tui.widgets.strip_line import StripLine
from modeldeck.tui.widgets.tab_line import TabLine

if TYPE_CHECKING:
    from modeldeck.tui.shell import Shell

SMALLEST = (60, 20)
Layout = Literal["wide", "middle", "narrow", "tiny"]


def layout_for(width: int, height: int) -> Layout:
    """The layout for a terminal of so many cells; the same limits as the screen's breakpoints."""
    if width >= 120 and height >= 30:
        return "wide"
    if width >= 100 and height >= 24:
        return "middle"
    return "narrow" if width >= SMALLEST[0] and height >= SMALLEST[1] else "tiny"


class DeckScreen(Screen[None]):
    """Header, panes and key line."""

    AUTO_FOCUS = "ModelTable"
    BLANK = True  # nothing of its own to draw: spares the compositor a screenful of lines in every frame
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - the base class declares it
        (0, "-w-tiny"),
        (SMALLEST[0], "-w-narrow"),
        (100, "-w-middle"),
        (120, "-w-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the base class declares it
        (0, "-h-tiny"),
        (SMALLEST[1], "-h-narrow"),
        (24, "-h-middle"),
        (30, "-h-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that letters typed right after the key already go where it leads.
        *(
            Binding(
                str(number),
                f"show_pane({number})",
                title,
                show=False,
                priority=True,
                id=f"pane.{title.lower()}",
                tooltip=f"Go to {title}",
            )
            for number, title in TITLES
        ),
        Binding(
            "left_square_bracket", "step_pane(-1)", "previous", show=False, id="pane.previous", tooltip="Go one back"
        ),
        Binding("right_square_bracket", "step_pane(1)", "next", show=False, id="pane.next", tooltip="Go one on"),
        Binding("z", "maximise", "maximise", show=False, id="pane.maximise", tooltip="One pane alone, or all again"),
        Binding("ctrl+l", "switch_model", "switch", id="app.switch", tooltip="Choose a model from anywhere"),
        Binding("question_mark,f1", "help", "help", id="app.help", key_display="?", tooltip="Keys and words"),
        Binding("escape", "back", "Back", show=False, id="pane.back"),
    ]
    header = getters.query_one("#header", DeckHeader)
    grid = getters.query_one("#panes", PaneGrid)

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self._hint_closed = False

    def compose(self) -> ComposeResult:
        # Textual sets these classes on the first resize, and would then work out every style a second time.
        width, height = self.app.size
        for breakpoints, cells in ((self.HORIZONTAL_BREAKPOINTS, width), (self.VERTICAL_BREAKPOINTS, height)):
            self.add_class(max(point for point in breakpoints if cells >= point[0])[1], update=False)
        yield DeckHeader(id="header")
        if layout_for(width, height) != "wide":
            yield from self._lines()
        yield PaneGrid(self.deck, id="panes")
        yield KeyBar(id="keys")

    def _lines(self) -> ComposeResult:
        """What only smaller terminals show."""
        yield StripLine(id="strip")
        yield TabLine(TITLES, id="tabs")
        yield Static(self._too_small(), id="too-small", markup=False)

    def _too_small(self) -> str:
        width, height = self.app.size
        quit_key = cast("Shell", self.app).key_of("app.quit", "ctrl+q")
        return f"modeldeck needs {SMALLEST[0]} x {SMALLEST[1]} cells, here are {width} x {height}.\n{quit_key} quits."

    async def mount_lines(self) -> None:
        """Mount what the first picture could do without."""
        if not self.query(StripLine):
            await self.mount_all(self._lines(), after=self.header)
        await self.mount(Static(id="hint", markup=False), before="#keys")
        self.watch(self.grid, "current", self._show_tab)

    def _show_tab(self, number: int) -> None:
        self.query_one(TabLine).current = number

    def shows(self, number: int) -> bool:
        """Whether a pane can be seen now."""
        covered = not self.is_current or self.layout_name == "tiny"
        return not covered and any(slot.is_on_screen for slot in self.query(f"#slot-{number}"))

    # layout

    @property
    def layout_name(self) -> Layout:
        """How the panes stand now, by the size alone."""
        return layout_for(self.size.width, self.size.height)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= 44, "-tall")
        for sentence in self.query("#too-small").results(Static):
            sentence.update(self._too_small())
        # In the middle layout the strip below the header carries the money.
        self.header.with_money = layout_for(*event.size) != "middle"

    def action_show_pane(self, number: int) -> None:
        self.grid.go_to(number)

    def action_step_pane(self, step: int) -> None:
        self.grid.go_to((self.grid.current - 1 + step) % len(TITLES) + 1)

    def action_maximise(self) -> None:
        self.toggle_class("-single")

    def action_back(self) -> None:
        """Give back a maximised pane, else close the pane that lies over the others, else hide the hint."""
        if self.has_class("-single"):
            self.remove_class("-single")
        elif self.layout_name == "middle" and self.grid.current not in MAIN_PANES:
            self.grid.go_to(self.grid.before)
        elif self.query("#hint.-shown"):
            self._close_hint()
        else:
            raise SkipAction

    @on(TabLine.Picked)
    def _tab_picked(self, message: TabLine.Picked) -> None:
        message.stop()
        self.grid.go_to(message.number)

    # screens over the dashboard, each imported when it is first wanted

    def action_switch_model(self) -> None:
        from modeldeck.tui.screens.quick_switch import QuickSwitch

        self.app.push_screen(QuickSwitch(self.deck), self._use)

    def _use(self, model: str | None) -> None:
        if model is not None:
            self.post_message(ModelChosen(model))

    def action_help(self) -> None:
        from modeldeck.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(cast("Shell", self.app), self))

    # the hint of the first run

    def show_hint(self) -> None:
        """Show or renew the first run's hint; it goes once something was chosen or asked."""
        wanted = not self._hint_closed and is_first_run(self.deck)
        for hint in self.query("#hint").results(Static):
            hint.set_class(wanted, "-shown")
            if wanted:
                hint.update(first_run_lines(self.deck, cast("Shell", self.app).key_of))

    @on(PromptSubmitted)
    @on(events.Click, "#hint")
    def _close_hint(self) -> None:
        self._hint_closed = True
        self.show_hint()
