"""What one request makes of every model of a catalog, in bulk: plain numbers by row, for ranking thousands of models.

The numbers are those of `Scorer`, term by term; a `Scored` with all its terms is made only for the few models that
are shown or tried.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from modeldeck.domain.profile import Profile
from modeldeck.domain.task import Policy
from modeldeck.engine.selection.columns import Columns, Facts
from modeldeck.engine.selection.scoring import Scored, Scorer, cost_scores, part_of, speed_score
from modeldeck.engine.selection.situation import Situation, is_fast, measured


class Board:
    """The numbers of one request over one catalog; each column is computed when it is first asked for."""

    def __init__(
        self, columns: Columns, scorer: Scorer, policy: Policy, profile: Profile, situation: Situation
    ) -> None:
        self.columns = columns
        self._scorer = scorer
        self._free_first = policy.free_first
        self._profile = profile
        self._situation = situation
        self._scored: dict[int, Scored] = {}

    @cached_property
    def quality(self) -> list[float]:
        """The expected quality of each row."""
        return self.columns.qualities(self._scorer.likely)

    @cached_property
    def costs(self) -> list[int | None]:
        """The expected cost of each price class in the catalog's own unit; None when unknown."""
        return self.columns.costs(self._profile.input_tokens, self._profile.output_tokens, self._situation.now)

    @cached_property
    def parts(self) -> list[int]:
        """The part of the order that each price class belongs to; see `Scored.part`."""
        facts = zip(self.costs, self.columns.costs_nothing, self.columns.router, strict=True)
        return [part_of(cost, nothing, router, self._free_first) for cost, nothing, router in facts]

    @cached_property
    def paid(self) -> list[bool]:
        """Whether each price class costs money, and it is known how much."""
        facts = zip(self.costs, self.columns.costs_nothing, strict=True)
        return [cost is not None and not (not cost and nothing) for cost, nothing in facts]

    @cached_property
    def tried(self) -> Sequence[int]:
        """The rows of models with enough own measurements."""
        row_of, experience = self.columns.row_of, self._situation.experience
        return [row_of[id] for id, known in experience.items() if id in row_of and measured(known) is not None]

    def scored(self, row: int) -> Scored:
        """A row's model with every term of its score."""
        found = self._scored.get(row)
        if found is None:
            found = self._scored[row] = self._scorer.score(self.columns.models[row])
        return found

    def scores(self, rows: Sequence[int]) -> list[float]:
        """The scores of rows, which ascend. Raises StrategyError where a script's function gives them."""
        if self._scorer.own is not None:
            return [self.scored(row).score for row in rows]
        quality, weight = self.quality, self._scorer.weights.quality
        pair, others = self.columns.price_and_speed.column, self._other_terms
        found = [weight * quality[row] + others[pair[row]] for row in rows]
        for row in self._singular:
            place = bisect_left(rows, row)
            if place < len(rows) and rows[place] == row:
                found[place] = self.scored(row).score
        return found

    def by_part(self, rows: Sequence[int]) -> Mapping[int, list[int]]:
        """Rows by the part of the order that they belong to, the first part first."""
        price, parts = self.columns.price.column, self.parts
        found: dict[int, list[int]] = {part: [] for part in sorted(set(parts))}
        put = [found[part].append for part in parts]
        for row in rows:
            put[price[row]](row)
        return {part: members for part, members in found.items() if members}

    def fast(self, rows: Sequence[int]) -> list[int]:
        """Those of the rows whose models are fast."""
        nature, samples = self.columns.facet(Facts.NATURE)
        quick = [is_fast(model, self._situation) for model in samples]
        own = {row: is_fast(self.columns.models[row], self._situation) for row in self.tried}
        return (
            [row for row in rows if own.get(row, quick[nature[row]])]
            if own
            else [row for row in rows if quick[nature[row]]]
        )

    @cached_property
    def _other_terms(self) -> list[float]:
        """What all terms but quality add up to, for each class of rows that agree in price and speed.

        They are added in the order of `Scorer.score`, so that both come to the same number to the last bit.
        """
        weights, scale, tokens = self._scorer.weights, self.columns.scale, self._profile.output_tokens
        success, load = self._scorer.untried_terms
        costs = cost_scores([None if cost is None else cost / scale for cost in self.costs])
        cost = [success + weights.cost * term for term in costs]
        speed = [weights.speed * speed_score(model, None, tokens) for model in self.columns.speed.samples]
        return [cost[price] + speed[pace] + load for price, pace in self.columns.price_and_speed.pairs]

    @cached_property
    def _singular(self) -> Sequence[int]:
        """Rows of which more is known than what their classes say: tried, running now, favourite."""
        row_of, situation = self.columns.row_of, self._situation
        ids = {*situation.experience, *situation.in_flight, *situation.favourites}
        return [row_of[id] for id in ids if id in row_of]
