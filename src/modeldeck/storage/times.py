"""Times as text: ISO 8601 in UTC, which sorts as it reads."""

from datetime import UTC, datetime


def to_text(at: datetime) -> str:
    """A timezone-aware time as UTC text, exact to the microsecond."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


def from_text(text: str) -> datetime:
    """The time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def optional_text(at: datetime | None) -> str | None:
    """`to_text`; None stays None."""
    return None if at is None else to_text(at)


def optional_time(text: str | None) -> datetime | None:
    """`from_text`; None stays None."""
    return None if text is None else from_text(text)
