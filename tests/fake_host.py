"""A small app around one widget, for tests of panes and widgets by themselves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

Posted = TypeVar("Posted", bound=Message)


class Host(App[None]):
    """Shows one widget, and keeps what was copied."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)


@dataclass
class Stage:
    """A hosted widget with everything that was posted so far."""

    app: Host
    pilot: Pilot[None]
    seen: list[Message] = field(default_factory=list)

    def posted(self, kind: type[Posted]) -> list[Posted]:
        """Each message of a kind once, however many widgets it passed."""
        return list({id(message): message for message in self.seen if isinstance(message, kind)}.values())

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the app work until something holds."""
        for _ in range(200):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("it never came to hold")


@asynccontextmanager
async def hosted(widget: Widget, size: tuple[int, int] = (60, 24)) -> AsyncIterator[Stage]:
    """The widget alone on a screen."""
    seen: list[Message] = []
    app = Host(widget)
    async with app.run_test(size=size, message_hook=seen.append) as pilot:
        await pilot.pause()
        yield Stage(app, pilot, seen)
