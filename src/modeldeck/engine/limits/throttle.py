"""Whether a model had enough requests for today."""

from datetime import datetime

from modeldeck.domain.errors import UnknownModelError
from modeldeck.domain.model import Model
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.limits.limits import Limits, scopes_of
from modeldeck.engine.standing import Standing
from modeldeck.ports import Clock, Ledger


class Throttle:
    """Compares today's requests, and what providers said, with a limit."""

    def __init__(self, catalog: Catalog, standing: Standing, limits: Limits, ledger: Ledger, clock: Clock) -> None:
        self._catalog = catalog
        self._standing = standing
        self._limits = limits
        self._ledger = ledger
        self._clock = clock

    def limited(self, text: str, limit: int) -> bool:
        """See `Deck.is_rate_limited`. A name that resolves to nothing is counted as it is."""
        now = self._clock.now()
        try:
            model = self._catalog.resolve(text, self._standing.keyed)
        except UnknownModelError:
            return self._ledger.performance(_midnight(now), now, text).requests >= limit
        told = self._limits.excluded(now, told_only=True)
        if any(scope in told for scope in scopes_of(model)):
            return True
        return self._spares_a_quota(model) and self._requests(model, now) >= limit

    def _spares_a_quota(self, model: Model) -> bool:
        return not model.local and (model.pricing is None or model.free)

    def _requests(self, model: Model, now: datetime) -> int:
        """Today's requests of the model, or of all that share its quota."""
        since = _midnight(now)
        if not model.declared_free:
            return self._ledger.performance(since, now, model.id).requests
        sharing = (found for found in self._ledger.performances(since, now) if self._shares(found.model, model))
        return sum(found.requests for found in sharing)

    def _shares(self, name: str | None, model: Model) -> bool:
        other = None if name is None else self._catalog.get(name)
        return name == model.id or (other is not None and other.declared_free and other.provider == model.provider)


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
