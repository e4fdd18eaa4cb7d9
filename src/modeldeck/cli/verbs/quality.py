"""`quality`: how good models are expected to be, by name, one by one or many as JSON lines."""

from collections.abc import Iterator

import click

from modeldeck.cli.json_lines import JsonLine, failed_row, read_json_lines, write_json_line
from modeldeck.cli.rows import Row, rounded
from modeldeck.cli.session import Session
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Specialization
from modeldeck.engine.deck import Deck
from modeldeck.engine.selection.appraisal import appraise

_FAILED = 1


@click.command(cls=Verb)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--specialization",
    type=click.Choice([each.value for each in Specialization]),
    metavar="S",
    help=f"Kind of work; default: in general. One of: {', '.join(Specialization)}.",
)
@click.pass_obj
def quality(session: Session, names: tuple[str, ...], specialization: str | None) -> int:
    """How good each NAME is expected to be, 0 to 1: an id, or a name as it is published elsewhere.

    Without NAME each JSON line {"name": ..., "specialization": ...} of stdin is answered; specialization null is in
    general. Prints JSON lines in the order of the input, with or without --json. Values of origin `estimated` come
    from facts (price, size, age), not from measurements.
    """
    piped = "" if names else session.read_piped()
    if not names and not piped.strip():
        raise UsageError("There is no name.", 'Write it after the verb, or pipe JSON lines in: {"name": "gpt-5"}')
    failed = False
    with session.listed_deck() as deck:
        named = (_row(deck, name, specialization) for name in names)
        for row in named if names else _answers(deck, piped, specialization):
            failed = failed or "error" in row
            write_json_line(session, row)
    return _FAILED if failed else 0


def _answers(deck: Deck, piped: str, specialization: str | None) -> Iterator[Row]:
    for line in read_json_lines(piped, "name"):
        yield _answer(deck, line, specialization) if isinstance(line, JsonLine) else line


def _answer(deck: Deck, line: JsonLine, specialization: str | None) -> Row:
    wanted = line.fields.get("specialization", specialization)
    if wanted is not None and not isinstance(wanted, str):
        return failed_row(line.number, "the specialization is a text or null.")
    try:
        return _row(deck, line.text, wanted)
    except UsageError as error:
        return failed_row(line.number, f"{error.message} {error.hint or ''}".strip())


def _row(deck: Deck, name: str, specialization: str | None) -> Row:
    found = appraise(name, specialization, deck.catalog, deck.standing)
    return {
        "name": found.name,
        "specialization": None if found.specialization is None else found.specialization.value,
        "quality": rounded(found.quality, 4),
        "origin": found.origin,
        "sources": list(found.sources),
        "newest": None if found.newest is None else found.newest.isoformat(),
        "model": found.model,
    }
