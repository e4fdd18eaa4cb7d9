"""The table of `list`, for people."""

from collections.abc import Sequence

from modeldeck.cli import numbers
from modeldeck.cli.model_rows import pricing_of
from modeldeck.cli.output import Output
from modeldeck.cli.rows import Row
from modeldeck.cli.table import Column, table_lines
from modeldeck.domain.model import CAPABILITY_LETTERS, Model
from modeldeck.engine.deck import Deck

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


def print_models(output: Output, deck: Deck, models: Sequence[Model], rows: Sequence[Row]) -> None:
    """Print models with their rows; what the list holds, or why it is empty, goes to stderr."""
    if not models:
        output.note(_why_empty(deck))
        return
    output.lines(table_lines(_COLUMNS, [_cells(*pair) for pair in zip(models, rows, strict=True)], output))
    output.note(_summary(deck, models, rows), dim=True)


def _cells(model: Model, row: Row) -> list[str]:
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


def _summary(deck: Deck, models: Sequence[Model], rows: Sequence[Row]) -> str:
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
        "No model is known yet. Set OPENROUTER_API_KEY (or another provider's key), or start Ollama or a llama.cpp\n"
        f"server. `modeldeck doctor` says what is missing. {deck.tour}"
    )
