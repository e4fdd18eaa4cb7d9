"""What the panes with moving contents share: frame, title, and the rule that a hidden pane does no work."""

from typing import ClassVar

from textual.containers import Vertical
from textual.timer import Timer

from modeldeck.engine.deck import Deck

REDRAW_S = 0.2
"""Seconds between two redraws while numbers move."""


class LivePane(Vertical):
    """A numbered pane over the deck. Subclasses draw in `redraw` and call `changed` when something moved.

    `focus_primary` and `redraw` raise instead of being abstract: Textual's metaclass leaves no room for `ABCMeta`.
    """

    TITLE: ClassVar[str]
    NUMBER: ClassVar[int]
    HELP: ClassVar[str]
    DEFAULT_CSS = """
    LivePane {
        border: round $border-blurred; border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    }
    """

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self.deck = deck
        self.border_title = f"{self.NUMBER} {self.TITLE}"
        self._shown = False
        self._behind = True
        self._pause: Timer | None = None

    def focus_primary(self) -> None:
        """Put the cursor where a person wants it first."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Show the deck as it is now; called only while the pane can be seen."""
        raise NotImplementedError

    def changed(self) -> None:
        """Redraw at once, and again after a pause for what changes during it; hidden, when shown again."""
        self._behind = True
        if self._shown and self._pause is None:
            self._catch_up()
            self._pause = self.set_timer(REDRAW_S, self._rested)

    def on_show(self) -> None:
        self._shown = True
        self._catch_up()  # even when nothing moved: the width may be another one than when it was last seen

    def on_hide(self) -> None:
        self._shown = False

    def on_resize(self) -> None:
        if self._shown:
            self._catch_up()

    def _rested(self) -> None:
        self._pause = None
        if self._behind:
            self.changed()

    def _catch_up(self) -> None:
        self._behind = False
        self.redraw()
