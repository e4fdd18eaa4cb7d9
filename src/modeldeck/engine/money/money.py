"""Reading the money: the live line, period totals, budgets."""

from datetime import date, timedelta
from decimal import Decimal

from modeldeck.domain.pricing import ZERO
from modeldeck.domain.usage import BudgetReport, GroupBy, PeriodName, Spend, UsageReport
from modeldeck.engine.money.books import Books, known_sum
from modeldeck.engine.money.budget import Budget
from modeldeck.ports import Clock, Ledger


class Money:
    """Sums of the ledger, with what runs in flight have used so far where it is asked for."""

    def __init__(self, ledger: Ledger, books: Books, budget: Budget, clock: Clock) -> None:
        self._ledger = ledger
        self._books = books
        self._budget = budget
        self._clock = clock

    def spend(self) -> Spend:
        """The live money line; cheap enough for ten calls a second."""
        running = self._books.running()
        used = known_sum(running)
        day = self._today()
        session, today, month = (self._ledger.totals(period, day) for period in ("session", "today", "month"))
        limits = self._budget.limits
        return Spend(
            session=session.cost_usd + used,
            today=today.cost_usd + used,
            month=month.cost_usd + used,
            reserved=max(ZERO, self._ledger.reserved() - used),
            estimated=bool(session.estimated_usd) or bool(used),
            free_share=today.free_share,
            day_limit=limits.get("day"),
            month_limit=limits.get("month"),
            session_limit=limits.get("session"),
        )

    def usage(self, period: PeriodName = "today", by: GroupBy | None = None) -> UsageReport:
        """Settled totals of a period, grouped when asked for."""
        day = self._today()
        groups = () if by is None else self._ledger.groups(period, day, by)
        return UsageReport(period, self._ledger.totals(period, day), groups)

    def budget(self) -> BudgetReport:
        """Budgets, what is spent and reserved, what remains."""
        return self._budget.report()

    def daily_cost(self, days: int = 30) -> tuple[Decimal, ...]:
        """Cost in USD of each of the last `days` local days, oldest first."""
        today = date.fromisoformat(self._today())
        names = [(today - timedelta(days=back)).isoformat() for back in reversed(range(days))]
        return tuple(totals.cost_usd for totals in self._ledger.daily(names))

    def _today(self) -> str:
        return self._clock.local_day(self._clock.now())
