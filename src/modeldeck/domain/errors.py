"""Everything that can go wrong, each with a code, a message and the next step.

Faces print `message` and `hint`; scripts read `code`; `exit_code` follows the command line's contract
(1: the work failed, 2: wrong usage, unknown model or bad configuration).
"""

from datetime import datetime
from enum import StrEnum

from modeldeck.domain.record import record


class DeckError(Exception):
    """A failure that a person can act on.

    Args:
        message: what went wrong and where, in one sentence.
        hint: the next step, or None when there is none.
        code: a stable machine-readable name.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, hint: str | None = None, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code


class UsageError(DeckError):
    """The call itself is wrong: an unknown flag value, an impossible combination."""

    code = "usage"
    exit_code = 2


class UnknownModelError(DeckError):
    """No catalog entry, alias or provider fits the given text; `nearest` holds similar names."""

    code = "unknown_model"
    exit_code = 2

    def __init__(self, text: str, nearest: tuple[str, ...] = ()) -> None:
        hint = f"Did you mean {', '.join(nearest)}?" if nearest else "`modeldeck list` shows every model."
        super().__init__(f"No model is called {text!r}.", hint)
        self.nearest = nearest


@record
class ConfigProblem:
    """One thing that is wrong in a settings file or variable; `message` names the key and what is allowed.

    `line` counts from 1; None where no line can be blamed. `key` of a variable is its name. `hint` is the next step.
    """

    line: int | None
    key: str | None
    message: str
    hint: str | None = None


class ConfigError(DeckError):
    """A settings file or variable is wrong; the message names file, line, key and what is allowed.

    `problems` holds everything that is wrong in a file, the one of the message first.
    """

    code = "config"
    exit_code = 2

    def __init__(self, message: str, hint: str | None = None, problems: tuple[ConfigProblem, ...] = ()) -> None:
        super().__init__(message, hint)
        self.problems = problems


class StorageError(DeckError):
    """A folder or the database cannot be used."""

    code = "storage"


class NothingSelectableError(DeckError):
    """No model passes the request's constraints; `rejections` counts the reasons."""

    code = "nothing_selectable"

    def __init__(self, message: str, hint: str | None = None, *, rejections: dict[str, int] | None = None) -> None:
        super().__init__(message, hint)
        self.rejections = rejections or {}


class BudgetError(DeckError):
    """The call would break a budget, so nothing was sent."""

    code = "over_budget"


class LimitError(DeckError):
    """A rate limit, or a limit of what runs on this machine, is reached, so nothing was sent.

    `resets_at` is when a rate limit of one minute is free again; None: it is not worth waiting for.
    """

    code = "limit_reached"

    def __init__(self, message: str, hint: str | None = None, *, resets_at: datetime | None = None) -> None:
        super().__init__(message, hint)
        self.resets_at = resets_at


NO_CONNECTION = "No connection"
"""How the message of a failure begins when its provider was not reached at all."""


class ErrorKind(StrEnum):
    """Why an attempt failed: the conditions of the error table (provider wire formats, section 9)."""

    AUTH = "auth"  # key missing or wrong
    CREDIT = "credit"  # no credit, quota spent for good
    FORBIDDEN = "forbidden"  # moderation, region, permission
    NOT_FOUND = "not_found"  # model unknown, ended, no endpoint
    CONTEXT = "context"  # input too long
    PARAMETER = "parameter"  # bad parameter or bad request
    RATE_MINUTE = "rate_minute"
    RATE_DAY = "rate_day"
    OVERLOADED = "overloaded"  # 5xx, capacity
    UNREACHABLE = "unreachable"  # no connection
    TIMEOUT = "timeout"  # connect, first token, idle or total
    MALFORMED = "malformed"  # an answer that is not the protocol (HTML, garbage)
    BROKEN_STREAM = "broken_stream"  # ended or failed after it had begun
    EMPTY = "empty"  # a complete answer without any text
    TOLD = "told"  # another program says that its attempt failed, and not why


@record
class Failure:
    """One classified provider failure, as data: stored in the ledger and shown on screen.

    `message` is plain text from the provider with control characters removed and keys masked.
    `retry_after_s` are seconds to wait by the provider's own word; `resets_at` is the same as an absolute time.
    `parameter` names the request field a PARAMETER failure is about.
    `scope` is the quota that a rate limit exhausted, e.g. `openrouter:free`; None means the model alone.
    `retryable` False: the provider says that the same request will not succeed there later either.
    """

    kind: ErrorKind
    message: str
    status: int | None = None
    retry_after_s: float | None = None
    resets_at: datetime | None = None
    parameter: str | None = None
    scope: str | None = None
    retryable: bool = True


class ProviderError(DeckError):
    """A provider call failed; `failure` says why."""

    code = "provider"

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message, code=failure.kind.value)
        self.failure = failure
