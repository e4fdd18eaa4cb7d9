"""Ready-made ledger records, each field replaceable."""

from decimal import Decimal
from typing import Any

from fakes import START
from modeldeck.domain.model import Capability
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.profile import Complexity, Profile, Specialization
from modeldeck.domain.run import Attempt, OpenAttempt, RunRecord
from modeldeck.domain.selection import Candidate, Rejection, RejectionGroup, Selection
from modeldeck.domain.task import Mode, Strategy, Tier
from modeldeck.domain.usage import AttemptStatus, RunKind, Usage

DAY = "2026-09-01"
SESSION = "this-session"
MODEL = "cloud/vendor/writer"


def an_opening(**fields: Any) -> OpenAttempt:
    """An attempt about to be sent, of the session `SESSION` on `DAY`."""
    plain: dict[str, Any] = {
        "run": "run-1",
        "number": 1,
        "at": START,
        "day": DAY,
        "session": SESSION,
        "model": MODEL,
        "task": "chat",
        "tier": Tier.FALLBACK,
        "mode": Mode.AUTO,
        "costs_nothing": False,
        "input_tokens": 120,
        "reserved": Decimal("0.02"),
        "baseline": None,
    }
    return OpenAttempt(**plain | fields)


def an_attempt(**fields: Any) -> Attempt:
    """A successful attempt that cost a tenth of a cent, by the provider's word."""
    plain: dict[str, Any] = {
        "model": MODEL,
        "status": AttemptStatus.SUCCEEDED,
        "latency_ms": 800.0,
        "ttft_ms": 150.0,
        "tokens_per_second": 60.0,
        "usage": Usage(100, 40, 10, 5, 8, True),
        "cost": Cost(Decimal("0.001"), CostStatus.REPORTED),
    }
    return Attempt(**plain | fields)


def a_selection(**fields: Any) -> Selection:
    """A selection with one of everything."""
    plain: dict[str, Any] = {
        "model": MODEL,
        "provider": "cloud",
        "mode": Mode.AUTO,
        "task": "chat",
        "tier": Tier.FALLBACK,
        "strategy": Strategy.BALANCED,
        "profile": Profile(
            specialization=Specialization.CODING,
            probabilities={Specialization.CODING: 0.75, Specialization.CHAT: 0.25},
            complexity=Complexity.MODERATE,
            difficulty=0.4,
            confidence=0.8,
            input_tokens=120,
            output_tokens=300,
            needs=frozenset({Capability.TOOLS, Capability.JSON}),
            language="en",
        ),
        "reason": "best balance of [quality] and cost for coding",
        "confidence": 0.72,
        "estimated_cost": Decimal("0.0004200"),
        "fallback_chain": ("home/llama:8b", "cloud/vendor/other"),
        "candidates": (
            Candidate(MODEL, 0.8, {"quality": 0.9, "cost": 0.1}, False, Decimal("0.0004200")),
            Candidate("home/llama:8b", 0.5, {"quality": 0.4}, True, None),
        ),
        "rejected": (
            Rejection("cloud/small", RejectionGroup.CONTEXT, "context 8k < 12k"),
            Rejection("other/any", RejectionGroup.NO_KEY, "no key"),
            Rejection("cloud/tiny", RejectionGroup.CONTEXT, "context 4k < 12k"),
        ),
        "baseline": "cloud/vendor/dear",
        "elapsed_ms": 0.31,
    }
    return Selection(**plain | fields)


def a_run(**fields: Any) -> RunRecord:
    """A run that starts, with its prompt."""
    plain: dict[str, Any] = {
        "run": "run-1",
        "at": START,
        "day": DAY,
        "session": SESSION,
        "kind": RunKind.PROMPT,
        "conversation": None,
        "selection": a_selection(),
        "prompt": "Write a function.",
    }
    return RunRecord(**plain | fields)
