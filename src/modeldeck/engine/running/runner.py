"""Running a plan: attempts in their order, falling back only before the first answer text."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from random import Random

from modeldeck.domain.errors import BudgetError, Failure, LimitError
from modeldeck.domain.run import Answer, Attempt, AttemptFailed, Event, Finished, Selected, UsageUpdated
from modeldeck.domain.settings import FallbackSettings
from modeldeck.domain.task import Mode
from modeldeck.engine.money.books import Books, Plan, total_cost, total_usage
from modeldeck.engine.running.attempt import LiveAttempt
from modeldeck.engine.running.route import Route, Step
from modeldeck.ports import Clock, Provider


class Runner:
    """Executes plans; holds nothing between two runs, so that any number may run at once."""

    def __init__(
        self,
        *,
        providers: Mapping[str, Provider],
        books: Books,
        clock: Clock,
        random: Random,
        settings: FallbackSettings,
    ) -> None:
        self._providers = providers
        self._books = books
        self._clock = clock
        self._random = random
        self._settings = settings

    async def run(self, plan: Plan) -> AsyncGenerator[Event, None]:
        """The events of one run. Ends with Finished unless it is cancelled or closed before.

        Raises:
            BudgetError: before the first event, when no model of the plan may be paid for.
            LimitError: before the first event, when a limit stops every model of the plan, and waiting is too long.
        """
        route = Route(
            plan.models,
            plan.request.params,
            max_retries=self._settings.max_retries,
            max_wait_s=self._settings.max_wait_s,
            random=self._random,
        )
        plan, step = self._first_affordable(plan, route)
        yield Selected(plan.run, plan.selection)
        attempts: list[Attempt] = []
        while True:
            if step.wait_s:
                await self._clock.sleep(step.wait_s)
            live = LiveAttempt(
                plan,
                step,
                tuple(attempts),
                provider=self._providers[step.model.provider],
                books=self._books,
                clock=self._clock,
            )
            async with aclosing(live.events()) as events:
                async for event in events:
                    yield event
            settled = live.settled
            attempts.append(settled)
            if settled.failure is None:
                break
            following = self._following(plan, route, step, live, settled.failure)
            yield _failed(plan, step, settled.failure, following)
            if following is None:
                break
            step = following
        answer = _answer(plan, live, tuple(attempts))
        yield UsageUpdated(plan.run, answer.usage, answer.cost, True, answer.ttft_ms, answer.tokens_per_second)
        yield Finished(plan.run, answer)

    def _first_affordable(self, plan: Plan, route: Route) -> tuple[Plan, Step]:
        """The first step that is admitted, with the selection telling so when it is not the chosen model.

        When none is, the chosen one is waited for, if a limit of one minute is all that stops it.
        """
        first: Step = route.first()
        step: Step | None = first
        refusal: BudgetError | LimitError | None = None
        named = plan.selection.mode is Mode.MANUAL  # then it is tried during its pause, too, and so waited for
        while step is not None:
            try:
                self._books.admit(plan, step.model, step.params, after_pause=named)
            except (BudgetError, LimitError) as error:
                refusal = refusal or error
                step = route.skip()
                continue
            return (plan if refusal is None else _instead(plan, step, refusal)), step
        if refusal is None:
            raise AssertionError("a plan holds at least one model")
        wait_s = self._worth_waiting(refusal, plan)
        if wait_s is None:
            raise refusal
        return plan, replace(first, wait_s=wait_s)

    def _worth_waiting(self, refusal: BudgetError | LimitError, plan: Plan) -> float | None:
        """Seconds until a limit of one minute is free again; None when that takes too long."""
        if not isinstance(refusal, LimitError) or refusal.resets_at is None:
            return None
        wait_s = (refusal.resets_at - self._clock.now()).total_seconds()
        in_time = self._clock.monotonic() + wait_s < plan.deadline
        return wait_s if in_time and wait_s <= self._settings.max_wait_s else None

    def _following(self, plan: Plan, route: Route, step: Step, live: LiveAttempt, failure: Failure) -> Step | None:
        """The next step that is admitted; None after answer text, at the deadline, or when nothing is left."""
        if live.has_text:
            return None
        following = route.after(failure, step.model, self._clock.now())
        while following is not None:
            if self._clock.monotonic() + following.wait_s >= plan.deadline:
                return None
            try:
                self._books.admit(plan, following.model, following.params)
            except (BudgetError, LimitError):
                following = route.skip()
                continue
            return following
        return None


def _instead(plan: Plan, step: Step, refusal: BudgetError | LimitError) -> Plan:
    selection = plan.selection
    chain = tuple(model for model in selection.fallback_chain if model != step.model.id)
    reason = f"{step.model.id} instead of {selection.model}: {refusal.message}"
    changed = replace(selection, model=step.model.id, provider=step.model.provider, fallback_chain=chain, reason=reason)
    return replace(plan, selection=changed)


def _failed(plan: Plan, step: Step, failure: Failure, following: Step | None) -> AttemptFailed:
    if following is None:
        return AttemptFailed(plan.run, step.model.id, failure, None)
    return AttemptFailed(plan.run, step.model.id, failure, following.model.id, following.wait_s)


def _answer(plan: Plan, last: LiveAttempt, attempts: tuple[Attempt, ...]) -> Answer:
    final = attempts[-1]
    return Answer(
        run=plan.run,
        status=final.status,
        text=last.text,
        model=final.model,
        attempts=attempts,
        usage=total_usage(tuple(attempt.usage for attempt in attempts)),
        cost=total_cost(tuple(attempt.cost for attempt in attempts)),
        selection=plan.selection,
        reasoning=last.thinking,
        ttft_ms=final.ttft_ms,
        tokens_per_second=final.tokens_per_second,
        finish_reason=last.finish_reason,
        failure=final.failure,
    )
