"""A selection and answers, ready-made for what shows them."""

from decimal import Decimal
from typing import Any

from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.run import Answer
from modeldeck.domain.selection import Candidate, Selection
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus, Usage

FREE = "cloud/vendor/deepseek-r1:free"
MINI = "cloud/vendor/gpt-5-mini"

SELECTION = Selection(
    model=FREE,
    provider="cloud",
    mode=Mode.AUTO,
    task="coding",
    tier=Tier.PREMIUM,
    strategy=Strategy.BALANCED,
    profile=Profile(Specialization.CODING, {Specialization.CODING: 0.94}, Complexity.COMPLEX, 0.71, 0.9, 420, 600),
    reason="free and good enough",
    confidence=0.78,
    estimated_cost=Decimal(0),
    fallback_chain=(MINI, "home/llama3.1:8b"),
    candidates=(
        Candidate(FREE, 0.84, {"quality": 0.81, "cost": 1.0}, True, Decimal(0)),
        Candidate(MINI, 0.81, {"quality": 0.83, "cost": 0.62}, False, Decimal("0.0034")),
    ),
)


def make_answer(**fields: Any) -> Answer:
    """A finished answer of the free model; fields are laid over it."""
    usual: dict[str, Any] = {
        "run": "run-1",
        "status": AttemptStatus.SUCCEEDED,
        "text": "def merge(): ...",
        "model": FREE,
        "attempts": (),
        "usage": Usage(420, 312, reported=True),
        "cost": Cost(Decimal("0.0012"), CostStatus.REPORTED),
        "selection": SELECTION,
        "ttft_ms": 800.0,
        "tokens_per_second": 61.0,
        "finish_reason": "stop",
    }
    return Answer(**(usual | fields))
