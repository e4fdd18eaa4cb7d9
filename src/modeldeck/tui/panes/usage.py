"""The Usage pane: money and tokens as they move, budgets, allowances, and who used what."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from modeldeck.domain.run import Finished, UsageUpdated
from modeldeck.domain.usage import GroupBy, PeriodName, Usage
from modeldeck.tui.hints import key_of
from modeldeck.tui.messages import CatalogChanged, RunEvent, RunRefused, RunStopped, SpendChanged, StateChanged
from modeldeck.tui.panes import usage_lines
from modeldeck.tui.panes.live_pane import LivePane
from modeldeck.tui.panes.usage_lines import Settled
from modeldeck.tui.widgets.line_panel import LinePanel

_GROUPS: tuple[GroupBy, ...] = ("model", "task", "provider", "mode")
_PERIODS: tuple[PeriodName, ...] = ("today", "month", "all", "session")
_DAYS = 30


class UsagePane(LivePane):
    """Everything as lines of one panel, of which only those that change are painted again."""

    TITLE: ClassVar[str] = "Usage"
    NUMBER: ClassVar[int] = 5
    HELP: ClassVar[str] = """\
What was spent this session, today and this month; `≈` marks what the provider has not counted yet, `—` what nobody
knows the price of. Saved is what the same tokens would have cost at the baseline, less what they did cost.

Below: cost of the last 30 days, budgets with what remains, who used it (`{usage.group|b}` changes the grouping,
`{usage.period|d}` the period), and allowances and pauses of providers with the time they end.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "group", "group", id="usage.group", tooltip="By model, task, provider, mode"),
        Binding("d", "period", "period", id="usage.period", tooltip="Today, month, all, session"),
    ]

    by: GroupBy = "model"
    period: PeriodName = "today"

    def compose(self) -> ComposeResult:
        yield LinePanel()

    def on_mount(self) -> None:
        self._settled: Settled | None = None
        self._live: Usage | None = None

    def focus_primary(self) -> None:
        """Put the focus on the lines."""
        self.screen.set_focus(self.query_one(LinePanel))

    def redraw(self) -> None:
        """Show spending as it is now; what is settled is read again only after it moved."""
        if self._settled is None:
            self._settled = self._read()
        panel = self.query_one(LinePanel)
        lines = usage_lines.all_lines(
            self._settled, self.deck.money.spend(), self._live, panel.text_width, key_of(self)
        )
        panel.show(lines)

    def _read(self) -> Settled:
        deck = self.deck
        stored = deck.history.why()
        baseline = None if stored is None else stored.selection.baseline
        return Settled(
            session=deck.money.usage("session").totals,
            today=deck.money.usage("today").totals,
            month=deck.money.usage("month").totals,
            report=deck.money.usage(self.period, self.by),
            by=self.by,
            daily=deck.money.daily_cost(_DAYS),
            budget=deck.money.budget(),
            quotas=deck.limits.quotas(),
            cooldowns=deck.limits.cooldowns(),
            baseline=baseline,
            now=deck.clock.now(),
        )

    def on_show(self) -> None:
        self._settled = None
        super().on_show()

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        event = message.event
        if isinstance(event, UsageUpdated):
            self._live = None if event.final else event.usage
            if event.final:
                self._settled = None  # now the ledger has what was live
        elif isinstance(event, Finished):  # a failed attempt before it stays in the live count of the whole run
            self._settled = None
        else:
            return
        self.changed()

    @on(RunStopped)
    @on(RunRefused)
    @on(StateChanged)
    @on(CatalogChanged)
    def _look_again(self) -> None:
        self._live = None
        self._settled = None
        self.changed()

    @on(SpendChanged)
    def _spend_changed(self) -> None:
        # While a run is live, its next count brings the money along; drawing twice would make the count late.
        if self._live is None:
            self._settled = None
            self.changed()

    def action_group(self) -> None:
        """Group by the next kind of key."""
        self.by = _GROUPS[(_GROUPS.index(self.by) + 1) % len(_GROUPS)]
        self._settled = None
        self.changed()

    def action_period(self) -> None:
        """Show the groups of the next period."""
        self.period = _PERIODS[(_PERIODS.index(self.period) + 1) % len(_PERIODS)]
        self._settled = None
        self.changed()
