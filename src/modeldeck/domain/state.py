"""What the program keeps in `deck.toml`: the choices that a person makes inside it."""

from collections.abc import Mapping
from dataclasses import field

from modeldeck.domain.record import record
from modeldeck.domain.task import Mode, Tier


@record(kw_only=True)
class Assignment:
    """What a person assigned to a task from the program: `model` None with mode auto is a policy only."""

    mode: Mode = Mode.AUTO
    model: str | None = None
    tier: Tier | None = None
    strategy: str | None = None
    """A strategy's name; one that a script brought along means nothing to a deck without it."""


@record(kw_only=True)
class DeckState:
    """All of `deck.toml`: the choices that a person makes inside the program."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    favourites: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    theme: str | None = None
    mode: Mode | None = None
    preferred: str | None = None
    """The model of manual and hybrid mode in the playground."""
    filters: Mapping[str, str | bool | int | float] = field(default_factory=dict)
