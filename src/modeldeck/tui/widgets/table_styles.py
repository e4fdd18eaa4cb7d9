"""How the cells of a virtual table look, by its component classes."""

from typing import ClassVar

from rich.style import Style
from textual.widget import Widget


class TableStyles:
    """Whole styles of cells, kept: working one out costs as much as drawing the line."""

    COMPONENTS: ClassVar[tuple[str, ...]] = (
        "table--titles",
        "table--sorted",
        "table--cursor",
        "table--cursor-blurred",
        "table--hover",
        "table--marked",
        "tone-free",
        "tone-paid",
        "tone-local",
        "tone-star",
        "tone-dim",
        "tone-warn",
    )

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._kept: dict[tuple[str, str], Style] = {}

    def of(self, state: str, tone: str) -> Style:
        """The style of a cell: `state` of its row and `tone` of its own, each empty for none."""
        style = self._kept.get((state, tone))
        if style is None:
            style = self._kept[state, tone] = self._work_out(state, tone)
        return style

    def _work_out(self, state: str, tone: str) -> Style:
        style = self._widget.rich_style
        if state:
            style += self._widget.get_component_rich_style(f"table--{state}", partial=True)
        if tone and (state != "cursor" or tone == "table--marked"):  # one colour on the cursor, so it can be read
            style += self._widget.get_component_rich_style(tone, partial=True)
        return style

    def forget(self) -> None:
        """Work all of them out again, because colours changed."""
        self._kept.clear()
