"""What is tried after the chosen model, and in which order."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.engine.catalog.naming import family_of

PER_PART = 5
"""Links of each kind (costs nothing, paid ...): enough to survive a whole quota being out."""
LEAST_LINKS = 3
"""Links below which the next stage of the market lengthens the chain."""
_ROUTERS = 3  # the part of routers whose price nobody knows; never a fallback


@record
class ChainRules:
    """`prefer_other_provider`: each link goes to another provider than the one before, where there is one."""

    prefer_other_provider: bool = True


class Linkable(Protocol):
    """What a chain needs to know of a model: which it is, and the part of the order that it belongs to."""

    @property
    def model(self) -> Model: ...
    @property
    def part(self) -> int: ...


_Link = TypeVar("_Link", bound=Linkable)


def build_chain(winner: Linkable, stages: Iterable[tuple[Sequence[_Link], bool]], rules: ChainRules) -> list[_Link]:
    """The links after `winner`, without duplicates: what costs nothing first, then paid, then unknown prices.

    Args:
        winner: the chosen model.
        stages: for each stage of the market its candidates in order and whether that order is the person's own; later
            stages are used while the chain is shorter than LEAST_LINKS.
        rules: how to spread over providers.
    """
    used = {winner.model.id}
    links: list[_Link] = []
    for order, explicit in stages:
        pool = [scored for scored in order if scored.model.id not in used and scored.part != _ROUTERS]
        more = pool[: 2 * PER_PART] if explicit else _by_parts(winner, links, pool, rules)
        links += more
        used.update(scored.model.id for scored in more)
        if len(links) >= LEAST_LINKS:
            break  # before the next stage is put in order
    return links


def _by_parts(winner: Linkable, before: Sequence[_Link], pool: Sequence[_Link], rules: ChainRules) -> list[_Link]:
    links: list[_Link] = []
    for part in sorted({scored.part for scored in pool}):
        members = [scored for scored in pool if scored.part == part]
        so_far = [*before, *links]
        previous = so_far[-1].model if so_far else winner.model
        links += _spread(winner, previous.provider, members, rules)
    return links


def _spread(winner: Linkable, previous: str, members: Sequence[_Link], rules: ChainRules) -> list[_Link]:
    """The best members: the winner's model at another provider first, then each from another provider than the last."""
    rest = list(members)
    links: list[_Link] = []
    family = family_of(winner.model)
    twin = next(
        (
            scored
            for scored in rest
            if scored.model.provider != winner.model.provider and family_of(scored.model) == family
        ),
        None,
    )
    while rest and len(links) < PER_PART:
        chosen = twin or _other(rest, previous, rules) or rest[0]
        twin = None
        rest.remove(chosen)
        links.append(chosen)
        previous = chosen.model.provider
    return links


def _other(rest: Sequence[_Link], previous: str, rules: ChainRules) -> _Link | None:
    if not rules.prefer_other_provider:
        return None
    return next((scored for scored in rest if scored.model.provider != previous), None)
