"""The terminal app: it hears what panes ask for, and the news of what happened.

Panes post messages that climb to here: `answering` does what they ask for, `telling` hands what changed down to every
mounted pane. What a person chooses lives in `choosing`, the running prompt in `playing`, what is watched in the
background in `watching`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.worker import Worker

from modeldeck.domain.errors import DeckError
from modeldeck.engine.deck import Deck
from modeldeck.engine.late import late
from modeldeck.tui.choosing import Choosing
from modeldeck.tui.messages import Asked, CatalogChanged, RunRefused, Told
from modeldeck.tui.panes.grid import hand_down
from modeldeck.tui.screens.deck import DeckScreen
from modeldeck.tui.shell import Shell
from modeldeck.tui.signals import leave_on_signals
from modeldeck.tui.themes import DEFAULT_THEME
from modeldeck.tui.toast import fail, say, warn

# What runs prompts, what works in the background and the palette come after the first picture.
if TYPE_CHECKING:
    from modeldeck.tui.answering import Answering
    from modeldeck.tui.commands import DeckCommands
    from modeldeck.tui.playing import Playing
    from modeldeck.tui.telling import Telling
    from modeldeck.tui.watching import Watching

_TWICE_SECONDS = 2.0


def _commands() -> "type[DeckCommands]":
    """What the palette offers, loaded when somebody opens it."""
    from modeldeck.tui.commands import DeckCommands

    return DeckCommands


class DeckApp(Shell):
    """The app over one deck.

    Args:
        deck: the engine; the app does not close it.
        themes: theme tables as read from TOML, the shipped ones and the person's own.
        keymap: keys by binding id, from `[keymap]`.
        default_theme: the theme's name when none was chosen in the program.
        started: called once, when every pane is mounted.
    """

    TITLE = "modeldeck"
    CSS_PATH = "screens/deck.tcss"  # named here, because Textual loads no stylesheet for the default screen
    COMMANDS: ClassVar[set[Any]] = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "recent", "Recent models", show=False, id="app.recent", tooltip="Choose among the recent models"),
        Binding("f4", "mode", "mode", show=False, id="app.mode", tooltip="Manual, auto, hybrid"),
        Binding("f9", "theme", "theme", show=False, id="app.theme", tooltip="Choose the colours"),
        Binding("f5", "refresh", "Refresh", show=False, id="app.refresh", tooltip="Fetch the model lists again"),
        Binding("ctrl+p", "command_palette", "Commands", show=False, id="app.palette", tooltip="Every action by name"),
        Binding("q", "quit", "quit", id="app.quit-list", tooltip="Leave modeldeck"),
        Binding("ctrl+q", "quit", "quit", id="app.quit", priority=True, tooltip="Leave from anywhere"),
        Binding("ctrl+c", "interrupt", "Stop or quit", show=False, id="app.interrupt", tooltip="Stop; twice: quit"),
    ]

    def __init__(
        self,
        deck: Deck,
        themes: Sequence[Mapping[str, Any]],
        keymap: Mapping[str, str],
        default_theme: str | None = None,
        started: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(themes, deck.choices.state.theme or default_theme or DEFAULT_THEME, keymap)
        self.deck = deck
        self._started = started
        self.deck_screen = DeckScreen(deck)
        self.choosing = Choosing(self, deck, lambda: self.watching.picked)
        self._asked_to_quit_at = float("-inf")

    @late
    def playing(self) -> "Playing":
        """The running prompt."""
        from modeldeck.tui.playing import Playing

        return Playing(self, self.deck)

    @late
    def watching(self) -> "Watching":
        """What is shown of the background."""
        from modeldeck.tui.watching import Watching

        return Watching(self, self.deck, self.deck_screen, self.playing)

    @late
    def answering(self) -> "Answering":
        """Who answers what panes ask for."""
        from modeldeck.tui.answering import Answering

        return Answering(self, self.deck, self.choosing, self.playing)

    @late
    def telling(self) -> "Telling":
        """Who hands the news down."""
        from modeldeck.tui.telling import Telling

        return Telling(self.deck_screen, self.playing, self.watching)

    def get_default_screen(self) -> DeckScreen:
        """The dashboard is the first screen."""
        return self.deck_screen

    def on_mount(self) -> None:
        leave_on_signals(lambda code: self.exit(return_code=code))
        self.call_after_refresh(self._after_first_paint)

    async def _after_first_paint(self) -> None:
        """Everything that the first picture can do without."""
        self._list_rest()
        await self.deck_screen.mount_lines()
        self._mount_next(self.deck_screen.grid.mount_rest())

    def _mount_next(self, rest: Iterable[int]) -> None:
        """Mount one pane, let the screen draw, go on; then start what runs in the background."""
        if next(iter(rest), None) is not None:
            self.call_after_refresh(self._mount_next, rest)
            return
        self.take_keymap()
        self.tell_problems()
        for warning in self.deck.warnings:
            warn(self, warning)
        self.deck_screen.show_hint()
        self._started()
        self.watching.start()

    def _list_rest(self) -> None:
        """List the models that the first picture did not need."""
        if self.deck.lists.whole:
            return
        try:
            self.deck.lists.show()
        except DeckError as error:
            fail(self, error)
        hand_down(self.deck_screen, CatalogChanged())

    def worker_failed(self, worker: Worker[Any]) -> None:
        """Leave no sign that still waits for it."""
        self.watching.failed(worker)
        if worker is self.playing.worker:
            self.post_message(RunRefused(f"The prompt failed: {worker.error}", None))

    def keep_theme(self, name: str | None) -> None:
        """Use a theme from now on, also at the next start."""
        self.choosing.keep_theme(name)

    # actions

    def action_recent(self) -> None:
        self.choosing.use_recent()

    def action_mode(self) -> None:
        self.choosing.next_mode()

    def action_refresh(self) -> None:
        self.watching.refresh()

    def action_interrupt(self) -> None:
        """Stop the running prompt; pressed twice: leave."""
        now = self.deck.clock.monotonic()
        if now - self._asked_to_quit_at <= _TWICE_SECONDS:
            self.call_later(self.action_quit)
            return
        self._asked_to_quit_at = now
        stopped = self.playing.stop()
        say(self, "Stopped. Ctrl+C again leaves." if stopped else "Ctrl+C again leaves; nothing is running.")

    async def action_quit(self) -> None:
        """Settle the running prompt, then leave."""
        await self.playing.settle()
        self.exit(0)

    @on(Asked)
    def _asked(self, message: Asked) -> None:
        self.answering.answer(message)

    @on(Told)
    def _told(self, message: Told) -> None:
        self.telling.take(message)
