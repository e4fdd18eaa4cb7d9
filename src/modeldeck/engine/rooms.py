"""What the deck knows, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING

# Annotations alone must not load the rooms: a plain list needs few of them.
if TYPE_CHECKING:
    from modeldeck.engine.assembly import Engine
    from modeldeck.engine.catalog.catalog import Catalog
    from modeldeck.engine.catalog.lists import Lists
    from modeldeck.engine.choices import Choices
    from modeldeck.engine.limits.limits import Limits
    from modeldeck.engine.live_settings import LiveSettings, Reloaded
    from modeldeck.engine.looking_back.experiences import Experiences
    from modeldeck.engine.looking_back.history import History
    from modeldeck.engine.machine.machine import Machine
    from modeldeck.engine.money.money import Money
    from modeldeck.engine.parts import DeckParts
    from modeldeck.engine.standing import Standing
    from modeldeck.engine.tasks import Tasks
    from modeldeck.ports import Clock, ProviderInfo


class Rooms:
    """The deck's own state and its rooms; each room is made when it is first asked for."""

    def __init__(self, parts: DeckParts, engine: Engine) -> None:
        self._parts = parts
        self._engine = engine

    @property
    def clock(self) -> Clock:
        """The deck's clock, so that faces show ages by the same time."""
        return self._parts.clock

    @property
    def tour(self) -> str:
        """One sentence about the simulated models: how to see them, or, when they are shown, what they leave out."""
        return self._parts.tour

    @property
    def simulated(self) -> bool:
        """Whether this deck only simulates: no key, no network, no money."""
        return self._parts.simulated

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about settings, variables and budgets that a person should read once.

        Names that nobody lists are spoken of only when something is listed.
        """
        loaded = self.settings.loaded
        budgets = loaded.settings.budget
        budget = self._engine.budget.warning() if budgets.limits or budgets.tasks else None
        names = self._engine.name_warnings() if any(model.listed for model in self.catalog.models) else ()
        return (*loaded.warnings, *names, *([budget] if budget else []))

    @property
    def settings(self) -> LiveSettings:
        """Settings with their origins, and whether a person edited them."""
        return self._engine.settings

    def reload(self) -> Reloaded:
        """Read config.toml again and say which areas changed. Blocks some ms.

        Raises:
            ConfigError: something in it is wrong; then everything stays as it was.
        """
        return self._engine.settings.reload()

    @property
    def catalog(self) -> Catalog:
        """All models of all enabled providers."""
        return self._engine.catalog

    @property
    def lists(self) -> Lists:
        """The providers' lists: fetch them."""
        return self._engine.lists

    @property
    def standing(self) -> Standing:
        """How each model stands right now, and its quality."""
        return self._engine.standing

    @property
    def tasks(self) -> Tasks:
        """Tasks with their policies and assignments."""
        return self._engine.tasks

    @property
    def choices(self) -> Choices:
        """What a person chose inside the program: favourites, mode, filters, theme."""
        return self._engine.choices

    @property
    def money(self) -> Money:
        """Live spend, usage totals, budgets."""
        return self._engine.money

    @property
    def history(self) -> History:
        """Past runs and the selections behind them."""
        return self._engine.history

    @property
    def experience(self) -> Experiences:
        """What was learned from attempts."""
        return self._engine.experience

    @property
    def limits(self) -> Limits:
        """Quotas and cooldowns."""
        return self._engine.limits

    @property
    def machine(self) -> Machine:
        """Hardware readings, loaded models, fit."""
        return self._engine.machine

    def providers(self) -> tuple[ProviderInfo, ...]:
        """All enabled providers, keyed or not."""
        return tuple(provider.info for provider in self._engine.enabled.values())
