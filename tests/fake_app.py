"""The app driven by keys: starting it, waiting for it, and what it shows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.message import Message
from textual.pilot import Pilot

from modeldeck.tui.app import DeckApp
from modeldeck.tui.panes.models import ModelsPane
from modeldeck.tui.widgets.model_table import ModelTable

MakeApp = Callable[..., DeckApp]


@asynccontextmanager
async def started(
    app: DeckApp, size: tuple[int, int] = (120, 36), seen: list[Message] | None = None
) -> AsyncIterator[Pilot[int]]:
    """The app with all panes mounted and nothing left to do in the background."""
    hook = None if seen is None else seen.append
    async with app.run_test(size=size, message_hook=hook) as pilot:
        await until(pilot, lambda: len(app.deck_screen.grid.panes) == 6)
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers))
        await pilot.pause()
        yield pilot


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    for _ in range(200):
        if holds():
            return
        await pilot.pause()
    raise AssertionError("it never came to hold")


def table(app: DeckApp) -> ModelTable:
    return app.deck_screen.query_one(ModelsPane).query_one(ModelTable)


def rows(app: DeckApp) -> list[str]:
    source = table(app).source
    return [source.key(row) for row in range(len(source))]


def drawn(app: DeckApp) -> str:
    """The screen as text."""
    return "\n".join(line.text for line in app.screen._compositor.render_strips())


def subtitle(app: DeckApp) -> str:
    return str(app.deck_screen.query_one(ModelsPane).border_subtitle)
