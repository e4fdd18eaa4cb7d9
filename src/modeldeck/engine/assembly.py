"""The deck's collaborators and how they hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modeldeck.engine.acting import Acting
from modeldeck.engine.late import late

if TYPE_CHECKING:
    from modeldeck.domain.advice import Repricing
    from modeldeck.engine.catalog.discovery import Discoverer
    from modeldeck.engine.limits.throttle import Throttle
    from modeldeck.engine.looking_back.advice import Adviser
    from modeldeck.engine.looking_back.experiences import Experiences
    from modeldeck.engine.looking_back.history import History
    from modeldeck.engine.looking_back.reviews import Reviews
    from modeldeck.engine.money.money import Money
    from modeldeck.engine.parts import DeckParts


class Engine(Acting):
    """One of each collaborator; the deck's methods hand over to them. Here are those that look back and advise."""

    def __init__(self, parts: DeckParts) -> None:
        super().__init__(parts)
        self._repriced: dict[str, Repricing] = {}

    @late
    def history(self) -> History:
        """Made with the first look at past runs."""
        from modeldeck.engine.looking_back.history import History

        parts = self._parts
        return History(
            ledger=parts.ledger,
            ratings=parts.ratings,
            conversations=self.conversations,
            tasks=self.tasks,
            clock=parts.clock,
            on_rated=self.standing.read_votes,
        )

    @late
    def experience(self) -> Experiences:
        """Made with the first look at what was learned."""
        from modeldeck.engine.looking_back.experiences import Experiences

        return Experiences(self._parts.experience, self.tasks, self.resolved, self._parts.clock)

    @late
    def money(self) -> Money:
        """Made with the first look at money."""
        from modeldeck.engine.money.money import Money

        return Money(self._parts.ledger, self.books, self.budget, self._parts.clock)

    @late
    def reviews(self) -> Reviews:
        """Made with the first look back."""
        from modeldeck.engine.looking_back.reviews import Reviews

        return Reviews(self._parts.ledger, self._parts.clock, self.resolved)

    @late
    def adviser(self) -> Adviser:
        """Made when somebody asks for advice."""
        from modeldeck.engine.looking_back.advice import Adviser

        return Adviser(
            catalog=self.catalog,
            standing=self.standing,
            tasks=self.tasks,
            money=self.money,
            reviews=self.reviews,
            providers=self._parts.providers,
            clock=self._parts.clock,
            repriced=self._repriced,
        )

    @late
    def discoverer(self) -> Discoverer:
        """Made when somebody asks what changed."""
        from modeldeck.engine.catalog.discovery import Discoverer

        return Discoverer(self.catalog, self.lists, self.adviser, self._parts.providers, self._parts.clock)

    @late
    def throttle(self) -> Throttle:
        """Made when somebody asks whether a model had enough."""
        from modeldeck.engine.limits.throttle import Throttle

        return Throttle(self.catalog, self.standing, self.limits, self._parts.ledger, self._parts.clock)
