"""`select` and `recommend`: the dry run, in full and as a recommendation."""

from typing import Any

import click

from modeldeck.cli import numbers
from modeldeck.cli.output import Output
from modeldeck.cli.prompting import note_unlisted, read_prompt, selection_fields, selection_flags
from modeldeck.cli.rows import recommendation_row, selection_row
from modeldeck.cli.selection_page import selection_page
from modeldeck.cli.session import Session
from modeldeck.cli.task_names import known_task
from modeldeck.cli.text import line
from modeldeck.cli.verb import Verb
from modeldeck.domain.selection import Selection


@click.command(cls=Verb)
@click.argument("prompt", required=False)
@selection_flags
@click.pass_obj
def select(session: Session, /, prompt: str | None, **flags: Any) -> int:
    """Dry run: choose a model for PROMPT and say why; nothing is sent.

    A stdin that is not a terminal is appended to PROMPT; PROMPT `-` is stdin alone.
    """
    output = session.output
    selection = _selected(session, prompt, flags)
    if output.as_json:
        output.document(selection_row(selection))
    else:
        output.lines(selection_page(selection, output, verbose=session.verbose))
    return 0


@click.command(cls=Verb)
@click.argument("prompt", required=False)
@selection_flags
@click.pass_obj
def recommend(session: Session, /, prompt: str | None, **flags: Any) -> int:
    """Which model to use for PROMPT, which ones are nearly as good, and the reason; nothing is sent.

    The same choice as `select` makes. A stdin that is not a terminal is appended to PROMPT.
    """
    output = session.output
    selection = _selected(session, prompt, flags)
    if output.as_json:
        output.document(recommendation_row(selection))
    else:
        output.lines(_recommendation(selection, output))
    return 0


def _selected(session: Session, prompt: str | None, flags: dict[str, Any]) -> Selection:
    text = read_prompt(session, prompt)
    fields = selection_fields(flags)
    with session.listed_deck() as deck:
        if fields["task"] is not None:
            known_task(session, deck, fields["task"])
        note_unlisted(session, deck, fields["model"], fields["preferred"])
        return deck.select(text, **fields)


def _recommendation(selection: Selection, output: Output) -> list[str]:
    scores = {candidate.model: numbers.score(candidate.score) for candidate in selection.candidates}
    others = [f"or {model} ({score})" for model, score in scores.items() if model != selection.model]
    return [
        output.bold(line(selection.model)),
        line(selection.reason),
        *(line(text) for text in others),
        output.dimmed(f"confidence {numbers.score(selection.confidence)}"),
    ]
