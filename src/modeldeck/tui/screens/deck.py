"""The dashboard: six panes on one screen, fewer where the terminal is smaller. The stylesheet decides what is shown.

Python only knows which pane is the current one (class `-current` on its slot) and whether it is maximised (`-single`).
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from modeldeck.engine.deck import Deck
from modeldeck.tui.first_run import first_run_lines, is_first_run
from modeldeck.tui.panes.models import ModelsPane
from modeldeck.tui.widgets.header import DeckHeader
from modeldeck.tui.widgets.key_bar import KeyBar
from modeldeck.tui.widgets.strip_line import StripLine
from modeldeck.tui.widgets.tab_line import TabLine

if TYPE_CHECKING:
    from modeldeck.tui.panes.filter import FilterPane
    from modeldeck.tui.panes.hardware import HardwarePane
    from modeldeck.tui.panes.playground import PlaygroundPane
    from modeldeck.tui.panes.tasks import TasksPane
    from modeldeck.tui.panes.usage import UsagePane

    Pane: TypeAlias = ModelsPane | FilterPane | TasksPane | PlaygroundPane | UsagePane | HardwarePane

TITLES = ((1, "Models"), (2, "Filter"), (3, "Tasks"), (4, "Playground"), (5, "Usage"), (6, "Hardware"))
_GRID_ORDER = (2, 1, 4, 3, 5, 6)  # the upper row, then the lower one
_ALWAYS_SHOWN = (1, 4)  # in the middle layout
SMALLEST = (60, 20)


Layout = Literal["wide", "middle", "narrow", "tiny"]


def layout_for(width: int, height: int) -> Layout:
    """The layout for a terminal of so many cells; the same limits as the screen's breakpoints."""
    if width >= 120 and height >= 30:
        return "wide"
    if width >= 100 and height >= 24:
        return "middle"
    return "narrow" if width >= SMALLEST[0] and height >= SMALLEST[1] else "tiny"


