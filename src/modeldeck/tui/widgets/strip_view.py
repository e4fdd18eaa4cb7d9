"""The ground of our line-API widgets: a scroll view whose contents may grow without a new layout of the screen."""

from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView


class StripView(ScrollView):
    """The scrollbar is always there, so a longer text moves nothing; it only has to be told the new height."""

    DEFAULT_CSS = """
    StripView {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """
    # Textual would lay out and paint the whole screen again with every change of this.
    virtual_size = Reactive(Size(0, 0), layout=False)

    @property
    def text_width(self) -> int:
        """Cells in a line, without padding and scrollbar; 0 before the first layout."""
        return self.scrollable_content_region.width

    def set_height(self, lines: int) -> None:
        """Say how many lines there are in all."""
        self.virtual_size = Size(self.text_width, lines)

    def watch_virtual_size(self, size: Size) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height
            self.vertical_scrollbar.window_size = self.size.height

    def refresh_rows(self, y: int, height: int) -> None:
        """Paint rows of the view again, as far as they are in view."""
        top, bottom = max(0, y), min(self.size.height, y + height)
        if top < bottom:
            self.refresh(Region(0, top, self.text_width, bottom - top))
