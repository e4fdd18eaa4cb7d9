"""What the screen keeps an eye on in the background: the next pick, the money, the model lists, the machine.

Every look is cheap or in a thread, and nothing is drawn again unless it changed.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.worker import Worker

from modeldeck.domain.hardware import Hardware
from modeldeck.domain.run import AttemptStarted, Event, Finished, Selected, UsageUpdated
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import Spend
from modeldeck.engine.deck import Deck
from modeldeck.tui.bridge import preview, read_hardware, refresh_catalog, run_fields
from modeldeck.tui.format import clean, share, size
from modeldeck.tui.messages import CatalogChanged, PickChanged, Previewed, Refreshed, RefreshState, SpendChanged
from modeldeck.tui.panes.grid import hand_down
from modeldeck.tui.playing import Playing
from modeldeck.tui.screens.deck import DeckScreen
from modeldeck.tui.settings_watch import SettingsWatch
from modeldeck.tui.shell import Shell
from modeldeck.tui.toast import warn
from modeldeck.tui.widgets.header import DeckHeader, Money, Pick
from modeldeck.tui.widgets.strip_line import StripLine

SPEND_SECONDS = 5.0
HARDWARE_SECONDS = 2.0
BEAT_SECONDS = 15.0
"""How often the beat of `[monitoring] health_check_minutes` is looked at; an edited one holds at once."""
HARDWARE_PANE = 6


class Watching:
    """Header, strip and the background threads behind them."""

    def __init__(self, app: Shell, deck: Deck, screen: DeckScreen, playing: Playing) -> None:
        self._app = app
        self._deck = deck
        self._screen = screen
        self._playing = playing
        self.settings = SettingsWatch(app, deck)
        self._spend: Spend | None = None
        self._preview: Previewed | None = None
        self._shown_pick: tuple[str, str | None] = ("", None)
        self._hardware_worker: Worker[None] | None = None
        self._refresh_worker: Worker[None] | None = None
        self._refreshed_at = float("-inf")

    def start(self) -> None:
        """Begin to look: the first pick, the lists, the money, the machine."""
        self._app.set_interval(SPEND_SECONDS, self.check_spend)
        self._app.set_interval(HARDWARE_SECONDS, self._look_around)
        self._app.set_interval(BEAT_SECONDS, self.check_health)
        self.check_spend()
        self.look_ahead()
        self._read_hardware()
        self.refresh()

    def follow(self, event: Event) -> None:
        """Show what an event of the running prompt changed: the pick, the money."""
        if isinstance(event, Selected | AttemptStarted | Finished):
            self.show_pick()
        if isinstance(event, UsageUpdated | Finished):
            self.check_spend()
        if isinstance(event, Finished):
            self.look_ahead()

    # the next pick

    @property
    def picked(self) -> str | None:
        """The model that would be used now."""
        selection = None if self._preview is None else self._preview.selection
        return None if selection is None else selection.model

    def look_ahead(self) -> None:
        """Find out off the key path which model would be used now, and show the mode at once."""
        for header in self._headers:
            header.mode = (self._deck.choices.state.mode or Mode.AUTO).value
        fields = run_fields(self._deck.choices.state, self._playing.task)
        self._thread(partial(preview, self._app, self._deck, fields), "preview", "The preview of the next pick")

    def take_preview(self, message: Previewed) -> None:
        self._preview = message
        self.show_pick()

    def show_pick(self) -> None:
        """Show the running prompt's model, else the next pick."""
        playing = self._playing
        if playing.selection is not None and playing.model is not None:
            pick = self._pick(playing.selection.task, playing.model)
        elif self._preview is None:
            return
        elif self._preview.selection is not None:
            pick = self._pick(self._preview.selection.task, self._preview.selection.model)
        else:
            pick = Pick(problem=self._preview.problem)
        for header in self._headers:
            header.pick = pick
        recommended = None if self._preview is None else self._preview.recommended
        if self._shown_pick != (pick.model, recommended):
            self._shown_pick = (pick.model, recommended)
            hand_down(self._screen, PickChanged(pick.model or None, recommended))

    def _pick(self, task: str, model: str) -> Pick:
        known = self._deck.catalog.get(model)
        return Pick(task, model, "" if known is None else known.kind.upper())

    # money

    def check_spend(self) -> None:
        """Show the money line, and tell the panes, when anything moved."""
        spend = self._deck.money.spend()
        if spend == self._spend:
            return
        self._spend = spend
        money = Money(
            session=spend.session,
            today=spend.today,
            month=spend.month,
            estimated=spend.estimated,
            day_limit=spend.day_limit,
            free_share=spend.free_share,
        )
        for header in self._headers:
            header.money = money
        for strip in self._strips:
            strip.money = money
        self._app.post_message(SpendChanged())

    # model lists

    def refresh(self) -> None:
        """Fetch the lists in a thread; a refresh that runs already is left alone."""
        if self._refresh_worker is not None and self._refresh_worker.is_running:
            return
        self._refreshed_at = self._deck.clock.monotonic()
        hand_down(self._screen, RefreshState(True))
        self._refresh_worker = self._thread(
            partial(refresh_catalog, self._app, self._deck), "refresh", "The refresh of the model lists"
        )

    def check_health(self) -> None:
        """Fetch the lists anew on the person's beat: a local server that came up appears, one that went is stale."""
        minutes = self._deck.settings.loaded.settings.monitoring.health_check_minutes
        if minutes is not None and self._deck.clock.monotonic() - self._refreshed_at >= minutes * 60:
            self.refresh()

    def refreshed(self, message: Refreshed) -> None:
        """Show the new lists and say which providers failed, of those that the person uses.

        A list without its provider's key is a bonus: the Models border says it, nobody is warned.
        """
        hand_down(self._screen, RefreshState(False))
        self._app.post_message(CatalogChanged())
        if message.problem is not None:
            warn(self._app, message.problem)
        usable = {provider.name for provider in self._deck.providers() if provider.usable}
        failed = {} if message.report is None else message.report.failed
        if told := [f"{name}: {words}" for name, words in failed.items() if name in usable]:
            warn(self._app, " ".join(told))

    def failed(self, worker: Worker[Any]) -> None:
        """A worker ended in an error that was told already: leave no waiting sign behind."""
        if worker is self._refresh_worker:
            hand_down(self._screen, RefreshState(False))

    # the machine

    def _look_around(self) -> None:
        self._poll_hardware()
        self.settings.look()

    def _poll_hardware(self) -> None:
        if self._screen.shows(HARDWARE_PANE) or any(strip.is_on_screen for strip in self._strips):
            self._read_hardware()

    def _read_hardware(self) -> None:
        if self._hardware_worker is None or self._hardware_worker.is_finished:
            self._hardware_worker = self._thread(
                partial(read_hardware, self._app, self._deck), "hardware", "Reading the hardware"
            )

    def show_machine(self, hardware: Hardware) -> None:
        """The strip's words for a reading."""
        for strip in self._strips:
            strip.machine = machine_words(hardware)

    # News may still come in while the app leaves and its widgets are gone: then there is nobody to show it.

    @property
    def _headers(self) -> Iterable[DeckHeader]:
        return self._screen.query(DeckHeader)

    @property
    def _strips(self) -> Iterable[StripLine]:
        return self._screen.query(StripLine)

    def _thread(self, work: partial[None], name: str, description: str) -> Worker[None]:
        return self._app.run_worker(
            work, name=name, group=name, description=description, exit_on_error=False, exclusive=True, thread=True
        )


def machine_words(hardware: Hardware) -> str:
    """Processor, memory and cards in one short line; what was not read is left out."""
    words: list[str] = []
    if hardware.cpu.percent is not None:
        words.append(f"CPU {share(hardware.cpu.percent / 100)}")
    if hardware.memory.available is not None:
        words.append(f"RAM {size(hardware.memory.available)} free")
    words += [f"GPU {gpu.index} {size(gpu.memory_free)} free" for gpu in hardware.gpus if gpu.memory_free is not None]
    return clean("  ".join(words))
