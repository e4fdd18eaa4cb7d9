"""What the same tokens cost at different models."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import attempt_cost

COMPARED_TOKENS = 100_000
"""Tokens that are compared when nobody says how many."""
INPUT_SHARE = Decimal("0.75")
"""Of a bare token count, three parts are taken as input and one as output."""


class Comparison(NamedTuple):
    """One model with the cost of the compared tokens."""

    model: Model
    cost: Cost


def split_tokens(tokens: int) -> tuple[int, int]:
    """Input and output of a bare count, three to one; they sum to it."""
    sent = int(tokens * INPUT_SHARE)
    return sent, tokens - sent


def compare_costs(
    models: Iterable[Model], input_tokens: int, output_tokens: int, at: datetime, *, estimated: bool = False
) -> list[Comparison]:
    """The models with the cost of these tokens at the time `at`, the cheapest first, unpriced ones at the end.

    `estimated` marks every amount that depends on the counts as an estimate, because they are one.
    """
    usage = Usage(input_tokens, output_tokens, reported=not estimated)
    compared = [Comparison(model, attempt_cost(model.pricing, usage, at, local=model.local)) for model in models]
    return sorted(compared, key=_order)


def _order(one: Comparison) -> tuple[bool, Decimal, str]:
    unknown = one.cost.status is CostStatus.UNKNOWN
    return unknown, one.cost.usd or Decimal(0), one.model.id
