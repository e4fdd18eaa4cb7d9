"""Work in several steps, each a run of its own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias, Unpack, cast

from modeldeck.domain.errors import UsageError
from modeldeck.domain.request import RequestFields
from modeldeck.domain.run import Answer, RunFailedError, StepFailedError
from modeldeck.engine.parts import Prompt


class StepFields(RequestFields):
    """The fields of `ask`, with the prompt among them."""

    prompt: Prompt


PlainStep: TypeAlias = "Prompt | StepFields"
Step: TypeAlias = "PlainStep | Callable[[tuple[Answer, ...]], PlainStep]"
"""A prompt, a request, fields, or a function of the answers so far that returns one of these."""


class Ask(Protocol):
    """`Deck.ask`."""

    def __call__(
        self, prompt: Prompt, *, timeout_s: float | None = None, **fields: Unpack[RequestFields]
    ) -> Answer: ...


def run_steps(ask: Ask, steps: Iterable[Step], timeout_s: float | None, common: RequestFields) -> list[Answer]:
    """Ask step by step; `common` fields hold where a step says nothing else.

    Raises:
        StepFailedError: a step failed; the steps after it were not begun.
        UsageError: a step holds no prompt.
    """
    answers: list[Answer] = []
    for number, step in enumerate(steps, 1):
        plain = step(tuple(answers)) if callable(step) else step
        prompt, fields = _split(plain, number, common)
        try:
            answers.append(ask(prompt, timeout_s=timeout_s, **fields))
        except RunFailedError as error:
            message = f"Step {number}: {error.message}"
            raise StepFailedError(message, error.hint, error.answer, tuple(answers)) from error
    return answers


def _split(step: PlainStep, number: int, common: RequestFields) -> tuple[Prompt, RequestFields]:
    if not isinstance(step, Mapping):
        return step, common
    if "prompt" not in step:
        raise UsageError(f"Step {number} has no prompt.", "A step of fields names it `prompt`.")
    own = {name: value for name, value in step.items() if name != "prompt"}
    return step["prompt"], cast(RequestFields, {**common, **own})
