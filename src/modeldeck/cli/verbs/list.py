"""`list`: the catalog, filtered and sorted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import click

from modeldeck.cli.model_rows import model_row, pricing_of, recommended, tasks_by_model
from modeldeck.cli.model_table import print_models
from modeldeck.cli.session import Session
from modeldeck.cli.task_names import known_task
from modeldeck.cli.verb import Verb, capability, usd
from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Capability, Model
from modeldeck.domain.task import DEFAULT_TASK, Task
from modeldeck.engine.catalog.catalog import PROVIDER_ORDER
from modeldeck.engine.catalog.filter import ModelFilter, usual_filter
from modeldeck.engine.deck import Deck


@click.command("list", cls=Verb)
@click.argument("query", nargs=-1)
@click.option("--free", is_flag=True, help="Models that are free by a known price.")
@click.option("--local", is_flag=True, help="Models that run on this machine; with --free: both kinds.")
@click.option("--provider", metavar="P", help="Models of one provider.")
@click.option(
    "--capability",
    "capabilities",
    type=capability,
    multiple=True,
    metavar="C",
    help=f"Models that can do this; may be repeated. One of: {', '.join(Capability)}.",
)
@click.option("--max-price", type=usd, metavar="USD", help="Input and output price at most this, per million tokens.")
@click.option("--task", metavar="T", help="Models that meet the task's constraints.")
@click.option(
    "--sort",
    type=click.Choice(["id", "name", "provider", "price", "context", "quality", "created"]),
    help="Price: cheapest first; context, quality, created: most first. Default: best match, else provider and name.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N rows.")
@click.option("--refresh", is_flag=True, help="Fetch every provider's list first.")
@click.pass_obj
def list_models(
    session: Session,
    query: tuple[str, ...],
    free: bool,
    local: bool,
    provider: str | None,
    capabilities: tuple[Capability, ...],
    max_price: Decimal | None,
    task: str | None,
    sort: str | None,
    limit: int | None,
    refresh: bool,
) -> int:
    """Models with price, context, quality and fit, from the last lists; all of them, unless filtered.

    [filters] of config.toml holds where no option says otherwise.
    QUERY fits name and id: every word of it as a part, or else with its letters in order.
    Prices are USD per million tokens; `—` is unknown. With --task a * marks what automatic selection would use now
    for a prompt of moderate difficulty in that task; `recommended` in JSON says the same, without --task for the
    task `default`.
    """
    with session.listed_deck(refresh=refresh) as deck:
        _check_provider(deck, provider)
        usual = usual_filter(deck.settings.loaded.settings.filters)
        wanted = replace(
            usual,
            query=" ".join(query),
            kind=None if free or local else usual.kind,
            providers=frozenset([provider]) if provider else usual.providers,
            capabilities=frozenset(capabilities) or usual.capabilities,
            max_price=usual.max_price if max_price is None else max_price,
        )
        shown = wanted.apply(deck.catalog.models, [entry.name for entry in deck.providers() if entry.usable])
        if usual != ModelFilter():
            session.output.note(
                f"note: [filters] of config.toml holds; {len(shown)} of {len(deck.catalog.models)} fit."
            )
        if free or local:
            shown = [model for model in shown if (free and model.free) or (local and model.local)]
        policy = None if task is None else known_task(session, deck, task)
        if policy is not None:
            shown = [model for model in shown if _serves(deck, policy, model)]
        if sort is not None:
            shown.sort(key=_sort_key(sort, deck))
        _show(session, deck, shown[:limit], policy)
    return 0


def _check_provider(deck: Deck, provider: str | None) -> None:
    enabled = [entry.name for entry in deck.providers()]
    if provider is None or provider in enabled or provider in PROVIDER_ORDER:
        return
    raise UsageError(f"No provider is called {provider!r}.", f"Enabled are: {', '.join(enabled)}.")


def _serves(deck: Deck, task: Task, model: Model) -> bool:
    """Whether the model meets the constraints of the task that do not depend on a prompt."""
    criteria = task.criteria
    if criteria.free_only and not model.costs_nothing:
        return False
    if criteria.local_only and not model.local:
        return False
    if criteria.context_needed and (model.context is None or model.context < criteria.context_needed):
        return False
    if criteria.min_quality and deck.standing.quality(model).value < criteria.min_quality:
        return False
    needed = criteria.required_capabilities | ({Capability.FAST} if task.require_fast else set())
    return model.text_output and needed <= model.capabilities


def _sort_key(key: str, deck: Deck) -> Callable[[Model], Any]:
    """Unknown values come last; equals keep the catalog's order."""
    keys: Mapping[str, Callable[[Model], Any]] = {
        "id": lambda model: model.id,
        "name": lambda model: model.name.casefold(),
        "provider": lambda model: model.provider,
        "price": _price_key,
        "context": lambda model: -(model.context or 0),
        "quality": lambda model: -deck.standing.quality(model).value,
        "created": lambda model: -(model.created.toordinal() if model.created else 0),
    }
    return keys[key]


def _price_key(model: Model) -> tuple[bool, Decimal]:
    """A usual mix: three input tokens to one output token."""
    pricing = pricing_of(model)
    return pricing is None, Decimal(0) if pricing is None else 3 * pricing.input + pricing.output


def _show(session: Session, deck: Deck, models: Sequence[Model], policy: Task | None) -> None:
    # Choosing loads the whole selector, which takes a third of a plain list's time.
    asked = session.output.as_json or policy is not None
    pick = recommended(deck, policy.name if policy else DEFAULT_TASK) if asked else None
    if any(model.local for model in models):
        deck.machine.read()  # the fit of local models is that with the newest reading
    tasks = tasks_by_model(deck)
    rows = [model_row(deck, model, tasks=tasks.get(model.id, []), recommended=model.id == pick) for model in models]
    if session.output.as_json:
        session.output.document(rows)
    else:
        print_models(session.output, deck, models, rows)
