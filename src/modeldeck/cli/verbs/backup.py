"""`backup` and `restore`: the database as one checked file."""

from pathlib import Path

import click

from modeldeck.cli import numbers
from modeldeck.cli.session import Session
from modeldeck.cli.verb import Verb
from modeldeck.domain.backup import BackupReport

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Verb)
@click.argument("file", type=_FILE)
@click.pass_obj
def backup(session: Session, file: Path) -> int:
    """Copy the database to FILE, while others may use it, and check the copy."""
    _report(session, session.launch.back_up(session.options, file), "copied to")
    return 0


@click.command(cls=Verb)
@click.argument("file", type=_FILE)
@click.pass_obj
def restore(session: Session, file: Path) -> int:
    """Put the checked copy FILE in the place of the database; what was there is kept beside it."""
    _report(session, session.launch.restore(session.options, file), "restored from")
    return 0


def _report(session: Session, report: BackupReport, done: str) -> None:
    output = session.output
    if output.as_json:
        kept = None if report.kept is None else str(report.kept)
        output.document({"file": str(report.file), "rows": report.rows, "kept": kept})
        return
    output.note(f"{numbers.plural(report.rows, 'row')} {done} {report.file}.")
    if report.kept is not None:
        output.note(f"The database that was there is kept as {report.kept}.")
