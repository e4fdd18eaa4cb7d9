"""`budget` and `quota`: what may still be spent, and what may still be sent."""

from decimal import Decimal

import click

from modeldeck.cli import numbers
from modeldeck.cli.rows import Row, decimal, moment
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.verb import Verb
from modeldeck.domain.quota import Quota
from modeldeck.domain.usage import BudgetReport

_OVER = 1

_BUDGETS = (
    Column("budget"),
    Column("limit", right=True),
    Column("spent", right=True),
    Column("left", right=True),
)
_QUOTAS = (
    Column("scope", least=12, middle=True),
    Column("kind"),
    Column("limit", right=True),
    Column("used", right=True),
    Column("left", right=True),
    Column("until"),
)


@click.command(cls=Verb)
@click.option("--check", is_flag=True, help="Exit 1 when a budget is spent.")
@click.pass_obj
def budget(session: Session, check: bool) -> int:
    """Budgets of [budget] in config.toml: what is spent, reserved by running calls, and left.

    A budget stops a call before it is sent. Amounts are USD; days and months are those of the local calendar.
    """
    with session.deck() as deck:
        report = deck.money.budget()
    if session.output.as_json:
        session.output.document(_budget_row(report))
    else:
        _print_budget(session, report)
    over = [name for name, left in report.remaining.items() if left <= 0]
    if check and over:
        session.output.note(f"Spent: the budget of {' and '.join(over)}.")
    return _OVER if check and over else 0


@click.command(cls=Verb)
@click.pass_obj
def quota(session: Session) -> int:
    """Rate limits per provider and model, as last read from their answers or counted against [limits]."""
    with session.deck() as deck:
        known = deck.limits.quotas()
    if session.output.as_json:
        session.output.document([_quota_row(one) for one in known])
    elif not known:
        session.output.note("No provider has told a limit yet; answers and refusals bring them.")
    else:
        session.output.lines(table_lines(_QUOTAS, [_quota_cells(one) for one in known], session.output))
    return 0


def _budget_row(report: BudgetReport) -> Row:
    return {
        "limits": _amounts(report.limits),
        "spent": _amounts(report.spent),
        "reserved": decimal(report.reserved),
        "remaining": _amounts(report.remaining),
        "soft_percent": report.soft_percent,
    }


def _amounts(amounts: dict[str, Decimal]) -> Row:
    return {name: decimal(usd) for name, usd in amounts.items()}


def _print_budget(session: Session, report: BudgetReport) -> None:
    output = session.output
    names = dict.fromkeys([*report.spent, *report.limits])
    rows = [
        [
            name,
            numbers.money(report.limits.get(name)),
            numbers.money(report.spent.get(name)),
            numbers.money(report.remaining.get(name)),
        ]
        for name in names
    ]
    output.lines(table_lines(_BUDGETS, rows, output))
    output.note(f"reserved by running calls: {numbers.money(report.reserved)}", dim=True)
    if not report.limits:
        output.note("No limit is set. In config.toml: [budget] day_usd = 2.00", dim=True)


def _quota_row(one: Quota) -> Row:
    return {
        "scope": one.scope,
        "kind": one.kind,
        "limit": one.limit,
        "used": one.used,
        "remaining": one.remaining,
        "resets_at": moment(one.resets_at),
    }


def _quota_cells(one: Quota) -> list[str]:
    counts = [numbers.UNKNOWN if count is None else f"{count:,}" for count in (one.limit, one.used, one.remaining)]
    return [one.scope, one.kind.replace("_", " per "), *counts, numbers.moment(one.resets_at)]
