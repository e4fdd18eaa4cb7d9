"""`info`: everything known about one model."""

import click

from modeldeck.cli.info_rows import info_row
from modeldeck.cli.model_page import model_page
from modeldeck.cli.model_rows import recommended, tasks_by_model
from modeldeck.cli.session import Session
from modeldeck.cli.verb import Verb
from modeldeck.domain.model import Model
from modeldeck.domain.task import DEFAULT_TASK
from modeldeck.engine.deck import Deck

_RECENT_RUNS = 10
_SEARCHED_RUNS = 1_000


@click.command(cls=Verb)
@click.argument("model")
@click.pass_obj
def info(session: Session, model: str) -> int:
    """Everything known about one model, with origins and ages, my own statistics and limits.

    MODEL is an id, a model's own name or an alias.
    """
    with session.listed_deck() as deck:
        found = deck.catalog.resolve(model, [entry.name for entry in deck.providers() if entry.usable])
        if found.local:
            deck.machine.read()
        recent = [run for run in deck.history.runs(_SEARCHED_RUNS) if run.model == found.id][:_RECENT_RUNS]
        row = info_row(
            deck,
            found,
            tasks=tasks_by_model(deck).get(found.id, []),
            recommended=found.id == recommended(deck, DEFAULT_TASK),
            loaded=_is_loaded(deck, found),
            recent=tuple(recent),
        )
        if session.output.as_json:
            session.output.document(row)
        else:
            session.output.lines(model_page(found, row, deck.clock.now()))
    return 0


def _is_loaded(deck: Deck, model: Model) -> bool | None:
    if not model.local:
        return None
    held = deck.machine.read_loaded([model.provider])
    return True if any(entry.model == model.id for entry in held) else model.loaded
