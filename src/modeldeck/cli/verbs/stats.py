"""`stats`: the usage summary, how models did lately, and what to look at."""

from collections.abc import Sequence
from typing import Any

import click

from modeldeck.cli import numbers
from modeldeck.cli.model_page import labelled
from modeldeck.cli.rows import Row, decimal, rounded, totals_row
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.text import line
from modeldeck.cli.verb import Verb, number
from modeldeck.domain.advice import Recommendation
from modeldeck.domain.performance import Performance
from modeldeck.domain.usage import Totals, UsageReport

_MOST_USED = 5
_DAY_HOURS = 24.0

_COLUMNS = (
    Column("model", least=20, middle=True),
    Column("requests", right=True),
    Column("success", right=True),
    Column("latency", right=True, drop=2),
    Column("first text", right=True, drop=1),
    Column("speed", right=True, drop=3),
    Column("cost", right=True),
)


@click.command(cls=Verb)
@click.option(
    "--hours", type=number(0.01), default=_DAY_HOURS, metavar="N", help="Window of the performance; default 24."
)
@click.pass_obj
def stats(session: Session, hours: float) -> int:
    """Usage of today and this month, how each model did in the last hours, and recommendations from that."""
    with session.deck() as deck:
        today, month = deck.money.usage("today"), deck.money.usage("month", "model")
        performances = deck.performances(hours=hours)
        document = {
            "today": totals_row(today.totals),
            "this_month": totals_row(month.totals),
            "total_models": len(deck.catalog.models),
            "free_usage_percentage": _free_percentage(month.totals),
            "most_used_models": _most_used(month),
            "success_rate_by_model": {one.model: rounded(one.success_rate, 4) for one in performances},
            "hours": hours,
            "performance": _performance_row(deck.performance(hours=hours)),
            "performance_by_model": [_performance_row(one) for one in performances],
            "recommendations": (advice := [_advice_row(one) for one in deck.recommendations()]),
        }
    if session.output.as_json:
        session.output.document(document)
    else:
        _print(session, (today, month), len(deck.catalog.models), performances, hours, advice)
    return 0


def _free_percentage(totals: Totals) -> float | None:
    return None if totals.free_share is None else round(totals.free_share * 100, 1)


def _most_used(month: UsageReport) -> list[Row]:
    by_requests = sorted(month.groups, key=lambda group: -group.totals.requests)
    return [{"model": group.key, "requests": group.totals.requests} for group in by_requests[:_MOST_USED]]


def _performance_row(one: Performance) -> Row:
    return {
        "model": one.model,
        "requests": one.requests,
        "succeeded": one.succeeded,
        "success_rate": rounded(one.success_rate, 4),
        "avg_latency_ms": rounded(one.avg_latency_ms),
        "avg_ttft_ms": rounded(one.avg_ttft_ms),
        "avg_tokens_per_second": rounded(one.avg_tokens_per_second),
        "input_tokens": one.input_tokens,
        "output_tokens": one.output_tokens,
        "cost_usd": decimal(one.cost_usd),
        "estimated_usd": decimal(one.estimated_usd),
        "unpriced_requests": one.unpriced_requests,
        "errors": dict(one.errors),
    }


def _advice_row(one: Recommendation) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "text": one.text,
        "suggestion": one.suggestion,
        "model": one.model,
        "task": one.task,
    }


def _print(
    session: Session,
    reports: tuple[UsageReport, UsageReport],
    models: int,
    performances: Sequence[Performance],
    hours: float,
    advice: Sequence[Row],
) -> None:
    output = session.output
    today, month = (report.totals for report in reports)
    output.lines(
        labelled(
            [
                ("today", _words(today)),
                ("this month", _words(month)),
                ("free share", numbers.share(month.free_share)),
                ("models", f"{models:,}"),
            ]
        )
    )
    if performances:
        table = table_lines(_COLUMNS, [_cells(one) for one in performances], output)
        output.lines(["", output.dimmed(f"the last {hours:g} h"), *table])
    if advice:
        output.lines(["", *(line(f"{one['text']} {one['suggestion']}") for one in advice)])


def _words(totals: Totals) -> str:
    parts = [
        numbers.plural(totals.requests, "request"),
        f"{numbers.tokens(totals.input_tokens + totals.output_tokens)} tokens",
        numbers.spent(totals),
        f"saved {numbers.saved(totals)}",
    ]
    return ", ".join(parts)


def _cells(one: Performance) -> list[str]:
    return [
        one.model or "",
        f"{one.requests:,}",
        numbers.share(one.success_rate),
        numbers.milliseconds(one.avg_latency_ms),
        numbers.milliseconds(one.avg_ttft_ms),
        numbers.rate(one.avg_tokens_per_second),
        numbers.spent(one),
    ]
