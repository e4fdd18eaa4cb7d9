"""`usage`: requests, tokens, money and savings of a period."""

from collections.abc import Sequence
from typing import Any, get_args

import click

from modeldeck.cli import numbers
from modeldeck.cli.model_page import labelled
from modeldeck.cli.rows import report_row
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.text import line
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import UsageError
from modeldeck.domain.usage import GroupBy, PeriodName, Totals, UsageReport


@click.command(cls=Verb)
@click.option(
    "--period", type=click.Choice(["today", "month", "all"]), default="today", show_default=True, help="Local calendar."
)
@click.option(
    "--by", type=click.Choice(get_args(GroupBy)), default="model", show_default=True, help="What to group by."
)
@click.option("--export", type=click.Choice(["csv", "json", "md"]), help="Print the groups in this format.")
@click.pass_obj
def usage(session: Session, period: PeriodName, by: GroupBy, export: str | None) -> int:
    """Requests, tokens, money and savings; every attempt counts, also failed and cancelled ones."""
    output = session.output
    if output.as_json and export not in (None, "json"):
        raise UsageError(f"--json and --export {export} exclude each other.")
    with session.deck() as deck:
        report = deck.money.usage(period, by)
    if output.as_json or export == "json":
        output.document(report_row(report))
    elif export == "csv":
        output.write(_csv(report, by))
    elif export == "md":
        output.lines(_markdown(report, by))
    else:
        _print(session, report, by)
    return 0


def _print(session: Session, report: UsageReport, by: GroupBy) -> None:
    output = session.output
    totals = report.totals
    unpriced = f", {totals.unpriced_requests:,} of unknown cost" if totals.unpriced_requests else ""
    output.lines(
        labelled(
            [
                ("period", report.period),
                ("requests", f"{totals.requests:,} ({totals.succeeded:,} succeeded{unpriced})"),
                ("tokens", f"{totals.input_tokens:,} in, {totals.output_tokens:,} out"),
                ("cost", numbers.spent(totals)),
                ("saved", numbers.saved(totals)),
                ("free share", numbers.share(totals.free_share)),
            ]
        )
    )
    if not report.groups:
        return
    columns = [
        Column(by, least=20, middle=True),
        Column("requests", right=True),
        Column("ok", right=True, drop=2),
        Column("in", right=True, drop=1),
        Column("out", right=True, drop=1),
        Column("cost", right=True),
        Column("saved", right=True, drop=3),
    ]
    output.lines(["", *table_lines(columns, [[group.key, *_cells(group.totals)] for group in report.groups], output)])


def _cells(totals: Totals) -> list[str]:
    return [
        f"{totals.requests:,}",
        f"{totals.succeeded:,}",
        numbers.tokens(totals.input_tokens),
        numbers.tokens(totals.output_tokens),
        numbers.spent(totals),
        numbers.saved(totals),
    ]


def _csv(report: UsageReport, by: GroupBy) -> str:
    import csv
    from io import StringIO

    text = StringIO()
    names, rows = _exported(report, by)
    csv.writer(text, lineterminator="\n").writerows([names, *rows])
    return text.getvalue()


def _markdown(report: UsageReport, by: GroupBy) -> list[str]:
    names, rows = _exported(report, by)
    lines = [names, ["---"] * len(names), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _exported(report: UsageReport, by: GroupBy) -> tuple[list[str], Sequence[list[Any]]]:
    """Column names and one row per group, with the numbers of the JSON form; unknown is empty."""
    row = report_row(report)
    names = [name for name in row if name not in ("period", "groups")]
    rows = [
        [line(group["key"]), *("" if group[name] is None else group[name] for name in names)] for group in row["groups"]
    ]
    return [by, *names], rows
