"""`runs`, `why` and `rate`: what was run, why that model, and how good its answer was."""

import click

from modeldeck.cli import numbers
from modeldeck.cli.rows import run_row, stored_row
from modeldeck.cli.selection_page import selection_page
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import DeckError, UsageError
from modeldeck.domain.run import RunSummary
from modeldeck.domain.usage import RunKind

_COLUMNS = (
    Column("run"),
    Column("at"),
    Column("task", least=8),
    Column("model", least=20, middle=True),
    Column("status"),
    Column("tokens", right=True, drop=1),
    Column("cost", right=True),
    Column("tries", right=True, drop=2),
)


@click.command(cls=Verb)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="At most N runs.")
@click.pass_obj
def runs(session: Session, limit: int) -> int:
    """Past runs, newest first."""
    output = session.output
    with session.deck() as deck:
        past = deck.history.runs(limit)
    if output.as_json:
        output.document([run_row(run) for run in past])
    elif not past:
        output.note('No run yet: `modeldeck ask "hello"` makes one.')
    else:
        output.lines(table_lines(_COLUMNS, [_cells(run) for run in past], output))
    return 0


@click.command(cls=Verb)
@click.argument("run", required=False)
@click.pass_obj
def why(session: Session, run: str | None) -> int:
    """The selection behind RUN (default: the newest): the reason, the candidates, what was dropped."""
    output = session.output
    with session.deck() as deck:
        stored = deck.history.why(run)
    if stored is None and run is not None:
        raise UsageError(f"No run is called {run!r}.", "`modeldeck runs` lists them.", code="unknown_run")
    if stored is None:
        raise DeckError("There is no run yet.", '`modeldeck ask "hello"` makes one.', code="no_run")
    if output.as_json:
        output.document(stored_row(stored))
        return 0
    output.lines([output.dimmed(f"run {stored.run} · {numbers.moment(stored.at)}")])
    output.lines(
        selection_page(stored.selection, output, verbose=session.verbose, rejected_counts=stored.rejected_counts)
    )
    return 0


@click.command(cls=Verb)
@click.argument("run", required=False)
@click.argument("rating", required=False)
@click.pass_obj
def rate(session: Session, run: str | None, rating: str | None) -> int:
    """Say how good the answer of RUN was: `good`, `bad` or a number from 0 to 1; without RUN the newest one.

    Ratings change what later selections expect of the model. A second rating of a run replaces the first.
    """
    if rating is None:
        run, rating = None, run
    if rating is None:
        raise UsageError("There is no rating.", "modeldeck rate good, or modeldeck rate RUN 0.7")
    with session.deck() as deck:
        rated = deck.history.rate(run, rating)
    if session.output.as_json:
        session.output.document({"run": rated.run, "rating": rated.rating, "model": rated.model, "task": rated.task})
    else:
        session.output.note(f"{rated.model} for {rated.task}: {rated.rating:g}")
    return 0


def _cells(run: RunSummary) -> list[str]:
    return [
        run.run,
        numbers.moment(run.at),
        run.task if run.kind is RunKind.PROMPT else f"({run.kind.value})",
        run.model,
        run.status.value,
        numbers.tokens(run.input_tokens + run.output_tokens),
        numbers.cost(run.cost),
        str(run.attempts),
    ]
