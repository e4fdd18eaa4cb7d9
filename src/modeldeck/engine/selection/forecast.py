"""What a call will probably cost at a model, before it is sent. USD; an unknown price stays unknown."""

from datetime import datetime
from decimal import Decimal

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import ZERO
from modeldeck.domain.profile import Profile
from modeldeck.domain.usage import Usage
from modeldeck.engine.money.accounting import cost_of


def expected_cost(model: Model, profile: Profile, now: datetime) -> Decimal | None:
    """USD that the prompt will probably cost at this model; None when its price is unknown."""
    return call_cost(model, profile.input_tokens, profile.output_tokens, now)


def call_cost(model: Model, input_tokens: int, output_tokens: int, now: datetime) -> Decimal | None:
    """USD for so many tokens at the prices that hold at `now` (aware); None when the price is unknown."""
    if model.local:
        return ZERO
    pricing = model.pricing
    if pricing is None:
        return None
    if not pricing.overrides:
        # What `cost_of` comes to for plain prices, at a fifth of its time: this is asked for many models.
        return pricing.request + input_tokens * pricing.input + output_tokens * pricing.output
    return cost_of(pricing, Usage(input_tokens=input_tokens, output_tokens=output_tokens), now)
