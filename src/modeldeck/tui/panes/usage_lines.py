"""The lines of the Usage pane, made from plain figures. No widget in sight."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from modeldeck.domain.pricing import ZERO
from modeldeck.domain.quota import Cooldown, Quota
from modeldeck.domain.record import record
from modeldeck.domain.usage import BudgetReport, GroupBy, Spend, Totals, Usage, UsageGroup, UsageReport
from modeldeck.tui.format import ABOUT, UNKNOWN, budget_used, clean, meter, money, share, short_id, tokens, until
from modeldeck.tui.hints import KeyOf, usual_key, with_bold_keys, with_keys
from modeldeck.tui.widgets.charts import sparkline
from modeldeck.tui.widgets.line_panel import Line, table_line, wrapped
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import ACCENT, BAD, DIM, GOOD, WARN

_BLANK = Line(Content(""))
_METER_CELLS = 8
_PERIODS = {"session": "this session", "today": "today", "month": "this month", "all": "all time"}
_QUOTAS = {
    "requests_day": "requests today",
    "requests_minute": "requests a minute",
    "tokens_day": "tokens today",
    "tokens_minute": "tokens a minute",
}
_SPENT = (
    Column("period", "", 7),
    Column("cost", "cost", 11, right=True),
    Column("in", "in", 6, right=True),
    Column("out", "out", 6, right=True),
    Column("calls", "calls", 6, right=True, dropped=2),
    Column("free", "free", 6, right=True, dropped=1),
    Column("saved", "saved", 9, right=True, dropped=3),
)
_GROUP = (
    Column("key", "", 0, least=12),
    Column("cost", "cost", 10, right=True),
    Column("tokens", "tokens", 6, right=True),
    Column("calls", "calls", 5, right=True, dropped=1),
    Column("ok", "ok", 5, right=True, dropped=2),
)


@record(kw_only=True)
class Settled:
    """Everything that moves only when an attempt is settled. `baseline` is the model that savings compare with."""

    session: Totals
    today: Totals
    month: Totals
    report: UsageReport
    by: GroupBy
    daily: Sequence[Decimal]
    budget: BudgetReport
    quotas: Sequence[Quota]
    cooldowns: Sequence[Cooldown]
    baseline: str | None
    now: datetime


def all_lines(settled: Settled, spend: Spend, live: Usage | None, width: int, keys: KeyOf = usual_key) -> list[Line]:
    """The whole pane, `width` cells wide. `live` are the tokens of the run in flight."""
    if not settled.month.requests and not settled.report.totals.requests and live is None:
        return [*_nothing_yet(width, keys), *_budgets(settled, width), *_limits(settled, width)]
    return [
        *_spent(settled, spend, live, width),
        *wrapped(_saved(settled), width),
        _days(settled.daily, width),
        *_budgets(settled, width),
        _BLANK,
        *_groups(settled, width, keys),
        *_limits(settled, width),
    ]


def _nothing_yet(width: int, keys: KeyOf) -> list[Line]:
    hint = with_bold_keys("{pane.playground|4} goes to the prompt; every call is counted here.", keys, DIM)
    return [*wrapped(Content("Nothing has been asked this month."), width), *wrapped(hint, width), _BLANK]


def _spent(settled: Settled, spend: Spend, live: Usage | None, width: int) -> list[Line]:
    placed = fit_columns(_SPENT, width)
    titles = table_line(placed, [column.title for column in _SPENT]).content.stylize(DIM)
    rows = [("session", spend.session, settled.session), ("today", spend.today, settled.today)]
    rows.append(("month", spend.month, settled.month))
    lines = [Line(titles)]
    mark = "" if live is None or live.reported else ABOUT
    for name, cost, totals in rows:
        about = bool(cost) and (live is not None or bool(totals.estimated_usd))
        counted = totals if live is None else _with(totals, live)
        lines.append(
            table_line(
                placed,
                [
                    name,
                    Content.styled(money(cost if cost or not totals.unpriced else None, estimated=about), "bold"),
                    mark + tokens(counted.input_tokens),
                    mark + tokens(counted.output_tokens),
                    str(counted.requests),
                    share(totals.free_share),
                    _saved_by(totals),
                ],
            )
        )
    return lines


def _with(totals: Totals, live: Usage) -> Totals:
    return replace(
        totals,
        requests=totals.requests + 1,
        input_tokens=totals.input_tokens + live.input_tokens,
        output_tokens=totals.output_tokens + live.output_tokens,
    )


def _saved(settled: Settled) -> Content:
    month = settled.month
    against = f" (vs {short_id(settled.baseline)[0]})" if settled.baseline else ""
    parts = [f"saved {_saved_by(month)}{against}", f"free {share(month.free_share)}"]
    if month.unpriced_requests:
        parts.append(f"unpriced {month.unpriced_requests}")
    return Content.styled(" · ".join(parts), DIM)


def _saved_by(totals: Totals) -> str:
    """Unknown when nothing is known of the cost."""
    return money(None if totals.unpriced else totals.saved_usd)


def _days(daily: Sequence[Decimal], width: int) -> Line:
    title = f"{len(daily)} days "
    total = f" {money(sum(daily, ZERO))}"
    bars = sparkline([float(cost) for cost in daily], width - len(title) - len(total))
    return Line(Content.assemble((title, DIM), (bars, ACCENT), total))


def _budgets(settled: Settled, width: int) -> list[Line]:
    report = settled.budget
    if not report.limits:
        hint = "no budget is set; [budget] day_usd in config.toml stops calls before they cost too much"
        return wrapped(Content.styled(hint, DIM), width)
    budgets = [_budget(name, limit, report) for name, limit in report.limits.items()]
    return [line for budget in budgets for line in wrapped(budget, width)]


def _budget(name: str, limit: Decimal, report: BudgetReport) -> Content:
    spent = report.spent.get(name, ZERO)
    left = report.remaining.get(name)
    used = budget_used(spent + report.reserved, limit) or 0.0
    state, style = "", GOOD
    if used >= 1:
        state, style = " · reached, calls stop", BAD
    elif used * 100 >= report.soft_percent:
        state, style = " · nearly used up", WARN
    return Content.assemble(
        f"{clean(name.removeprefix('task:')):<7} ",
        (meter(used, _METER_CELLS), style),
        f" {money(spent)} of {money(limit)}",
        (state or f" · {money(left)} left", style if state else DIM),
    )


def _groups(settled: Settled, width: int, keys: KeyOf) -> list[Line]:
    placed = fit_columns(_GROUP, width)
    report = settled.report
    title = f"by {settled.by}, {_PERIODS[report.period]}"
    titles = [title, *(column.title for column in _GROUP[1:])]
    lines = [Line(table_line(placed, titles).content.stylize(DIM))]
    lines += [table_line(placed, _group_cells(group, settled.by)) for group in report.groups]
    if not report.groups:
        change = with_keys("{usage.period|d} changes the period", keys)
        lines.append(Line(Content.styled(f"nothing {_PERIODS[report.period]}; {change}", DIM)))
    return lines


def _group_cells(group: UsageGroup, by: GroupBy) -> list[str | Content]:
    totals = group.totals
    unknown = bool(totals.unpriced_requests)
    cost = None if unknown and not totals.cost_usd else totals.cost_usd
    return [
        short_id(group.key)[0] if by == "model" else clean(group.key),
        money(cost, estimated=unknown or bool(totals.estimated_usd)),
        tokens(totals.input_tokens + totals.output_tokens),
        str(totals.requests),
        share(totals.succeeded / totals.requests if totals.requests else None),
    ]


def _limits(settled: Settled, width: int) -> list[Line]:
    """What providers still allow, and what is paused, with the time it ends."""
    limits = [_quota(quota, settled.now) for quota in settled.quotas]
    limits += [_cooldown(cooldown, settled.now) for cooldown in settled.cooldowns]
    if not limits:
        return []
    lines = [line for limit in limits for line in wrapped(limit, width)]
    return [_BLANK, Line(Content.styled("allowances and pauses", DIM)), *lines]


def _quota(quota: Quota, now: datetime) -> Content:
    left = "" if quota.remaining is None else f"{quota.remaining:,}"
    limit = "" if quota.limit is None else f" of {quota.limit:,}"
    amount = f"{left}{limit} {_QUOTAS[quota.kind]} left" if left else f"{quota.limit or UNKNOWN} {_QUOTAS[quota.kind]}"
    resets = "" if quota.resets_at is None else f" · resets {until(quota.resets_at, now)}"
    style = WARN if quota.remaining == 0 else ""
    return Content.assemble(f"{clean(quota.scope).replace(':', ' ')}  ", (amount, style), (resets, DIM))


def _cooldown(cooldown: Cooldown, now: datetime) -> Content:
    name = short_id(cooldown.scope)[0] if "/" in cooldown.scope else clean(cooldown.scope)
    return Content.assemble(
        f"{name}  ",
        (f"paused, back {until(cooldown.until, now)}", WARN),
        (f" · {clean(cooldown.reason)}", DIM),
    )
