"""`select`: the dry run."""

from typing import Any

import click

from modeldeck.cli.prompting import note_unlisted, read_prompt, selection_fields, selection_flags
from modeldeck.cli.rows import selection_row
from modeldeck.cli.selection_page import selection_page
from modeldeck.cli.session import Session
from modeldeck.cli.tasks import known_task
from modeldeck.cli.verb import Verb


@click.command(cls=Verb)
@click.argument("prompt", required=False)
@selection_flags
@click.pass_obj
def select(session: Session, /, prompt: str | None, **flags: Any) -> int:
    """Dry run: choose a model for PROMPT and say why; nothing is sent.

    A stdin that is not a terminal is appended to PROMPT; PROMPT `-` is stdin alone.
    """
    text = read_prompt(session, prompt)
    fields = selection_fields(flags)
    output = session.output
    with session.listed_deck() as deck:
        if fields["task"] is not None:
            known_task(session, deck, fields["task"])
        note_unlisted(session, deck, fields["model"], fields["preferred"])
        selection = deck.select(text, **fields)
    if output.as_json:
        output.document(selection_row(selection))
    else:
        output.lines(selection_page(selection, output, verbose=session.verbose))
    return 0
