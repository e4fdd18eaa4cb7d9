"""`cost`: what the same tokens cost at different models."""

from collections.abc import Sequence

import click

from modeldeck.cli import numbers
from modeldeck.cli.rows import Row, decimal
from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import CostStatus
from modeldeck.engine.deck import Deck
from modeldeck.engine.money.comparison import COMPARED_TOKENS, Comparison, compare_costs, split_tokens

_COLUMNS = (
    Column("model", least=24, middle=True),
    Column("kind"),
    Column("in/M", right=True, drop=1),
    Column("out/M", right=True, drop=1),
    Column("cost", right=True),
    Column("price from", drop=2),
)


@click.command(cls=Verb)
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--input-tokens", type=click.IntRange(min=0), metavar="N", help="Tokens sent.")
@click.option("--output-tokens", type=click.IntRange(min=0), metavar="N", help="Tokens received.")
@click.option("--prompt", metavar="TEXT", help="Estimate the tokens of this prompt and its answer instead.")
@click.pass_obj
def cost(
    session: Session, models: tuple[str, ...], input_tokens: int | None, output_tokens: int | None, prompt: str | None
) -> int:
    """What the same tokens cost at each MODEL (default: all), the cheapest first.

    Without counts 100,000 tokens are compared, three parts sent and one received. Tiers by length, prices by the time
    of day and fees per request are in the amounts as they hold now; models of unknown price come last, marked `—`.
    """
    if prompt is not None and (input_tokens is not None or output_tokens is not None):
        raise UsageError("--prompt and token counts exclude each other.", "The prompt's tokens are estimated.")
    sent, received = _counts(input_tokens, output_tokens, prompt)
    with session.listed_deck() as deck:
        chosen = _chosen(deck, models)
        compared = compare_costs(chosen, sent, received, deck.clock.now(), estimated=prompt is not None)
    if session.output.as_json:
        session.output.document([_row(one, sent, received) for one in compared])
    else:
        _print(session, compared, sent, received)
    return 0


def _counts(input_tokens: int | None, output_tokens: int | None, prompt: str | None) -> tuple[int, int]:
    if prompt is not None:
        from modeldeck.domain.request import make_request
        from modeldeck.engine.profiling.analysis import analyze

        profile = analyze(make_request(prompt))
        return profile.input_tokens, profile.output_tokens
    if input_tokens is None and output_tokens is None:
        return split_tokens(COMPARED_TOKENS)
    return input_tokens or 0, output_tokens or 0


def _chosen(deck: Deck, names: tuple[str, ...]) -> Sequence[Model]:
    """The named models, each once; all that write text when none is named. Raises UnknownModelError."""
    if not names:
        return [model for model in deck.catalog.models if model.text_output and not model.hidden]
    usable = [entry.name for entry in deck.providers() if entry.usable]
    found = [deck.catalog.resolve(name, usable) for name in names]
    return list({model.id: model for model in found}.values())


def _row(one: Comparison, sent: int, received: int) -> Row:
    return {
        "id": one.model.id,
        "cost_usd": decimal(one.cost.usd),
        "cost_status": one.cost.status.value,
        "input_tokens": sent,
        "output_tokens": received,
        "price_origin": None if one.model.pricing is None else one.model.pricing.origin.value,
    }


def _print(session: Session, compared: Sequence[Comparison], sent: int, received: int) -> None:
    output = session.output
    if not compared:
        output.note("No model is known yet: `modeldeck doctor` says what is missing.")
        return
    output.lines(table_lines(_COLUMNS, [_cells(one) for one in compared], output))
    unpriced = sum(one.cost.status is CostStatus.UNKNOWN for one in compared)
    unknown = f" · {unpriced:,} of unknown price" if unpriced else ""
    output.note(f"{numbers.tokens(sent)} tokens in, {numbers.tokens(received)} out{unknown}", dim=True)


def _cells(one: Comparison) -> list[str]:
    pricing = one.model.pricing
    return [
        one.model.id,
        numbers.kind(one.model),
        numbers.price(None if pricing is None else pricing.input),
        numbers.price(None if pricing is None else pricing.output),
        numbers.cost(one.cost) if one.cost.status is not CostStatus.UNKNOWN else numbers.UNKNOWN,
        "" if pricing is None else pricing.origin.value,
    ]
