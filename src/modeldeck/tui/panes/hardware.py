"""The Hardware pane: what the machine does now, what it holds, and what else would fit."""

from collections import defaultdict, deque
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from modeldeck.engine.deck import Deck
from modeldeck.tui.advice import SERVERS
from modeldeck.tui.hints import hint
from modeldeck.tui.messages import CatalogChanged, HardwareRead
from modeldeck.tui.panes import hardware_lines
from modeldeck.tui.panes.hardware_lines import History
from modeldeck.tui.panes.live_pane import LivePane
from modeldeck.tui.widgets.line_panel import LinePanel

_READINGS_KEPT = 60
_ADVICE = f"no local model is listed: start {SERVERS}, then {{app.refresh|F5}}"


class HardwarePane(LivePane):
    """Draws readings as they come; it never reads by itself."""

    TITLE: ClassVar[str] = "Hardware"
    NUMBER: ClassVar[int] = 6
    HELP: ClassVar[str] = """\
Processor, memory and each graphics card by itself, with a short history; `—` stands for what cannot be read. Below:
models that local runtimes hold in memory, and whether the other local models would fit into what is free *now*, per
card first, then in memory. Needs are estimates (`≈`).
"""

    def __init__(self, deck: Deck) -> None:
        super().__init__(deck)
        self._read: HardwareRead | None = None
        self._cpu: deque[float | None] = deque(maxlen=_READINGS_KEPT)
        self._gpus: defaultdict[int, deque[float | None]] = defaultdict(lambda: deque(maxlen=_READINGS_KEPT))

    def compose(self) -> ComposeResult:
        yield LinePanel()

    def focus_primary(self) -> None:
        """Put the focus on the lines."""
        self.screen.set_focus(self.query_one(LinePanel))

    def redraw(self) -> None:
        """Show the last reading."""
        panel = self.query_one(LinePanel)
        if self._read is None:
            panel.show(hardware_lines.not_read_yet())
            return
        history = History(self._cpu, self._gpus)
        fits = [(model, self.deck.machine.fit(model)) for model in self.deck.catalog.local()]
        advice = hint(self, _ADVICE)
        read, width = self._read, panel.text_width
        panel.show(hardware_lines.all_lines(read.hardware, read.loaded, fits, history, width, advice))

    @on(HardwareRead)
    def _hardware_read(self, message: HardwareRead) -> None:
        self._read = message
        self._cpu.append(message.hardware.cpu.percent)
        for gpu in message.hardware.gpus:
            self._gpus[gpu.index].append(gpu.utilization)
        self.changed()

    @on(CatalogChanged)
    def _catalog_changed(self) -> None:
        self.changed()