class Slot(Container):
    """A place in the grid: an empty frame with a title until its pane is mounted."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__(id=f"slot-{number}")
        self.number = number
        self.pane: Pane | None = None
        self._title = f"{number} {title}"

    def compose(self) -> ComposeResult:
        if self.pane is None:
            frame = Static(classes="slot--frame")
            frame.border_title = self._title
            yield frame
        else:
            yield self.pane

    def fill(self, pane: "Pane") -> None:
        """Put the pane where the empty frame is."""
        self.pane = pane
        self.query_children(".slot--frame").remove()
        self.mount(pane)


class DeckScreen(Screen[None]):
    """Header, panes and key line."""

    AUTO_FOCUS = "ModelTable"
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
        *(
            Binding(str(number), f"show_pane({number})", title, show=False, id=f"pane.{title.lower()}")
            for number, title in TITLES
        ),
        Binding("left_square_bracket", "step_pane(-1)", "Previous pane", show=False, id="pane.previous"),
        Binding("right_square_bracket", "step_pane(1)", "Next pane", show=False, id="pane.next"),
        Binding("z", "maximise", "Maximise", show=False, id="pane.maximise"),
        Binding("escape", "back", "Back", show=False, id="pane.back"),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self._current = 1
        self._before = 1
        self._hint_closed = False

    def compose(self) -> ComposeResult:
        yield DeckHeader(id="header")
        yield StripLine(id="strip")
        yield TabLine(TITLES, id="tabs")
        with Container(id="panes"):
            titles = dict(TITLES)
            for number in _GRID_ORDER:
                slot = Slot(number, titles[number])
                if number == 1:
                    slot.pane = ModelsPane(self.deck)
                    slot.add_class("-current")
                yield slot
        yield Static(f"modeldeck needs {SMALLEST[0]} x {SMALLEST[1]} cells.", id="too-small", markup=False)
        yield Static(id="hint", markup=False)
        yield KeyBar(id="keys")

    # panes

    def mount_rest(self) -> Iterator[int]:
        """Mount the panes other than Models, one for each step of the iterator, which yields their numbers."""
        # These panes are imported late: the first picture needs none of them.
        from modeldeck.tui.panes.filter import FilterPane
        from modeldeck.tui.panes.hardware import HardwarePane
        from modeldeck.tui.panes.playground import PlaygroundPane
        from modeldeck.tui.panes.tasks import TasksPane
        from modeldeck.tui.panes.usage import UsagePane

        rest: tuple[Callable[[Deck], Pane], ...] = (PlaygroundPane, FilterPane, TasksPane, UsagePane, HardwarePane)
        for make in rest:
            pane = make(self.deck)
            self.slot(pane.NUMBER).fill(pane)
            yield pane.NUMBER

    def slot(self, number: int) -> Slot:
        return self.query_one(f"#slot-{number}", Slot)

    @property
    def panes(self) -> "list[Pane]":
        """Every mounted pane."""
        return [slot.pane for slot in self.query(Slot) if slot.pane is not None]

    @property
    def current(self) -> int:
        """The number of the pane that has, or last had, the focus."""
        return self._current

    def deliver(self, make: Callable[[], Message]) -> None:
        """Give every mounted pane a message of its own, which does not climb up again."""
        for pane in self.panes:
            if pane.is_attached:
                pane.post_message(make().stop())

    def shows(self, number: int) -> bool:
        """Whether a pane can be seen now."""
        return self.is_current and self.slot(number).is_on_screen

    # the hint of the first run

    def show_hint(self) -> None:
        """Show or renew the first run's hint; it goes once a choice was made."""
        hint = self.query_one("#hint", Static)
        wanted = not self._hint_closed and is_first_run(self.deck.state)
        hint.set_class(wanted, "-shown")
        if wanted:
            hint.update(first_run_lines(self.deck))

    @on(events.Click, "#hint")
    def _close_hint(self) -> None:
        self._hint_closed = True
        self.show_hint()

    # layout

    @property
    def layout_name(self) -> Layout:
        """How the panes stand now, by the size alone."""
        return layout_for(self.size.width, self.size.height)

    @property
    def _single(self) -> bool:
        """One pane at a time."""
        return self.layout_name == "narrow" or self.has_class("-single")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= 44, "-tall")
        # In the middle layout the strip below the header carries the money.
        self.query_one(DeckHeader).with_money = layout_for(*event.size) != "middle"

    def action_show_pane(self, number: int) -> None:
        self._make_current(number)
        pane = self.slot(number).pane
        if pane is not None and pane.is_attached:
            # A pane that was hidden until now can take the focus only after the layout knows it.
            self.call_after_refresh(pane.focus_primary)

    def action_step_pane(self, step: int) -> None:
        self.action_show_pane((self._current - 1 + step) % len(TITLES) + 1)

    def action_maximise(self) -> None:
        self.toggle_class("-single")

    def action_back(self) -> None:
        """Give back a maximised pane, else close the pane that lies over the others, else hide the hint."""
        if self.has_class("-single"):
            self.remove_class("-single")
        elif self.layout_name == "middle" and self._current not in _ALWAYS_SHOWN:
            self.action_show_pane(self._before)
        elif self.query_one("#hint").has_class("-shown"):
            self._close_hint()
        else:
            raise SkipAction

    def _make_current(self, number: int) -> None:
        if number == self._current:
            return
        if self._current in _ALWAYS_SHOWN:
            self._before = self._current
        self.slot(self._current).remove_class("-current")
        self.slot(number).add_class("-current")
        self._current = number
        self.query_one(TabLine).current = number

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        slot = next((node for node in event.widget.ancestors if isinstance(node, Slot)), None)
        if slot is not None:
            self._make_current(slot.number)

    @on(TabLine.Picked)
    def _tab_picked(self, message: TabLine.Picked) -> None:
        message.stop()
        self.action_show_pane(message.number)
