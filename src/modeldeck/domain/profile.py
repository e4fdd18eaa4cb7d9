"""What a prompt needs: the engine's reading of it, before any model is looked at."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from modeldeck.domain.model import Capability
from modeldeck.domain.record import record


class Specialization(StrEnum):
    """The kind of work in a prompt."""

    CODING = "coding"
    MATH = "math"
    REASONING = "reasoning"
    CREATIVE = "creative"
    ROLEPLAY = "roleplay"
    QA = "qa"
    SUMMARIZATION = "summarization"
    EXTRACTION = "extraction"
    CLASSIFICATION = "classification"
    TRANSLATION = "translation"
    REWRITING = "rewriting"
    BRAINSTORMING = "brainstorming"
    CHAT = "chat"


class Complexity(StrEnum):
    """How hard a prompt is, from the easiest to the hardest."""

    TRIVIAL = "trivial"
    SIMPLE = "simple"
    MODERATE = "moderate"
    COMPLEX = "complex"
    EXPERT = "expert"


@record
class Profile:
    """One prompt's profile.

    `probabilities` sum to 1 over specializations; `difficulty` and `confidence` are 0..1; tokens are estimates for
    the whole conversation and for the answer; `language` is an ISO 639-1 code or None.
    """

    specialization: Specialization
    probabilities: Mapping[Specialization, float]
    complexity: Complexity
    difficulty: float
    confidence: float
    input_tokens: int
    output_tokens: int
    needs: frozenset[Capability] = field(default_factory=frozenset)
    language: str | None = None
