"""Attempts that other programs made, written into the same ledger and experience."""

from decimal import Decimal

from modeldeck.domain.errors import ErrorKind, Failure, UnknownModelError
from modeldeck.domain.model import Model
from modeldeck.domain.pricing import NO_COST, UNKNOWN_COST, Cost, CostStatus
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.catalog.catalog import Catalog
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.accounting import attempt_cost
from modeldeck.engine.parts import DeckParts
from modeldeck.engine.standing import Standing
from modeldeck.engine.tasks import Tasks

EXTERNAL = "external"
"""The specialization of attempts whose prompt nobody here has seen."""


class ExternalAttempts:
    """Writes down what was not run here."""

    def __init__(
        self, parts: DeckParts, catalog: Catalog, standing: Standing, tasks: Tasks, experience: Learning
    ) -> None:
        self._parts = parts
        self._catalog = catalog
        self._standing = standing
        self._tasks = tasks
        self._experience = experience

    def record(
        self,
        *,
        task: str,
        model: str,
        success: bool,
        latency_ms: float | None,
        cost: Decimal | float | None,
        input_tokens: int,
        output_tokens: int,
        counted: bool,
    ) -> None:
        """Settle such an attempt at once. A model name that resolves to nothing is kept as it is, without a price."""
        clock = self._parts.clock
        now = clock.now()
        known = self._known(model)
        policy = self._tasks.get(task)
        usage = Usage(input_tokens, output_tokens, reported=counted)
        name = model if known is None else known.id
        attempt = Attempt(
            model=name,
            status=AttemptStatus.SUCCEEDED if success else AttemptStatus.FAILED,
            failure=None if success else Failure(ErrorKind.TOLD, "Reported as failed by another program."),
            latency_ms=latency_ms,
            usage=usage,
            cost=self._cost(known, usage, cost),
        )
        opened = OpenAttempt(
            run=f"{EXTERNAL}-{self._parts.random.getrandbits(48):012x}",
            number=1,
            at=now,
            day=clock.local_day(now),
            session=self._parts.session,
            model=name,
            task=policy.name,
            tier=policy.tier,
            mode=policy.mode,
            costs_nothing=known is not None and known.costs_nothing,
            input_tokens=input_tokens,
            reserved=None,
            baseline=None,
        )
        self._parts.ledger.record_external(opened, attempt)
        self._experience.record(policy.name, EXTERNAL, attempt, now)

    def _known(self, text: str) -> Model | None:
        try:
            return self._catalog.resolve(text, self._standing.keyed)
        except UnknownModelError:
            return None

    def _cost(self, model: Model | None, usage: Usage, told: Decimal | float | None) -> Cost:
        if told is not None:
            return Cost(Decimal(str(told)), CostStatus.REPORTED)
        if not usage.input_tokens and not usage.output_tokens:
            return NO_COST if model is not None and model.costs_nothing else UNKNOWN_COST
        if model is None:
            return UNKNOWN_COST
        return attempt_cost(model.pricing, usage, self._parts.clock.now(), local=model.local)
