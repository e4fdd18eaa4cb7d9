"""Four models of three providers, and what a deck over them says."""

from collections.abc import Callable

from fakes import free_model, local_model, make_model
from modeldeck.engine.deck import Deck

GRATIS = free_model("cloud/gratis:free", quality=0.5)
PAID = make_model("cloud/paid", quality=0.8)
OTHER = make_model("other/third", quality=0.7)
HOME = local_model("home/llama:8b", quality=0.4)
Open = Callable[[str], Deck]


def chain(deck: Deck, **fields: object) -> tuple[str, ...]:
    return deck.fallback_chain("Hello", max_length=9, **fields)  # type: ignore[arg-type]  # fields of any request


def reasons(deck: Deck, **fields: object) -> dict[str, str]:
    found = deck.select("Hello", **fields)  # type: ignore[arg-type]  # fields of any request
    return {each.model: each.reason for each in found.rejected}
