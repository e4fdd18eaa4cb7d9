"""The terminal app: it hears what panes ask for, and hands news down to them.

Panes post messages that climb to here; what changed is delivered down to every mounted pane. What a person chooses
lives in `choosing`, the running prompt in `playing`, what is watched in the background in `watching`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import Worker

from modeldeck.domain.errors import DeckError
from modeldeck.engine.deck import Deck
from modeldeck.engine.late import late
from modeldeck.tui.choosing import Choosing
from modeldeck.tui.messages import (
    AssignRequested,
    CatalogChanged,
    ConversationCleared,
    DetailRequested,
    DryRunMade,
    DryRunRequested,
    HardwareRead,
    ModelChosen,
    Previewed,
    PromptSubmitted,
    Refreshed,
    RunEvent,
    RunRefused,
    RunStopped,
    RunStopRequested,
    SettingsRead,
    SpendChanged,
    StateChanged,
    TaskChosen,
    WhyRequested,
)
from modeldeck.tui.panes.grid import PaneGrid
from modeldeck.tui.screens.deck import DeckScreen
from modeldeck.tui.shell import Shell
from modeldeck.tui.signals import leave_on_signals
from modeldeck.tui.themes import DEFAULT_THEME
from modeldeck.tui.toast import fail, say, warn

# What runs prompts, what works in the background and the palette come after the first picture.
if TYPE_CHECKING:
    from modeldeck.tui.commands import DeckCommands
    from modeldeck.tui.playing import Playing
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
        self.choosing = Choosing(self, deck)
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
        self.deliver(CatalogChanged())

    def deliver(self, news: Message) -> None:
        """Hand a copy of a message to every mounted pane; while the app leaves there is none any more."""
        for grid in self.deck_screen.query(PaneGrid):
            grid.deliver(news)

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

    # what panes ask for

    @on(ModelChosen)
    def _model_chosen(self, message: ModelChosen) -> None:
        self.choosing.use(message.model)

    @on(AssignRequested)
    def _assign_requested(self, message: AssignRequested) -> None:
        from modeldeck.tui.screens.assign import AssignScreen

        self.push_screen(AssignScreen(self.deck, message.model), self._assigned)

    def _assigned(self, changed: bool | None) -> None:
        if changed:
            self.post_message(StateChanged())

    @on(DetailRequested)
    def _detail_requested(self, message: DetailRequested) -> None:
        from modeldeck.tui.screens.detail import DetailScreen

        self.push_screen(DetailScreen(self.deck, message.model), self.choosing.use)

    @on(WhyRequested)
    def _why_requested(self, message: WhyRequested) -> None:
        from modeldeck.tui.screens.why import WhyScreen

        self.push_screen(WhyScreen(self.deck, run=message.run, task=message.task))

    @on(PromptSubmitted)
    def _prompt_submitted(self, message: PromptSubmitted) -> None:
        self.playing.start(message.prompt, message.retry_model)

    @on(DryRunRequested)
    def _dry_run_requested(self, message: DryRunRequested) -> None:
        self.playing.dry_run(message.prompt)

    @on(TaskChosen)
    def _task_chosen(self, message: TaskChosen) -> None:
        self.playing.task = message.task
        self.post_message(StateChanged())

    @on(RunStopRequested)
    def _stop_requested(self) -> None:
        self.playing.stop()

    @on(ConversationCleared)
    def _conversation_cleared(self) -> None:
        self.playing.clear()

    # news, handed down

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        self.playing.follow(message.event)
        self.deliver(message)
        self.watching.follow(message.event)

    @on(RunRefused)
    @on(RunStopped)
    def _run_ended(self, message: RunRefused | RunStopped) -> None:
        self.playing.ended()
        self.deliver(message)
        self.watching.look_ahead()
        self.watching.check_spend()

    @on(StateChanged)
    @on(CatalogChanged)
    def _ground_moved(self, message: StateChanged | CatalogChanged) -> None:
        self.deck_screen.show_hint()
        self.deliver(message)
        self.watching.look_ahead()

    @on(SpendChanged)
    @on(DryRunMade)
    def _hand_down(self, message: SpendChanged | DryRunMade) -> None:
        self.deliver(message)

    @on(HardwareRead)
    def _hardware_read(self, message: HardwareRead) -> None:
        self.watching.show_machine(message.hardware)
        self.deliver(message)

    @on(Previewed)
    def _previewed(self, message: Previewed) -> None:
        self.watching.take_preview(message)

    @on(SettingsRead)
    def _settings_read(self, message: SettingsRead) -> None:
        self.watching.settings.take(message)

    @on(Refreshed)
    def _refreshed(self, message: Refreshed) -> None:
        self.watching.refreshed(message)
