"""Finished exchanges, as they are kept so that a conversation can go on later."""

from datetime import datetime

from modeldeck.domain.record import record


@record(kw_only=True)
class Turn:
    """One prompt with its answer (a partial one counts); `system` is the system message that was sent with it."""

    conversation: str
    run: str
    at: datetime
    model: str
    system: str | None
    prompt: str
    answer: str
