"""The Usage pane's lines from plain figures."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.usage import BudgetReport, Spend, Totals, Usage, UsageGroup, UsageReport
from modeldeck.tui.panes.usage_lines import Settled, all_lines

NOTHING = Spend()
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MONTH = Totals(
    requests=10,
    succeeded=9,
    input_tokens=1_200_000,
    output_tokens=3_400,
    cost_usd=Decimal("3.10"),
    unpriced_requests=2,
    saved_usd=Decimal("2.31"),
    free_requests=8,
)


def settled(**fields: Any) -> Settled:
    usual: dict[str, Any] = {
        "session": Totals(),
        "today": MONTH,
        "month": MONTH,
        "report": UsageReport("today", MONTH),
        "by": "model",
        "daily": [Decimal(0)] * 29 + [Decimal("3.10")],
        "budget": BudgetReport(),
        "quotas": (),
        "cooldowns": (),
        "baseline": "cloud/vendor/gpt-5",
        "now": NOW,
    }
    return Settled(**(usual | fields))


def text(figures: Settled, spend: Spend = NOTHING, live: Usage | None = None, width: int = 60) -> str:
    return "\n".join(line.content.plain.rstrip() for line in all_lines(figures, spend, live, width))


def test_money_tokens_savings_and_what_nobody_priced() -> None:
    shown = text(settled(), Spend(today=Decimal("0.4512"), month=Decimal("3.10")))
    assert "$0.4512" in shown
    assert "1.2M" in shown
    assert "saved $2.31 (vs gpt-5) · free 80 % · unpriced 2" in shown
    assert "30 days ▁" in shown


def test_tokens_in_flight_are_added_and_marked_as_estimates() -> None:
    shown = text(settled(), Spend(session=Decimal("0.0123"), estimated=True), Usage(100, 50))
    session = next(line for line in shown.splitlines() if line.startswith("session"))
    assert session.split()[1:5] == ["≈$0.0123", "≈100", "≈50", "1"]
    counted = text(settled(), live=Usage(100, 50, reported=True))
    assert next(line for line in counted.splitlines() if line.startswith("session")).split()[2:4] == ["100", "50"]


def test_before_anything_was_asked_it_says_what_to_do() -> None:
    none = Totals()
    shown = text(settled(session=none, today=none, month=none, report=UsageReport("today", none)))
    assert "Nothing has been asked this month." in shown
    assert "no budget is set" in shown


@pytest.mark.parametrize(
    ("spent", "said"),
    [("0.50", "$1.50 left"), ("1.70", "nearly used up"), ("2.00", "reached, calls stop")],
)
def test_a_budget_says_how_far_it_is(spent: str, said: str) -> None:
    report = BudgetReport(
        {"day": Decimal(2)}, {"day": Decimal(spent)}, Decimal(0), {"day": Decimal(2) - Decimal(spent)}
    )
    assert said in text(settled(budget=report))


def test_reserved_money_counts_against_a_budget() -> None:
    report = BudgetReport({"day": Decimal(2)}, {"day": Decimal(1)}, Decimal(1), {"day": Decimal(0)})
    assert "reached" in text(settled(budget=report))


def test_a_group_of_unknown_cost_shows_no_zero() -> None:
    group = UsageGroup("cloud/odd", Totals(requests=1, succeeded=1, unpriced_requests=1))
    shown = text(settled(report=UsageReport("today", MONTH, (group,))))
    assert next(line for line in shown.splitlines() if line.startswith("odd")).split()[1] == "—"


def test_a_period_of_unknown_cost_shows_no_zero() -> None:
    odd = Totals(requests=1, succeeded=1, unpriced_requests=1)
    shown = text(settled(session=odd, today=odd, month=odd), Spend())
    session = next(line for line in shown.splitlines() if line.startswith("session"))
    assert (session.split()[1], session.split()[-1]) == ("—", "—")
    assert "saved — " in shown


def test_allowances_and_pauses_say_when_they_end() -> None:
    quota = Quota("openrouter:free", "requests_day", 50, 50, 0, NOW + timedelta(hours=14, minutes=12))
    pause = Cooldown("cloud/gemma[b]", NOW + timedelta(seconds=43), ErrorKind.RATE_MINUTE, "rate limit")
    shown = text(settled(quotas=(quota,), cooldowns=(pause,)), width=80)
    assert "openrouter free  0 of 50 requests today left · resets in 14 h 12 m" in shown
    assert "gemma[b]  paused, back in 43 s · rate limit" in shown


@pytest.mark.parametrize("width", [36, 50, 100])
def test_the_figures_fit_every_width(width: int) -> None:
    figures = settled(budget=BudgetReport({"day": Decimal(2)}, {"day": Decimal(1)}, Decimal(0), {"day": Decimal(1)}))
    lines = all_lines(figures, Spend(month=Decimal("3.10")), None, width)
    assert all(line.content.cell_length <= width for line in lines)
    assert any("$3.10" in line.content.plain for line in lines)
