"""Who says how hard a prompt is: the built-in analysis, or a function of the script that opened the deck."""

import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Complexity, Profile
from modeldeck.domain.request import Request
from modeldeck.engine.profiling.analysis import analyze
from modeldeck.engine.wording import error_words

Estimate: TypeAlias = Complexity | Profile
"""A complexity (or its plain word) leaves the rest to the built-in analysis; a profile replaces all of it."""
Estimator: TypeAlias = Callable[[Request], Estimate] | Callable[[Request, Mapping[str, Any]], Estimate]
"""What `Deck.open(complexity_estimator=...)` takes: `f(request)`, or `f(request, inputs)`.

The request has `.text`, `.task`, `.description`, `.inputs` and `.messages`.
"""

_log = logging.getLogger(__name__)


class Profiler:
    """Profiles requests.

    Args:
        own: a script's function; None: the built-in analysis alone.

    Raises:
        UsageError: it is no function of one or two arguments.
    """

    def __init__(self, own: Estimator | None = None) -> None:
        self._ask = None if own is None else _with_request(own)
        self._warned = False

    def profile(self, request: Request) -> tuple[Profile, str | None]:
        """The profile, and a note for the selection's reason when the script's function could not be used.

        It is not asked about a request that states its complexity.
        """
        if self._ask is None or request.complexity is not None:
            return analyze(request), None
        try:
            return _profile(self._ask(request), request), None
        except Exception as error:  # noqa: BLE001 - a script's function may raise anything
            note = f"your complexity estimator failed ({error_words(error)}), so the built-in analysis was used"
            _log.log(logging.DEBUG if self._warned else logging.WARNING, "%s", note)
            self._warned = True
            return analyze(request), note


def _with_request(own: Estimator) -> Callable[[Request], Any]:
    """The function as one that takes the request alone."""
    function: Any = own
    if callable(function):
        try:
            takes = inspect.signature(function)
        except ValueError:  # some built-in functions do not tell
            return lambda request: function(request)
        if _fits(takes, 1):
            return lambda request: function(request)
        if _fits(takes, 2):
            return lambda request: function(request, request.inputs)
    raise UsageError(f"The complexity estimator {own!r} cannot be asked.", "It is a function of (request), or of two.")


def _fits(takes: inspect.Signature, arguments: int) -> bool:
    try:
        takes.bind(*range(arguments))
    except TypeError:
        return False
    return True


def _profile(said: Any, request: Request) -> Profile:
    """What a script's function returned, as a profile. Raises ValueError when that is neither."""
    if isinstance(said, Profile):
        if not 0 <= said.difficulty <= 1 or said.input_tokens < 0 or said.output_tokens < 0:
            raise ValueError("a profile with impossible numbers")
        return said
    if inspect.iscoroutine(said):
        said.close()
        raise ValueError("a coroutine; the function must be a plain one")
    if not isinstance(said, str):
        raise ValueError(f"it returned {said!r}, neither a Complexity nor a Profile")
    return analyze(replace(request, complexity=Complexity(said)))
