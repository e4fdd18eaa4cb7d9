"""The input of the playground: grows with the text, remembers earlier prompts, and keeps large pastes folded."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

_FOLD_CHARACTERS: Final = 4_000
_FOLD_LINES: Final = 60
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class PromptInput(TextArea):
    """Several lines of input; Enter sends them. What was pasted never sends itself, however many lines it has."""

    DEFAULT_CSS = """
    PromptInput {
        height: auto;
        min-height: 1;
        max-height: 6;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus { border: none; }
        & .text-area--cursor-line { background: transparent; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", id="prompt.send", priority=True),
        Binding("ctrl+j,shift+enter,alt+enter", "newline", "newline", id="prompt.newline", priority=True),
    ]

    @dataclass
    class Submitted(Message):
        """Enter was pressed on a prompt that is not blank."""

        text: str

    def __init__(self, *, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, compact=True, highlight_cursor_line=False, id=id)
        self._earlier: list[str] = []
        self._recalled: int | None = None
        self._folded: dict[str, str] = {}

    @property
    def prompt(self) -> str:
        """What would be sent: the text with folded pastes put back."""
        text = self.text
        for mark, pasted in self._folded.items():
            text = text.replace(mark, pasted)
        return text.strip()

    def take(self) -> None:
        """Empty the input and remember what it held."""
        if self.text.strip() and self._earlier[-1:] != [self.text]:
            self._earlier.append(self.text)
        self._recalled = None
        self.text = ""

    # Priority bindings run in the app, before the letters typed just now have reached this widget: both actions
    # therefore queue up behind them.

    def action_send(self) -> None:
        """Send the prompt, unless it is blank."""
        self.call_later(self._send)

    def action_newline(self) -> None:
        """Begin another line."""
        self.call_later(self.insert, "\n")

    def _send(self) -> None:
        if prompt := self.prompt:
            self.post_message(self.Submitted(prompt))

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; on the first line the prompt before this one comes back."""
        if select or not self.navigator.is_first_wrapped_line(self.cursor_location) or not self._recall(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; on the last line the prompt after a recalled one comes back."""
        if select or not self.navigator.is_last_wrapped_line(self.cursor_location) or not self._recall(1):
            super().action_cursor_down(select)

    async def _on_paste(self, event: events.Paste) -> None:
        # Laying out a megabyte takes the editor seconds, and nobody reads it there: a mark stands for it.
        event.prevent_default()
        event.stop()
        pasted = _NOT_TEXT.sub("", event.text.replace("\r\n", "\n").replace("\r", "\n"))
        lines = pasted.count("\n") + 1
        if len(pasted) > _FOLD_CHARACTERS or lines > _FOLD_LINES:
            mark = f"[pasted text {len(self._folded) + 1}: {lines:,} lines, {len(pasted):,} characters]"
            self._folded[mark] = pasted
            pasted = mark
        self.insert(pasted)

    def _recall(self, step: int) -> bool:
        """Put an earlier prompt into the input; False when there is none in that direction."""
        at = len(self._earlier) if self._recalled is None else self._recalled
        to = at + step
        if not 0 <= to <= len(self._earlier) or (step > 0 and self._recalled is None):
            return False
        self._recalled = None if to == len(self._earlier) else to
        self.text = "" if self._recalled is None else self._earlier[to]
        self.move_cursor(self.document.end)
        return True
