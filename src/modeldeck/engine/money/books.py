"""The books of running: a row before anything is sent, settled exactly once, with everything that learns from it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import add
from threading import Lock

from modeldeck.domain.model import Model
from modeldeck.domain.pricing import NO_COST, ZERO, Cost
from modeldeck.domain.record import record
from modeldeck.domain.request import Params, Request
from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord
from modeldeck.domain.selection import Selection
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.engine.limits.limits import Limits
from modeldeck.engine.looking_back.learning import Learning
from modeldeck.engine.money.accounting import attempt_cost, saved
from modeldeck.engine.money.budget import Admission, Budget
from modeldeck.engine.selection.local_room import LocalRoom
from modeldeck.ports import Clock, Ledger, Provider


@record(kw_only=True)
class Plan:
    """One run before it starts: what is asked, what was chosen, and the models in the order of trying.

    `baseline` is the model that savings are counted against. `deadline` is the caller's end in monotonic seconds.
    `keep_prompt`: the prompt may be stored.
    """

    run: str
    request: Request
    selection: Selection
    models: tuple[Model, ...]
    baseline: Model | None = None
    deadline: float = float("inf")
    keep_prompt: bool = True
    deny_training: bool = False

    @property
    def input_tokens(self) -> int:
        return self.selection.profile.input_tokens


@dataclass(slots=True)
class Entry:
    """One open row: its key, the model, and the request's parameters after the budget had its say."""

    key: int
    model: Model
    params: Params
    opened_at: datetime
    plan: Plan
    settled: Attempt | None = field(default=None)


class Books:
    """Opens and settles attempts. Safe to use from several threads."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        experience: Learning,
        budget: Budget,
        limits: Limits,
        local: LocalRoom,
        clock: Clock,
        session: str,
    ) -> None:
        self._ledger = ledger
        self._experience = experience
        self._budget = budget
        self._limits = limits
        self._local = local
        self._clock = clock
        self._session = session
        self._running: dict[int, tuple[str, Cost]] = {}
        self._lock = Lock()

    def adopt(self, budget: Budget, limits: Limits, local: LocalRoom, experience: Learning) -> None:
        """Hold what comes to other budgets and limits; open attempts stay open."""
        self._budget = budget
        self._limits = limits
        self._local = local
        self._experience = experience

    def admit(self, plan: Plan, model: Model, params: Params, *, after_pause: bool = False) -> Admission:
        """Whether budget and limits let this call out now. Raises BudgetError and LimitError.

        `after_pause`: not while the model pauses because a limit of a minute refused it.
        """
        self._limits.admit(model, after_pause=after_pause)
        self._local.admit(model, self._counted())
        return self._budget.admit(model, plan.input_tokens, params.max_tokens, plan.selection.task)

    def open(self, plan: Plan, model: Model, params: Params, number: int) -> Entry:
        """Reserve the call's upper cost and write its open row; the first attempt writes the run as well.

        Raises:
            BudgetError: the reservation does not fit any more.
            LimitError: other attempts have used up a limit in the meantime.
        """
        now = self._clock.now()
        day = self._clock.local_day(now)
        selection = plan.selection
        # Neither two threads nor two processes may both reserve the last cent.
        with self._lock, self._ledger.exclusively():
            admission = self.admit(plan, model, params)
            if number == 1:
                self._ledger.start_run(
                    RunRecord(
                        run=plan.run,
                        at=now,
                        day=day,
                        session=self._session,
                        kind=plan.request.kind,
                        conversation=plan.request.conversation,
                        selection=selection,
                        prompt=plan.request.text if plan.keep_prompt else None,
                    )
                )
            key = self._ledger.open_attempt(
                OpenAttempt(
                    run=plan.run,
                    number=number,
                    at=now,
                    day=day,
                    session=self._session,
                    model=model.id,
                    task=selection.task,
                    tier=selection.tier,
                    mode=selection.mode,
                    costs_nothing=model.costs_nothing,
                    input_tokens=plan.input_tokens,
                    reserved=admission.reserved,
                    baseline=plan.baseline.id if plan.baseline else None,
                )
            )
            self._running[key] = model.id, NO_COST
        if admission.max_tokens is not None:
            params = replace(params, max_tokens=admission.max_tokens)
        return Entry(key, model, params, now, plan)

    def progress(self, entry: Entry, usage: Usage) -> Cost:
        """Note what a running attempt has used so far; returns its estimated cost."""
        cost = attempt_cost(entry.model.pricing, usage, entry.opened_at, local=entry.model.local)
        self._running[entry.key] = entry.model.id, cost
        return cost

    def running(self) -> tuple[Cost, ...]:
        """What each attempt in flight in this process has cost so far."""
        with self._lock:
            return tuple(cost for _, cost in self._running.values())

    def in_flight(self) -> dict[str, int]:
        """How many attempts run in this process now, by model id."""
        with self._lock:
            return self._counted()

    def _counted(self) -> dict[str, int]:
        return dict(Counter([model for model, _ in tuple(self._running.values())]))

    def price(self, entry: Entry, usage: Usage, charged_usd: Decimal | None) -> Cost:
        """The settled cost of an attempt."""
        if usage == Usage() and charged_usd is None:
            return NO_COST  # nothing was sent back and nothing was confirmed
        model = entry.model
        return attempt_cost(model.pricing, usage, entry.opened_at, local=model.local, reported_usd=charged_usd)

    def settle(self, entry: Entry, attempt: Attempt, provider: Provider) -> None:
        """Close the row, then let limits and experience learn. Settling twice changes nothing."""
        if entry.settled is not None:
            return
        entry.settled = attempt
        try:
            self._ledger.settle_attempt(entry.key, attempt, self._saved(entry, attempt))
        finally:
            with self._lock:
                del self._running[entry.key]
        self._limits.note(provider.quotas())
        if attempt.failure is not None:
            self._limits.on_failure(entry.model, attempt.failure)
        elif attempt.status is AttemptStatus.SUCCEEDED:
            self._limits.on_success(entry.model)
        if attempt.status in (AttemptStatus.SUCCEEDED, AttemptStatus.FAILED):
            selection = entry.plan.selection
            self._experience.record(selection.task, selection.profile.specialization.value, attempt, self._clock.now())

    def _saved(self, entry: Entry, attempt: Attempt) -> Decimal | None:
        """Savings count only for complete answers: an attempt that failed saved nobody a call."""
        baseline = entry.plan.baseline
        if baseline is None or attempt.status is not AttemptStatus.SUCCEEDED:
            return None
        pricing = baseline.pricing
        return saved(attempt.cost, pricing, attempt.usage, entry.opened_at)


def total_cost(costs: tuple[Cost, ...]) -> Cost:
    """The sum with the weakest status; nothing costs nothing."""
    return reduce(add, costs) if costs else NO_COST


def total_usage(usages: tuple[Usage, ...]) -> Usage:
    """Tokens of several attempts; reported when every attempt that used any was."""
    used = [usage for usage in usages if usage.input_tokens or usage.output_tokens]
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in used),
        output_tokens=sum(usage.output_tokens for usage in used),
        cached_tokens=sum(usage.cached_tokens for usage in used),
        cache_write_tokens=sum(usage.cache_write_tokens for usage in used),
        reasoning_tokens=sum(usage.reasoning_tokens for usage in used),
        reported=bool(used) and all(usage.reported for usage in used),
    )


def known_sum(costs: tuple[Cost, ...]) -> Decimal:
    """The part of several costs that is known."""
    return sum((cost.usd for cost in costs if cost.usd is not None), ZERO)
