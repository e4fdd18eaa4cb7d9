"""The end of a run as one value, or as an error that says what to do."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from modeldeck.domain.errors import ErrorKind, Failure
from modeldeck.domain.model import provider_of
from modeldeck.domain.run import Answer, Event, Finished, RunFailedError
from modeldeck.ports import ProviderInfo

_HINTS = {
    ErrorKind.CREDIT: "Add credit at the provider, or use a model that costs nothing.",
    ErrorKind.FORBIDDEN: "The provider refuses this prompt or this account; try a model of another provider.",
    ErrorKind.NOT_FOUND: "`modeldeck list --refresh` shows what is offered now.",
    ErrorKind.CONTEXT: "Shorten the prompt, or use a model with more context.",
    ErrorKind.PARAMETER: "Leave out the option that the message names.",
    ErrorKind.RATE_MINUTE: "Wait a minute, or use another model.",
    ErrorKind.RATE_DAY: "Use a model outside this quota until it is reset.",
    ErrorKind.OVERLOADED: "Try again later, or use another model.",
    ErrorKind.UNREACHABLE: "Check the network, or that the server runs at its address.",
    ErrorKind.TIMEOUT: "Try again, use another model, or raise the provider's timeouts in config.toml.",
    ErrorKind.MALFORMED: "Check the provider's base URL; something else answers there.",
    ErrorKind.BROKEN_STREAM: "Send it again; what arrived is kept and charged.",
    ErrorKind.EMPTY: "Try again, or use another model.",
}


async def final_answer(events: AsyncGenerator[Event, None]) -> Answer:
    """The answer at the end of a run's events."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Finished):
                return event.answer
    raise RuntimeError("a run ended without Finished")


def require_success(answer: Answer, providers: Iterable[ProviderInfo]) -> Answer:
    """The answer itself when it is complete. Raises RunFailedError otherwise."""
    failure = answer.failure
    if failure is None:
        return answer
    tried = len({attempt.model for attempt in answer.attempts})
    if answer.text:
        message = f"The answer of {answer.model} broke off: {failure.message}"
    elif tried > 1:
        message = f"All {tried} models failed; the last was {answer.model}: {failure.message}"
    else:
        message = f"{answer.model} failed: {failure.message}"
    raise RunFailedError(message, hint_for(failure, answer.model, providers), answer)


def hint_for(failure: Failure, model: str, providers: Iterable[ProviderInfo]) -> str | None:
    """The next step after a failed attempt."""
    if failure.kind is not ErrorKind.AUTH:
        return _HINTS.get(failure.kind)
    names = next((info.key_names for info in providers if info.name == provider_of(model)), ())
    return f"Set a working key in {' or '.join(names)}." if names else "Check the key of this provider."
