"""`tasks`, `assign` and `unassign`: which model or policy serves which task."""

from difflib import get_close_matches

import click

from modeldeck.cli.prompting import note_unlisted
from modeldeck.cli.rows import task_row
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.verb import Verb
from modeldeck.cli.verb import strategy as strategy_type
from modeldeck.domain.errors import UsageError
from modeldeck.domain.task import TASK_ALIASES, Mode, Strategy, Task, Tier
from modeldeck.engine.deck import Deck

_COLUMNS = (
    Column("task"),
    Column("mode"),
    Column("model", least=20, middle=True),
    Column("tier"),
    Column("strategy"),
    Column("wants", least=10, drop=2),
    Column("set by", drop=1),
    Column("purpose", least=16, drop=3),
)


def known_task(session: Session, deck: Deck, name: str, then: str = "it gets the default policy") -> Task:
    """The task called `name`; an unknown name is accepted, and said on stderr with the nearest ones.

    `then` says what becomes of an unknown one.

    Raises:
        UsageError: nobody could tell an unknown task by this name: it is blank, or holds control characters.
    """
    names = [task.name for task in deck.tasks.all()]
    if name not in names and name not in TASK_ALIASES:
        if not name.strip() or not name.isprintable():
            raise UsageError(f"{name!r} is no name for a task.", "Visible text on one line is, like coding.")
        near = get_close_matches(name, [*names, *TASK_ALIASES], n=3)
        nearest = f" (near: {', '.join(near)})" if near else ""
        session.output.note(f"note: no task is called {name!r}{nearest}; {then}.")
    return deck.tasks.get(name)


@click.command(cls=Verb)
@click.pass_obj
def tasks(session: Session) -> int:
    """Tasks with their purpose, mode, model, tier and strategy, and where each setting comes from."""
    output = session.output
    with session.deck() as deck:
        every = deck.tasks.all()
    if output.as_json:
        output.document([task_row(task) for task in every])
        return 0
    output.lines(table_lines(_COLUMNS, [_cells(task) for task in every], output))
    return 0


@click.command(cls=Verb)
@click.argument("task")
@click.argument("model")
@click.option("--prefer", is_flag=True, help="Prefer the model (hybrid mode) instead of insisting on it.")
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), help="Which part of the market to draw from.")
@click.option("--strategy", type=strategy_type, metavar="S", help=f"One of: {', '.join(Strategy)}.")
@click.pass_obj
def assign(session: Session, task: str, model: str, prefer: bool, tier: str | None, strategy: Strategy | None) -> int:
    """Assign MODEL to TASK, or let the engine choose (MODEL `auto`); kept in deck.toml."""
    automatic = model.strip().lower() == Mode.AUTO
    if automatic and prefer:
        raise UsageError("--prefer needs a model; with `auto` there is none to prefer.")
    with session.listed_deck() as deck:
        known_task(session, deck, task, "now there is one")
        assigned = deck.tasks.assign(task, None if automatic else model, prefer=prefer, tier=tier, strategy=strategy)
        note_unlisted(session, deck, assigned.model)
    _show(session, assigned)
    return 0


@click.command(cls=Verb)
@click.argument("task")
@click.pass_obj
def unassign(session: Session, task: str) -> int:
    """Forget what was assigned to TASK; settings and defaults hold again."""
    with session.deck() as deck:
        known_task(session, deck, task, "nothing was assigned to it")
        freed = deck.tasks.unassign(task)
    _show(session, freed)
    return 0


def _show(session: Session, task: Task) -> None:
    if session.output.as_json:
        session.output.document(task_row(task))
        return
    session.output.lines(table_lines(_COLUMNS, [_cells(task)], session.output))


def _cells(task: Task) -> list[str]:
    wants = [word for word, wanted in (("fast", task.require_fast), ("quality", task.require_quality)) if wanted]
    criteria = task.criteria
    wants += sorted(criteria.required_capabilities)
    wants += [word for word, wanted in (("free", criteria.free_only), ("local", criteria.local_only)) if wanted]
    return [
        task.name,
        task.mode.value,
        task.model or "",
        task.tier.value,
        task.strategy or "",
        ", ".join(wants),
        task.source,
        task.purpose,
    ]
