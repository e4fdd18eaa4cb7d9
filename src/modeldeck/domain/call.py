"""What one provider is asked, and what it streams back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from modeldeck.domain.record import record
from modeldeck.domain.request import Message, Params
from modeldeck.domain.usage import Usage


@record(kw_only=True)
class Call:
    """One request to one model at one provider, ready to be put on the wire."""

    native_id: str
    messages: tuple[Message, ...]
    params: Params = Params()
    tools: tuple[Mapping[str, Any], ...] = ()
    context: int | None = None
    """Tokens that the call needs in all; local runtimes size their window by it."""
    max_output: int | None = None
    """The most tokens that can come back, by the model's limits; sent where a protocol demands a number."""
    deny_training: bool = False


@record
class TextChunk:
    """Answer text that just arrived."""

    text: str


@record
class ReasoningChunk:
    """Thinking text that just arrived."""

    text: str


@record
class UsageChunk:
    """The provider's own count; later ones replace earlier ones. `cost_usd` only where the provider charges by it."""

    usage: Usage
    cost_usd: Decimal | None = None
    tokens_per_second: float | None = None


@record
class AliveChunk:
    """A keep-alive: nothing to show, but the idle timer starts again."""


@record
class StopChunk:
    """The answer is complete; `reason` is the provider's finish reason, e.g. `stop`, `length`, `content_filter`."""

    reason: str


Chunk = TextChunk | ReasoningChunk | UsageChunk | AliveChunk | StopChunk
