"""`list` and `info`: the catalog and one model of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import click

from modeldeck.cli import numbers
from modeldeck.cli.model_rows import model_row, pricing_of
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, render
from modeldeck.cli.verb import Verb, capability, usd
from modeldeck.domain.errors import DeckError, UsageError
from modeldeck.domain.model import CAPABILITY_LETTERS, Capability, Model
from modeldeck.domain.task import DEFAULT_TASK, Mode, Task
from modeldeck.engine.catalog import PROVIDER_ORDER
from modeldeck.engine.deck import Deck
from modeldeck.engine.filter import ModelFilter, usual_filter

_RECENT_RUNS = 10
_SEARCHED_RUNS = 1_000

_COLUMNS = (
    Column(""),
    Column("model", least=24, middle=True),
    Column("kind"),
    Column("in/M", right=True),
    Column("out/M", right=True),
    Column("context", right=True, drop=2),
    Column("can", drop=4),
    Column("quality", right=True, drop=1),
    Column("fits", drop=5),
    Column("status", least=12, drop=3),
    Column("tasks", least=10, drop=6),
)


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
        policy = None if task is None else _known_task(session, deck, task)
        if policy is not None:
            shown = [model for model in shown if _serves(deck, policy, model)]
        if sort is not None:
            shown.sort(key=_sort_key(sort, deck))
        shown = shown[:limit]
        # Choosing loads the whole selector, which takes a third of a plain list's time.
        asked = session.output.as_json or policy is not None
        pick = _recommended(deck, policy.name if policy else DEFAULT_TASK) if asked else None
        if any(model.local for model in shown):
            deck.machine.read()  # the fit of local models is that with the newest reading
        rows = _rows(deck, shown, pick)
        if session.output.as_json:
            session.output.document(rows)
        else:
            _print_table(session, deck, shown, rows)
    return 0


@click.command(cls=Verb)
@click.argument("model")
@click.pass_obj
def info(session: Session, model: str) -> int:
    """Everything known about one model, with origins and ages, my own statistics and limits.

    MODEL is an id, a model's own name or an alias.
    """
    # A model's page needs most of the domain; a list does without.
    from modeldeck.cli.info_rows import info_row
    from modeldeck.cli.model_page import model_page

    with session.listed_deck() as deck:
        found = deck.catalog.resolve(model, [entry.name for entry in deck.providers() if entry.usable])
        if found.local:
            deck.machine.read()
        recent = [run for run in deck.history.runs(_SEARCHED_RUNS) if run.model == found.id][:_RECENT_RUNS]
        row = info_row(
            deck,
            found,
            tasks=_tasks_by_model(deck).get(found.id, []),
            recommended=found.id == _recommended(deck, DEFAULT_TASK),
            loaded=_is_loaded(deck, found),
            recent=tuple(recent),
        )
        if session.output.as_json:
            session.output.document(row)
        else:
            session.output.lines(model_page(found, row, deck.clock.now()))
    return 0


def _check_provider(deck: Deck, provider: str | None) -> None:
    enabled = [entry.name for entry in deck.providers()]
    if provider is None or provider in enabled or provider in PROVIDER_ORDER:
        return
    raise UsageError(f"No provider is called {provider!r}.", f"Enabled are: {', '.join(enabled)}.")


def _known_task(session: Session, deck: Deck, name: str) -> Task:
    from modeldeck.cli.tasks import known_task  # most lists name no task

    return known_task(session, deck, name)


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


def _recommended(deck: Deck, task: str) -> str | None:
    """What automatic selection would pick now; None when nothing can be picked."""
    try:
        return deck.select("", task=task, mode=Mode.AUTO).model
    except DeckError:
        return None


def _tasks_by_model(deck: Deck) -> Mapping[str, list[str]]:
    """The tasks that name a model, by catalog id."""
    named = {task.name: task.model for task in deck.tasks.all() if task.model}
    resolved = deck.catalog.resolve_all(named.values(), [entry.name for entry in deck.providers() if entry.usable])
    tasks: dict[str, list[str]] = defaultdict(list)
    for name, text in named.items():
        if text in resolved:
            tasks[resolved[text].id].append(name)
    return tasks


def _rows(deck: Deck, models: Sequence[Model], pick: str | None) -> list[dict[str, Any]]:
    tasks = _tasks_by_model(deck)
    return [model_row(deck, model, tasks=tasks.get(model.id, []), recommended=model.id == pick) for model in models]


def _is_loaded(deck: Deck, model: Model) -> bool | None:
    if not model.local:
        return None
    held = deck.machine.read_loaded([model.provider])
    return True if any(entry.model == model.id for entry in held) else model.loaded


def _print_table(session: Session, deck: Deck, models: Sequence[Model], rows: Sequence[dict[str, Any]]) -> None:
    output = session.output
    if not models:
        output.note(_why_empty(deck))
        return
    header, *lines = render(_COLUMNS, [_cells(*pair) for pair in zip(models, rows, strict=True)], output.width)
    output.lines([output.bold(header), *lines])
    output.note(_summary(deck, models, rows), dim=True)


def _cells(model: Model, row: Mapping[str, Any]) -> list[str]:
    pricing = pricing_of(model)
    letters = "".join(letter for capability, letter in CAPABILITY_LETTERS.items() if capability in model.capabilities)
    fits = {True: "yes", False: "no", None: numbers.UNKNOWN}[row["fit"]] if model.local else ""
    return [
        "*" if row["recommended"] else "",
        model.id,
        numbers.kind(model),
        numbers.price(None if pricing is None else pricing.input),
        numbers.price(None if pricing is None else pricing.output),
        numbers.tokens(model.context),
        letters,
        ("≈" if row["quality_origin"] == "estimated" else "") + numbers.score(row["quality"]),
        fits,
        row["status"],
        ", ".join(row["tasks"]),
    ]


def _summary(deck: Deck, models: Sequence[Model], rows: Sequence[Mapping[str, Any]]) -> str:
    total = len(deck.catalog.models)
    parts = [f"{len(models):,} of {total:,} models" if len(models) < total else numbers.plural(total, "model")]
    parts.append(f"{sum(model.free for model in models):,} free")
    parts.append(f"{sum(model.local for model in models):,} local")
    unlisted = sum(not model.listed for model in models)
    if unlisted:
        parts.append(f"{unlisted:,} unlisted: known by installed prices, no list could be fetched")
    fetched = [entry.fetched_at for entry in deck.catalog.snapshot.listings.values() if entry.fetched_at is not None]
    if fetched:
        parts.append(f"oldest list {numbers.age(min(fetched), deck.clock.now())}")
    if any(row["recommended"] for row in rows):
        parts.append("* would be used now")
    return " · ".join(parts)


def _why_empty(deck: Deck) -> str:
    total = len(deck.catalog.models)
    if total:
        return f"No model fits; {numbers.plural(total, 'model')} would be listed without query and filters."
    return (
        "No model is known yet. Set OPENROUTER_API_KEY (or another provider's key), start Ollama or a llama.cpp\n"
        "server, or look around with `modeldeck list --demo`. `modeldeck doctor` says what is missing."
    )
