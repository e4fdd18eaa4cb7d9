"""The places of the six panes. Which of them are seen is the stylesheet's matter; here is which one is current."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import TYPE_CHECKING, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen

from modeldeck.engine.deck import Deck
from modeldeck.tui.panes.models import ModelsPane

if TYPE_CHECKING:
    from modeldeck.tui.panes.filter import FilterPane
    from modeldeck.tui.panes.hardware import HardwarePane
    from modeldeck.tui.panes.playground import PlaygroundPane
    from modeldeck.tui.panes.tasks import TasksPane
    from modeldeck.tui.panes.usage import UsagePane

    Pane: TypeAlias = ModelsPane | FilterPane | TasksPane | PlaygroundPane | UsagePane | HardwarePane

TITLES = ((1, "Models"), (2, "Filter"), (3, "Tasks"), (4, "Playground"), (5, "Usage"), (6, "Hardware"))
_GRID_ORDER = (2, 1, 4, 3, 5, 6)  # the upper row, then the lower one
MAIN_PANES = (1, 4)
"""Models and Playground: shown side by side where there is no room for all; the others lie over them."""


class Slot(Container):
    """A place in the grid: a titled frame until its pane is mounted."""

    def __init__(self, number: int, title: str, pane: "Pane | None" = None) -> None:
        super().__init__(id=f"slot-{number}", classes="-empty" if pane is None else "-current")
        self.number = number
        self.pane = pane
        self.border_title = f"{number} {title}"

    def compose(self) -> ComposeResult:
        if self.pane is not None:
            yield self.pane

    def fill(self, pane: "Pane") -> None:
        """Put the pane where the frame is."""
        self.pane = pane
        self.remove_class("-empty")
        self.mount(pane)


class PaneGrid(Container):
    """Six slots; `current` is the number of the pane that has, or last had, the focus."""

    BLANK = True  # nothing of its own to draw: spares the compositor a screenful of lines in every frame
    current: reactive[int] = reactive(1, init=False)

    def __init__(self, deck: Deck, *, id: str) -> None:
        super().__init__(id=id)
        self._deck = deck
        self.before = 1
        """The main pane that was current last."""

    def compose(self) -> ComposeResult:
        titles = dict(TITLES)
        for number in _GRID_ORDER:
            yield Slot(number, titles[number], ModelsPane(self._deck) if number == self.current else None)

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
            pane = make(self._deck)
            self.slot(pane.NUMBER).fill(pane)
            yield pane.NUMBER

    def slot(self, number: int) -> Slot:
        return self.query_one(f"#slot-{number}", Slot)

    @property
    def panes(self) -> "list[Pane]":
        """Every mounted pane."""
        return [slot.pane for slot in self.query(Slot) if slot.pane is not None]

    def deliver(self, news: Message) -> None:
        """Give every mounted pane a copy of a message, which does not climb up again."""
        for pane in self.panes:
            if pane.is_attached:
                pane.post_message(copy(news).stop())

    def go_to(self, number: int) -> None:
        """Make a pane current and put the cursor into it."""
        self.current = number
        pane = self.slot(number).pane
        if pane is not None and pane.is_attached:
            pane.focus_primary()  # at once, so that letters typed right after the key go there

    def watch_current(self, old: int, new: int) -> None:
        if old in MAIN_PANES:
            self.before = old
        self.slot(old).remove_class("-current")
        self.slot(new).add_class("-current")

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        slot = next((node for node in event.widget.ancestors if isinstance(node, Slot)), None)
        if slot is not None:
            self.current = slot.number


def hand_down(screen: Screen[None], news: Message) -> None:
    """Give a copy of a message to every mounted pane of a screen; while the app leaves there is none any more."""
    for grid in screen.query(PaneGrid):
        grid.deliver(news)
