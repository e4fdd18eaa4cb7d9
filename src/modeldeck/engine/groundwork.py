"""What every start needs: lists, limits, tasks and choices, and the settings that they all go by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from modeldeck.engine.background import BackgroundLoop
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.catalog.lists import Lists
from modeldeck.engine.choices import Choices
from modeldeck.engine.late import late
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.live_settings import LiveSettings, switched_on
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks

# What only some questions need is loaded with them: plain lists do without.
if TYPE_CHECKING:
    from datetime import datetime

    from modeldeck.domain.loaded import LoadedSettings
    from modeldeck.domain.quota import Quota
    from modeldeck.engine.limits.rates import Rates
    from modeldeck.engine.parts import DeckParts
    from modeldeck.engine.selection.strategies import Strategies

_LASTING = frozenset({"books", "machine", "profiler"})
"""Late collaborators that hold more than settings: open attempts, the last readings."""


class Groundwork:
    """The collaborators that every start makes, connected. Building it sends nothing."""

    def __init__(self, parts: DeckParts) -> None:
        providers, clock = parts.providers, parts.clock
        free_only = {name for name, provider in providers.items() if provider.info.free_only}
        self._parts = parts
        self.enabled = providers  # those that are off were not made
        self.background = BackgroundLoop(self.disconnect)
        self.choices = Choices(parts.loaded.state, parts.state_file)
        self.catalog = Catalog(parts.loaded.settings.models, free_only, now=clock.now)
        self.settings = LiveSettings(parts.loaded, parts.settings_source, lambda: self.choices.state, self.adopt)
        self._lay_out()
        self.lists = Lists(
            catalog=self.catalog,
            cache=parts.cache,
            providers=providers,
            choices=self.choices,
            background=self.background,
            listening=parts.listening,
            references=parts.references,
            clock=clock,
        )
        self.choices.on_hidden = self.lists.show

    def _lay_out(self) -> None:
        """What every start needs and what keeps nothing but the settings."""
        parts = self._parts
        settings = parts.loaded.settings
        votes = parts.ratings.votes if settings.selection.learning else tuple
        self.limits = Limits(parts.limits, parts.clock, parts.random, settings.fallback, self._own_quotas)
        self.standing = Standing(self.catalog, self.enabled, self.limits, self.choices, parts.clock, votes)
        self.tasks = Tasks(parts.loaded, self.choices, self.resolved, lambda text: self.strategies.require(text))

    def adopt(self, loaded: LoadedSettings) -> None:
        """Go on under other settings.

        What runs, what was listed and what was read of the machine stays; every other collaborator is made anew with
        its next use. Runs under way end under the settings that they began with.
        """
        tables = loaded.settings.providers
        free_only = {name for name in self._parts.providers if name in tables and tables[name].free_only}
        self._parts = replace(self._parts, loaded=loaded)
        made = self._parts.providers.items()
        self.enabled = {name: provider for name, provider in made if switched_on(loaded.settings, name)}
        self.catalog.adopt(loaded.settings.models, free_only)
        self._lay_out()
        for kind in type(self).__mro__:
            for name, maker in vars(kind).items():
                if isinstance(maker, late) and name not in _LASTING:
                    self.__dict__.pop(name, None)
        self.lists.adopt(self.enabled)

    @late
    def rates(self) -> Rates:
        """Made with the first question about limits, for a person who set any."""
        from modeldeck.engine.limits.rates import Rates

        return Rates(self._parts.ledger, self._parts.loaded.settings)

    @late
    def strategies(self) -> Strategies:
        """Made with the first selection. Raises UsageError when a script's strategy is none."""
        from modeldeck.engine.selection.strategies import Strategies

        return Strategies(self._parts.loaded.settings.selection.weights, self._parts.strategies)

    def resolved(self, text: str) -> str:
        """The full id of what a person means by `text`. Raises UnknownModelError."""
        return self.catalog.resolve(text, self.standing.keyed).id

    def _own_quotas(self, now: datetime) -> tuple[Quota, ...]:
        """The person's own rate limits; without any, nothing is loaded for them."""
        settings = self._parts.loaded.settings
        limits = (settings.limits, *(provider.limits for provider in settings.providers.values()))
        return self.rates.quotas(now) if any(each.any_set for each in limits) else ()

    def name_warnings(self) -> tuple[str, ...]:
        """One sentence for each name in settings and variables that nobody lists, or that costs more than it seems."""
        from modeldeck.engine.catalog.tier_warnings import paid_fallback
        from modeldeck.engine.catalog.unlisted import unlisted_names

        loaded = self._parts.loaded
        costly = paid_fallback(loaded, self.catalog)
        return (*unlisted_names(loaded, self.catalog, self.standing.keyed), *([costly] if costly else []))

    def forget_old(self) -> None:
        """Delete prompts, turns and selections that the person does not want to keep any longer."""
        days = self._parts.loaded.settings.monitoring.retention_days
        if days is not None:
            from modeldeck.engine.looking_back.retention import forget_old

            forget_old(self._parts.ledger, self._parts.turns, self._parts.clock.now() - timedelta(days=days))

    async def disconnect(self) -> None:
        """Close the providers' connections that belong to the running event loop."""
        from modeldeck.engine.catalog.refresh import close_all  # imports asyncio

        await close_all(self._parts.providers.values())
