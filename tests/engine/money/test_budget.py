"""Budgets stop before sending, and say why with numbers."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeClock, MemoryLedger, free_model, local_model, make_model
from modeldeck.domain.errors import BudgetError
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.run import Attempt, OpenAttempt
from modeldeck.domain.settings import BudgetSettings
from modeldeck.domain.task import Mode, Tier
from modeldeck.domain.usage import AttemptStatus
from modeldeck.engine.money.budget import LEAST_OUTPUT_TOKENS, Budget

PAID = make_model("cloud/paid", price=("1", "10"), context=None)  # USD per million tokens
UNPRICED = make_model("cloud/riddle", price=None)


def opened(reserved: str | None, day: str = "2026-09-01", session: str = "session-1") -> OpenAttempt:
    return OpenAttempt(
        run="r",
        number=1,
        at=datetime(2026, 9, 1, tzinfo=UTC),
        day=day,
        session=session,
        model="cloud/paid",
        task="default",
        tier=Tier.FALLBACK,
        mode=Mode.AUTO,
        costs_nothing=False,
        input_tokens=0,
        reserved=None if reserved is None else Decimal(reserved),
        baseline=None,
    )


def spent(usd: str) -> Attempt:
    return Attempt(model="cloud/paid", status=AttemptStatus.SUCCEEDED, cost=Cost(Decimal(usd), CostStatus.COMPUTED))


def budget(
    ledger: MemoryLedger | None = None,
    *,
    session_usd: str | None = None,
    day_usd: str | None = None,
    month_usd: str | None = None,
) -> Budget:
    session, day, month = (None if usd is None else Decimal(usd) for usd in (session_usd, day_usd, month_usd))
    settings = BudgetSettings(session_usd=session, day_usd=day, month_usd=month)
    return Budget(ledger or MemoryLedger(), FakeClock(), settings)


def test_without_limits_everything_is_admitted_and_reserved_at_its_ceiling() -> None:
    admission = budget().admit(PAID, 1000, 100)
    assert admission.max_tokens is None
    assert admission.reserved == Decimal("0.00225")  # 1,250 in with the margin, 100 out
    assert budget().admit(UNPRICED, 1000).reserved is None


def test_a_call_that_fits_is_not_cut() -> None:
    assert budget(day_usd="1").admit(PAID, 1000, 1000).max_tokens is None


def test_the_rest_of_a_limit_sets_the_longest_answer() -> None:
    admission = budget(day_usd="0.02").admit(PAID, 0)
    assert admission.max_tokens == 2000
    assert admission.reserved == Decimal("0.02")


def test_below_256_tokens_the_call_is_refused_with_numbers_and_a_next_step() -> None:
    with pytest.raises(BudgetError) as caught:
        budget(day_usd="0.0025").admit(PAID, 0)
    assert caught.value.message == (
        "cloud/paid may cost $0.0026 for 0 tokens in and 256 out,"
        " but only $0.0025 of the day budget of $0.0025 is left."
    )
    assert caught.value.hint is not None
    assert "day_usd" in caught.value.hint


def test_a_short_answer_that_was_asked_for_may_use_the_last_cents() -> None:
    assert budget(day_usd="0.0025").admit(PAID, 0, 100).reserved == Decimal("0.001")


def test_what_runs_in_flight_have_reserved_is_taken() -> None:
    ledger = MemoryLedger()
    ledger.open_attempt(opened("0.9"))
    with pytest.raises(BudgetError):
        budget(ledger, day_usd="0.9").admit(PAID, 0)


def test_the_tightest_limit_counts() -> None:
    ledger = MemoryLedger()
    ledger.settle_attempt(ledger.open_attempt(opened(None, session="yesterday")), spent("0.5"), None)
    tight = budget(ledger, session_usd="1", day_usd="0.7", month_usd="10")
    assert tight.remaining() == Decimal("0.2")
    with pytest.raises(BudgetError, match="day budget"):
        tight.admit(PAID, 1_000_000)


def test_what_costs_nothing_is_admitted_even_over_budget() -> None:
    ledger = MemoryLedger()
    ledger.settle_attempt(ledger.open_attempt(opened(None)), spent("5"), None)
    over = budget(ledger, day_usd="1")
    assert over.admit(free_model(), 1000).reserved == 0
    assert over.admit(local_model(), 1000).reserved == 0


@pytest.mark.parametrize("answer", ["deny", "ask"])
def test_unknown_price_is_refused_under_a_limit(answer: str) -> None:
    settings = BudgetSettings(day_usd=Decimal(1), unknown_price="ask" if answer == "ask" else "deny")
    with pytest.raises(BudgetError, match="price of cloud/riddle is unknown") as caught:
        Budget(MemoryLedger(), FakeClock(), settings).admit(UNPRICED, 10)
    assert caught.value.hint is not None
    assert 'unknown_price = "allow"' in caught.value.hint


def test_unknown_price_is_sent_when_the_settings_allow_it() -> None:
    settings = BudgetSettings(day_usd=Decimal(1), unknown_price="allow")
    assert Budget(MemoryLedger(), FakeClock(), settings).admit(UNPRICED, 10).reserved is None


def test_report_adds_up() -> None:
    ledger = MemoryLedger()
    ledger.settle_attempt(ledger.open_attempt(opened(None)), spent("0.3"), None)
    ledger.open_attempt(opened("0.2"))
    report = budget(ledger, day_usd="1", month_usd="0.4").report()
    assert report.limits == {"day": Decimal(1), "month": Decimal("0.4")}
    assert report.spent["day"] == Decimal("0.3")
    assert report.reserved == Decimal("0.2")
    assert report.remaining == {"day": Decimal("0.5"), "month": Decimal(0)}
    assert Budget(ledger, FakeClock(), BudgetSettings(soft_percent=70)).report().soft_percent == 70


def test_warning_comes_with_the_soft_percentage() -> None:
    ledger = MemoryLedger()
    soft = budget(ledger, day_usd="1", month_usd="100")
    ledger.settle_attempt(ledger.open_attempt(opened(None)), spent("0.79"), None)
    assert soft.warning() is None
    ledger.settle_attempt(ledger.open_attempt(opened(None)), spent("0.03"), None)
    assert soft.warning() == "82% of the day budget is spent: $0.82 of $1.00."


@given(
    limit=st.decimals(min_value="0.0001", max_value=10, places=4),
    used=st.decimals(min_value=0, max_value=10, places=4),
    sent=st.integers(0, 100_000),
    asked=st.none() | st.integers(1, 100_000),
)
def test_no_admitted_call_can_break_the_limit(limit: Decimal, used: Decimal, sent: int, asked: int | None) -> None:
    ledger = MemoryLedger()
    ledger.settle_attempt(ledger.open_attempt(opened(None)), spent(str(used)), None)
    guarded = budget(ledger, day_usd=str(limit))
    try:
        admission = guarded.admit(PAID, sent, asked)
    except BudgetError:
        return
    assert admission.reserved is not None
    assert used + admission.reserved <= limit
    assert admission.max_tokens is None or admission.max_tokens >= LEAST_OUTPUT_TOKENS
