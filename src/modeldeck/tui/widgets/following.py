"""What stays in view while a text grows or is wrapped anew: its end, or the line to which the person scrolled."""

from modeldeck.tui.widgets.blocks import Block
from modeldeck.tui.widgets.lines import LineMap
from modeldeck.tui.widgets.strip_view import StripView


class Following:
    """Scrolls a view over the lines of a map."""

    def __init__(self, view: StripView, lines: LineMap) -> None:
        self._view = view
        self._lines = lines
        self._placing = False
        self.end = True
        """Whether the end stays in view while text arrives; scrolling up ends that, scrolling to the end renews it."""

    def anchor(self) -> tuple[Block, int] | None:
        """The block at the top of the view and the line in it; None while the end is followed."""
        return None if self.end else self._lines.find(self._view.scroll_offset.y)

    def place(self, anchor: tuple[Block, int] | None) -> None:
        """Scroll to the end, or to where the anchor stands now."""
        top = self._lines.height if self.end else anchor and self._lines.locate(*anchor)
        if top is not None:
            self._placing = True
            self._view.scroll_to(y=top, animate=False, immediate=True)
            self._placing = False

    def scrolled(self) -> None:
        """The view stands elsewhere: unless that was `place`, the person decided what is followed."""
        if not self._placing:
            self.end = self._view.is_vertical_scroll_end
