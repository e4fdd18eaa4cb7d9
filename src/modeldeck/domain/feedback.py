"""A person's own words about an answer."""

from datetime import datetime

from modeldeck.domain.errors import UsageError
from modeldeck.domain.record import record

RATING_WORDS = {"good": 1.0, "bad": 0.0}


@record(kw_only=True)
class Rating:
    """How good the answer of a run was, 0..1. `model` is the one that answered, for `task` and `specialization`."""

    run: str
    rating: float
    at: datetime
    model: str
    task: str
    specialization: str


def parse_rating(given: float | str) -> float:
    """A rating from a word or a number. Raises UsageError when it is neither `good`, `bad` nor 0..1."""
    try:
        rating = RATING_WORDS[given] if isinstance(given, str) and given in RATING_WORDS else float(given)
    except ValueError:
        rating = float("nan")
    if not 0.0 <= rating <= 1.0:
        raise UsageError(f"There is no rating {given!r}.", "Allowed: good, bad, or a number from 0 to 1.")
    return rating
