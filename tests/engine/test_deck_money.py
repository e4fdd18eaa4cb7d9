"""The façade over fakes: money, history and privacy."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from fake_stock import FREE, PAID
from fakes import Hang, MemoryLedger, World
from modeldeck.domain.call import TextChunk
from modeldeck.domain.pricing import CostStatus
from modeldeck.domain.run import TextDelta
from modeldeck.domain.settings import PrivacySettings, Settings
from modeldeck.domain.usage import Totals
from modeldeck.engine.deck import Deck


def test_the_money_line_counts_what_is_settled_and_what_runs(stocked: World, deck: Deck) -> None:
    deck.ask("Hello", model=PAID.id)
    before = deck.money.spend()
    assert before.session == before.today == before.month == Decimal("0.0002")
    assert not before.estimated
    assert before.reserved == 0
    stocked.providers["cloud"].scripts["paid"] = [[TextChunk("a" * 4000), Hang()]]

    async def in_flight() -> None:
        events = deck.run("Hello", model=PAID.id)
        async for event in events:
            if isinstance(event, TextDelta):
                break
        await anext(aiter(events))
        during = deck.money.spend()
        assert during.session > before.session + Decimal("0.002")
        assert during.estimated
        assert during.reserved > 0
        await events.aclose()

    asyncio.run(in_flight())
    after = deck.money.spend()
    assert after.reserved == 0
    assert after.session > before.session + Decimal("0.002")


def test_usage_groups_and_days(stocked: World, deck: Deck) -> None:
    deck.ask("Hello", model=PAID.id)
    deck.ask("Hello", model=FREE.id)
    report = deck.money.usage("month", by="model")
    assert {group.key for group in report.groups} == {PAID.id, FREE.id}
    assert report.totals.free_share == 0.5
    assert deck.money.daily_cost(3) == (Decimal(0), Decimal(0), Decimal("0.0002"))


class DatedLedger(MemoryLedger):
    """Remembers which days it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def daily(self, days: Sequence[str]) -> tuple[Totals, ...]:
        self.asked += days
        return super().daily(days)


def test_days_are_calendar_days_also_over_the_end_of_a_month(stocked: World) -> None:
    stocked.clock.start = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    stocked.ledger = ledger = DatedLedger()
    with Deck(stocked.parts()) as deck:
        assert not any(deck.money.daily_cost(3))
    assert ledger.asked == ["2026-02-27", "2026-02-28", "2026-03-01"]


def test_why_and_the_last_pick_show_the_stored_selection(deck: Deck) -> None:
    assert deck.history.why() is None
    first = deck.ask("Hello", model=PAID.id, task="narrative")
    deck.ask("Hello", model=FREE.id)
    newest, stored, pick = deck.history.why(), deck.history.why(first.run), deck.history.last_pick("narrative")
    assert newest is not None
    assert stored is not None
    assert pick is not None
    assert newest.selection.model == FREE.id
    assert stored.selection.model == pick.selection.model == PAID.id
    assert stored.prompt == "Hello"
    assert deck.history.why("nonsense") is None


def test_without_history_no_prompt_is_stored(stocked: World) -> None:
    stocked.settings = Settings(privacy=PrivacySettings(history=False))
    with Deck(stocked.parts()) as deck:
        deck.ask("A secret", model=PAID.id)
        stored = deck.history.why()
    assert stored is not None
    assert stored.prompt is None


def test_deny_training_reaches_the_provider(stocked: World) -> None:
    stocked.settings = Settings(privacy=PrivacySettings(deny_training=True))
    with Deck(stocked.parts()) as deck:
        deck.ask("Hello", model=PAID.id)
    assert stocked.providers["cloud"].calls[0].deny_training


@pytest.mark.parametrize(
    ("model", "cost", "tokens", "usd", "status"),
    [
        ("paid", Decimal("0.5"), 0, Decimal("0.5"), CostStatus.REPORTED),
        ("paid", 0.1, 0, Decimal("0.1"), CostStatus.REPORTED),
        ("paid", None, 1000, Decimal("0.003"), CostStatus.COMPUTED),
        ("paid", None, 0, None, CostStatus.UNKNOWN),
        ("gratis:free", None, 0, Decimal(0), CostStatus.COMPUTED),
        ("llama:8b", None, 1000, Decimal(0), CostStatus.COMPUTED),
        ("heard of nowhere", None, 1000, None, CostStatus.UNKNOWN),
    ],
)
def test_attempts_of_other_programs_are_priced_where_possible(
    stocked: World,
    deck: Deck,
    model: str,
    cost: Decimal | float | None,
    tokens: int,
    usd: Decimal | None,
    status: CostStatus,
) -> None:
    deck.record(task="narrative", model=model, success=True, cost=cost, input_tokens=tokens, output_tokens=tokens)
    (row,) = stocked.ledger.rows
    assert row.settled is not None
    assert (row.settled.cost.usd, row.settled.cost.status) == (usd, status)
    assert row.opened.task == "therapeutic_narrative"
    assert deck.experience.of(row.settled.model) is not None


def test_a_failure_of_another_program_counts_against_the_model(stocked: World, deck: Deck) -> None:
    deck.record(task="chat", model="paid", success=False, latency_ms=500)
    found = deck.experience.of(PAID.id)
    assert found is not None
    assert found.success_rate == 0.0
