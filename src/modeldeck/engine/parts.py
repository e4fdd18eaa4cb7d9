"""What a Deck is made of, and the small values that it hands out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from modeldeck.domain.record import record

# Every start loads this module; what its annotations name is loaded where it is made.
if TYPE_CHECKING:
    from random import Random

    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.domain.request import Message, Request
    from modeldeck.engine.catalog.references import References
    from modeldeck.engine.profiling.estimating import Estimator
    from modeldeck.engine.selection.strategies import OwnStrategy
    from modeldeck.ports import (
        CatalogCache,
        Clock,
        ExperienceStore,
        HardwareProbe,
        Ledger,
        LimitStore,
        Provider,
        RatingStore,
        SettingsSource,
        StateFile,
        TurnStore,
    )

Prompt: TypeAlias = "str | Sequence[Message] | Request"


@record(kw_only=True)
class DeckParts:
    """Everything a Deck is made of; `main` builds it, tests build it from fakes. `session` names this process.

    `listening` says whether anything answers at a local provider's base URL, without speaking its protocol; it keeps
    servers that do not run from costing a whole HTTP request at every start. `references` makes what completes lists
    when they are fetched; None: lists stay as they come. `settings_source` reads the settings again when a person
    edited them; None: they never change. `complexity_estimator` and `strategies` are functions of a script, as
    `engine.estimating` and `engine.strategies` describe them. `tour` is one sentence about the simulated models, for
    somebody who has no others; `simulated`: there are no others here. `first`: how many models of each stored list are
    shown at first, when a face has its own time for the rest (`deck.lists.show()`); None: all.
    """

    loaded: LoadedSettings
    providers: Mapping[str, Provider]
    cache: CatalogCache
    ledger: Ledger
    experience: ExperienceStore
    ratings: RatingStore
    turns: TurnStore
    limits: LimitStore
    state_file: StateFile
    probe: HardwareProbe
    clock: Clock
    random: Random
    session: str
    on_close: Callable[[], None] = lambda: None
    listening: Callable[[str], bool] = lambda base_url: True
    references: Callable[[], References] | None = None
    settings_source: SettingsSource | None = None
    complexity_estimator: Estimator | None = None
    strategies: Mapping[str, OwnStrategy] = field(default_factory=dict)
    tour: str = ""
    simulated: bool = False
    first: int | None = None


class RefreshReport(NamedTuple):
    """What a refresh brought: models per provider that answered, one sentence per provider that failed.

    `absent` names local servers that do not run; that is not a failure. `notes` are sentences about what else could
    not be had, without which the lists are good all the same.
    """

    listed: Mapping[str, int]
    failed: Mapping[str, str]
    absent: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
