"""What is tried next after a failed attempt: the error table of the wire formats as decisions, without any I/O."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.model import Model
from modeldeck.domain.record import record
from modeldeck.domain.request import Params
from modeldeck.engine.limits.limits import scopes_of, told_reset

BACK_OFF_BASE_S = 1.0
BACK_OFF_CAP_S = 30.0

PARAMETER_FIELDS = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "maxOutputTokens": "max_tokens",
    "num_predict": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "topP": "top_p",
    "stop": "stop",
    "stop_sequences": "stop",
    "stopSequences": "stop",
    "seed": "seed",
    "random_seed": "seed",
    "reasoning": "reasoning",
    "reasoning_effort": "reasoning",
    "reasoningEffort": "reasoning",
    "think": "reasoning",
    "thinking": "reasoning",
    "thinkingBudget": "reasoning",
    "thinkingConfig": "reasoning",
    "thinkingLevel": "reasoning",
    "effort": "reasoning",
    "output_config.effort": "reasoning",
    "output_config": "json_schema",
    "output_format": "json_schema",
    "response_format": "json_schema",
    "format": "json_schema",
    "json_schema": "json_schema",
    "responseJsonSchema": "json_schema",
}
"""The field of Params behind the name that a provider uses for it; of a dotted path, its longest known part counts."""

UNSET = Params()


@record
class Step:
    """The next attempt: `wait_s` seconds from now, `model` with `params`."""

    model: Model
    params: Params
    wait_s: float = 0.0


class Route:
    """The models of one run in their order, and what was already used up of waits and retries.

    Args:
        models: the chosen model and its fallback chain.
        params: what the caller asked for.
        max_retries: attempts after the first, over all models.
        max_wait_s: the longest wait for a per-minute limit, in seconds.
        random: spreads back-off times.
    """

    def __init__(
        self, models: Sequence[Model], params: Params, *, max_retries: int, max_wait_s: float, random: Random
    ) -> None:
        self._ahead = list(models)
        self._params = params
        self._retries_left = max_retries
        self._max_wait_s = max_wait_s
        self._random = random
        self._waited = False
        self._mended = False
        self._back_offs = 0

    def first(self) -> Step:
        return Step(self._ahead.pop(0), self._params)

    def after(self, failure: Failure, model: Model, now: datetime) -> Step | None:
        """The step after `model` failed before its first answer text; None when the run ends here."""
        if self._retries_left <= 0:
            return None
        step = self._next(failure, model, now)
        if step is not None:
            self._retries_left -= 1
        return step

    def skip(self) -> Step | None:
        """The next model, after one that could not be sent at all; costs no retry."""
        return self._step_ahead()

    def _next(self, failure: Failure, model: Model, now: datetime) -> Step | None:
        if failure.kind is ErrorKind.PARAMETER:
            return self._without_parameter(failure, model)
        self._ahead = [other for other in self._ahead if _can_help(other, failure, model)]
        step = self._step_ahead()
        if step is not None:
            return step
        if not failure.retryable:
            return None
        if failure.kind is ErrorKind.RATE_MINUTE:
            return self._after_wait(failure, model, now)
        if failure.kind is ErrorKind.OVERLOADED:
            return self._after_back_off(failure, model, now)
        return None

    def _step_ahead(self) -> Step | None:
        return Step(self._ahead.pop(0), self._params) if self._ahead else None

    def _without_parameter(self, failure: Failure, model: Model) -> Step | None:
        field = _field_of(failure.parameter or "")
        if self._mended or field is None or getattr(self._params, field) == getattr(UNSET, field):
            return None
        self._mended = True
        self._params = replace(self._params, **{field: getattr(UNSET, field)})
        return Step(model, self._params)

    def _after_wait(self, failure: Failure, model: Model, now: datetime) -> Step | None:
        """Once, and only for a reset that the provider names and that comes soon enough."""
        reset = told_reset(failure, now)
        wait_s = (reset - now).total_seconds() if reset is not None else self._max_wait_s
        if self._waited or wait_s > self._max_wait_s:
            return None
        self._waited = True
        return Step(model, self._params, wait_s)

    def _after_back_off(self, failure: Failure, model: Model, now: datetime) -> Step | None:
        reset = told_reset(failure, now)
        longest = min(BACK_OFF_CAP_S, BACK_OFF_BASE_S * 2.0**self._back_offs)
        wait_s = (reset - now).total_seconds() if reset is not None else self._random.uniform(longest / 2, longest)
        if wait_s > self._max_wait_s:
            return None
        self._back_offs += 1
        return Step(model, self._params, wait_s)


def _field_of(path: str) -> str | None:
    while path and path not in PARAMETER_FIELDS:
        path = path.rpartition(".")[0]
    return PARAMETER_FIELDS.get(path)


def _can_help(other: Model, failure: Failure, failed: Model) -> bool:
    """Whether another model may succeed where `failed` did not, by the error table."""
    if failure.kind in (ErrorKind.AUTH, ErrorKind.CREDIT):
        return other.provider != failed.provider
    if failure.kind is ErrorKind.CONTEXT:
        return other.context is not None and (failed.context is None or other.context > failed.context)
    if failure.kind in (ErrorKind.RATE_DAY, ErrorKind.RATE_MINUTE) and failure.scope is not None:
        return failure.scope not in scopes_of(other)
    return True
