"""`tasks`, `assign` and `unassign`: which model or policy serves which task."""

import click

from modeldeck.cli.prompting import note_unlisted
from modeldeck.cli.rows import task_row
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.task_names import known_task
from modeldeck.cli.verb import Verb
from modeldeck.cli.verb import strategy as strategy_type
from modeldeck.domain.errors import UsageError
from modeldeck.domain.task import Mode, Strategy, Task, Tier
from modeldeck.engine.wording import requirements

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
    return [
        task.name,
        task.mode.value,
        task.model or "",
        task.tier.value,
        task.strategy or "",
        ", ".join(requirements(task)),
        task.source,
        task.purpose,
    ]
