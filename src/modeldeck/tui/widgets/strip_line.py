"""The one-line strip of the middle layout: money on the left, the machine on the right."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from modeldeck.tui.widgets.header import Money, money_wordings


class StripLine(Widget):
    """Money and hardware in one line; `machine` is ready-made text."""

    DEFAULT_CSS = """
    StripLine { height: 1; background: $surface; color: $foreground; padding: 0 1; }
    """

    money: reactive[Money] = reactive(Money())
    machine: reactive[str] = reactive("")

    def render(self) -> Content:
        """The widest wording of the money that leaves room for the machine, or the money alone."""
        width = self.size.width
        machine = Content.styled(self.machine, "$text-muted")
        wordings = money_wordings(self.money)
        for wording in wordings:
            gap = width - wording.cell_length - machine.cell_length
            if gap >= 2:
                return Content.assemble(wording, " " * gap, machine)
        return wordings[-1]
