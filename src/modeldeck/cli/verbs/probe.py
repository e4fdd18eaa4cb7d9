"""`test`: which models answer right now."""

from collections import Counter
from collections.abc import Iterable

import click

from modeldeck.cli import numbers
from modeldeck.cli.rows import Row, rounded
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import DeckError
from modeldeck.domain.task import DEFAULT_TASK
from modeldeck.engine.deck import Deck
from modeldeck.engine.running.probing import Probe

_COLUMNS = (
    Column(""),
    Column("model", least=24, middle=True),
    Column("first text", right=True),
    Column("speed", right=True),
    Column("error", least=20),
)


@click.command(cls=Verb)
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--free", is_flag=True, help="Every free model that can be called now.")
@click.option("--task", metavar="T", help="What this task would use now, and what costs nothing behind it.")
@click.option("--prompt", metavar="TEXT", help="Send this instead of the usual few words.")
@click.pass_obj
def test(session: Session, models: tuple[str, ...], free: bool, task: str | None, prompt: str | None) -> int:
    """Send a tiny prompt to each MODEL and say which ones answer, how soon and how fast.

    Without MODEL: the models that tasks name, what automatic selection would use now, and the models behind it in the
    fallback chain that cost nothing. Probes are in the ledger, inside budgets, and count against rate limits. Exits 0
    whatever the models answer.
    """
    with session.listed_deck() as deck:
        chosen = [*models, *(_free(deck) if free else ()), *(_of_task(deck, task) if task else ())]
        if not (models or free or task):
            chosen = [*_assigned(deck), *_of_task(deck, DEFAULT_TASK)]
        usable = [entry.name for entry in deck.providers() if entry.usable]
        names = dict.fromkeys(deck.catalog.resolve(name, usable).id for name in chosen)
        probes = deck.probe(list(names), prompt)
        states = Counter(deck.standing.status(model) for model in deck.catalog.free()) if free else Counter()
    if session.output.as_json:
        session.output.document([_row(probe) for probe in probes])
    else:
        _print(session, probes, states)
    return 0


def _free(deck: Deck) -> list[str]:
    return [model.id for model in deck.catalog.free() if deck.standing.status(model) == "ok"]


def _of_task(deck: Deck, task: str) -> list[str]:
    """The pick of a task, and what costs nothing behind it: nobody asked to pay for the others."""
    try:
        selection = deck.select("", task=task)
    except DeckError:
        return []
    behind = [deck.catalog.get(name) for name in selection.fallback_chain]
    return [selection.model, *(model.id for model in behind if model is not None and model.costs_nothing)]


def _assigned(deck: Deck) -> Iterable[str]:
    named = {task.model for task in deck.tasks.all() if task.model}
    return deck.catalog.resolve_all(sorted(named))


def _row(probe: Probe) -> Row:
    return {
        "id": probe.model,
        "ok": probe.ok,
        "error": probe.error,
        "ttft_ms": rounded(probe.ttft_ms),
        "tokens_per_second": rounded(probe.tokens_per_second),
    }


def _print(session: Session, probes: tuple[Probe, ...], free: Counter[str]) -> None:
    """The probes; when there are none, what stands against the free models that were asked for, by state."""
    output = session.output
    if not probes and free:
        states = ", ".join(f"{count} x {state}" for state, count in free.most_common())
        output.note(f"No free model can be called now: {states}.")
        return
    if not probes:
        output.note("No model can be tested: `modeldeck doctor` says what is missing.")
        return
    output.lines(table_lines(_COLUMNS, [_cells(probe) for probe in probes], output))
    output.note(f"{sum(probe.ok for probe in probes)} of {numbers.plural(len(probes), 'model')} answered", dim=True)


def _cells(probe: Probe) -> list[str]:
    if not probe.ok:
        return ["failed", probe.model, "", "", probe.error or ""]
    return ["ok", probe.model, numbers.milliseconds(probe.ttft_ms), numbers.rate(probe.tokens_per_second), ""]
