"""How each model stands right now: callable, without a key, out for a while, hidden, stale. Read by every face."""

from collections.abc import Callable, Mapping
from datetime import date
from threading import Lock

from modeldeck.domain.model import Model
from modeldeck.domain.profile import Specialization
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.choices import Choices
from modeldeck.engine.limits.limits import Limits, scopes_of
from modeldeck.engine.selection.quality import Quality, QualityTable
from modeldeck.ports import Clock, Provider, Votes

EXCLUSIONS_AGE_S = 0.5
"""A list asks for thousands of states in a row; exclusions read this recently are still good."""


class Standing:
    """States and qualities of the catalog's models; what costs a query or a table is read once for many models."""

    def __init__(
        self,
        catalog: Catalog,
        providers: Mapping[str, Provider],
        limits: Limits,
        choices: Choices,
        clock: Clock,
        votes: Callable[[], tuple[Votes, ...]] = tuple,
    ) -> None:
        self._catalog = catalog
        self._providers = providers
        self._limits = limits
        self._choices = choices
        self._clock = clock
        self._lock = Lock()
        self._exclusions: Mapping[str, str] = {}
        self._exclusions_read_at = float("-inf")
        self._read_votes = votes
        self._table: tuple[tuple[Model, ...], date, QualityTable] | None = None

    @property
    def usable(self) -> dict[str, bool]:
        """Every enabled provider, and whether it can be called now."""
        return {name: provider.info.usable for name, provider in self._providers.items()}

    @property
    def cut_off(self) -> frozenset[str]:
        """The providers that are elsewhere while the network is switched off."""
        return frozenset(name for name, provider in self._providers.items() if provider.info.cut_off)

    @property
    def keyed(self) -> frozenset[str]:
        """The providers that can be called now."""
        return frozenset(name for name, usable in self.usable.items() if usable)

    def status(self, model: Model) -> str:
        """`ok`, or why the model cannot be called now.

        `no key`, `stale`, `cooldown 43 s`, `unlisted`, `disabled`, `hidden` by the person, `hidden by free_only` of its
        provider.
        """
        if model.hidden or model.id in self._choices.state.hidden:
            return "hidden"
        if self._catalog.withholds(model):
            return "hidden by free_only"
        provider = self._providers.get(model.provider)
        if provider is None:
            return "disabled"
        if not provider.info.usable:
            return "no key" if model.listed else "unlisted, no key"
        if provider.info.cut_off:
            return "network off"
        excluded = self._recent_exclusions()
        reason = next((excluded[scope] for scope in scopes_of(model) if scope in excluded), None)
        if reason is not None:
            return reason
        if not model.listed:
            return "unlisted"
        return "stale" if self._catalog.is_provider_stale(model.provider) else "ok"

    def quality(self, model: Model, specialization: Specialization | None = None) -> Quality:
        """The quality prior (0..1) of a model for a specialization (None: general), with its origin."""
        return self.table().of(model, specialization)

    def table(self) -> QualityTable:
        """The qualities of the catalog as it is shown now."""
        models, today = self._catalog.models, self._clock.now().date()
        with self._lock:
            if self._table is None or self._table[0] is not models or self._table[1] != today:
                self._table = (models, today, QualityTable(models, today, self._read_votes()))
            return self._table[2]

    def read_votes(self) -> None:
        """Let the next question take the person's newest ratings into account."""
        with self._lock:
            self._table = None

    def _recent_exclusions(self) -> Mapping[str, str]:
        now = self._clock.monotonic()
        if now - self._exclusions_read_at > EXCLUSIONS_AGE_S:
            self._exclusions = self._limits.excluded()
            self._exclusions_read_at = now
        return self._exclusions
