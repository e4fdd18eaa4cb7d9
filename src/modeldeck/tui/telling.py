"""What happened, and who has to know: the running prompt, the header, every mounted pane."""

from modeldeck.tui.messages import (
    CatalogChanged,
    DryRunMade,
    HardwareRead,
    Previewed,
    Refreshed,
    RunEvent,
    RunRefused,
    RunStopped,
    SettingsRead,
    SpendChanged,
    StateChanged,
    Told,
)
from modeldeck.tui.panes.grid import hand_down
from modeldeck.tui.playing import Playing
from modeldeck.tui.screens.deck import DeckScreen
from modeldeck.tui.watching import Watching


class Telling:
    """Hands the news down; what the panes do not show goes to the background alone."""

    def __init__(self, screen: DeckScreen, playing: Playing, watching: Watching) -> None:
        self._screen = screen
        self._playing = playing
        self._watching = watching

    def take(self, news: Told) -> None:
        """Tell everybody whom a message concerns."""
        match news:
            case RunEvent():
                self._run_event(news)
            case RunRefused() | RunStopped():
                self._run_ended(news)
            case StateChanged() | CatalogChanged():
                self._ground_moved(news)
            case SpendChanged() | DryRunMade():
                hand_down(self._screen, news)
            case HardwareRead():
                self._watching.show_machine(news.hardware)
                hand_down(self._screen, news)
            case Previewed():
                self._watching.take_preview(news)
            case SettingsRead():
                self._watching.settings.take(news)
            case Refreshed():
                self._watching.refreshed(news)

    def _run_event(self, news: RunEvent) -> None:
        self._playing.follow(news.event)
        hand_down(self._screen, news)
        self._watching.follow(news.event)

    def _run_ended(self, news: RunRefused | RunStopped) -> None:
        self._playing.ended()
        hand_down(self._screen, news)
        self._watching.look_ahead()
        self._watching.check_spend()

    def _ground_moved(self, news: StateChanged | CatalogChanged) -> None:
        self._screen.show_hint()
        hand_down(self._screen, news)
        self._watching.look_ahead()
