"""What a check of a model is, and what it says."""

from collections.abc import Callable, Iterable

from modeldeck.domain.model import Model
from modeldeck.domain.selection import RejectionGroup

Found = tuple[RejectionGroup, str] | None
"""Why a check refuses a model: the group and a finished sentence; None when it does not."""
Check = Callable[[Model], Found]


def first_found(model: Model, checks: Iterable[Check]) -> Found:
    """What the first check that refuses a model says."""
    for check in checks:
        found = check(model)
        if found is not None:
            return found
    return None
