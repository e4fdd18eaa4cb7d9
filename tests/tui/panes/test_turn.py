"""One prompt with its answer, fed with events."""

from decimal import Decimal

import pytest

from fake_answers import FREE, MINI, SELECTION, make_answer
from fakes import failure
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.domain.run import (
    Attempt,
    AttemptFailed,
    AttemptStarted,
    Finished,
    ReasoningDelta,
    Selected,
    TextDelta,
    UsageUpdated,
)
from modeldeck.domain.usage import AttemptStatus, Usage
from modeldeck.tui.panes.turn import Turn
from modeldeck.tui.widgets.blocks import TextPart


def words(turn: Turn) -> str:
    return "\n".join(part.content.plain for part in turn.parts if isinstance(part, TextPart) and part.content)


def running() -> Turn:
    turn = Turn("Merge two lists", 0.0)
    turn.handle(Selected("run-1", SELECTION), 0.0)
    turn.handle(AttemptStarted("run-1", 1, FREE), 0.0)
    return turn


def test_seconds_count_while_nothing_arrives() -> None:
    turn = Turn("Merge", 10.0)
    turn.tick(11.0)
    assert "choosing a model… 1 s" in words(turn)
    turn.handle(Selected("run-1", SELECTION), 11.0)
    turn.tick(13.0)
    assert "waiting for deepseek-r1:free… 3 s" in words(turn)


def test_counts_are_estimates_until_the_provider_has_counted() -> None:
    turn = running()
    turn.handle(TextDelta("run-1", "def merge"), 1.0)
    estimate = Cost(Decimal("0.0012"), CostStatus.ESTIMATED)
    turn.handle(UsageUpdated("run-1", Usage(420, 300), estimate, False, 800.0, 61.0), 1.0)
    assert "≈300 tok · ≈$0.0012 · 0.8 s to first · 61 tok/s" in words(turn)
    turn.handle(Finished("run-1", make_answer()), 2.0)
    assert "420 in · 312 out · $0.0012 · 0.8 s to first · 61 tok/s" in words(turn)
    assert turn.done
    assert not turn.failed


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("length", "cut off"),
        ("content_filter", "content filter"),
        ("odd[/b]", "ended: odd[/b]"),
        (None, None),
        ("stop", None),
    ],
)
def test_an_answer_that_did_not_simply_end_says_why(reason: str | None, said: str | None) -> None:
    turn = running()
    turn.handle(Finished("run-1", make_answer(finish_reason=reason)), 1.0)
    shown = words(turn).rsplit("tok/s", 1)[1]
    assert shown == "" if said is None else said in shown


def test_a_fallback_names_who_failed_and_who_comes_next() -> None:
    turn = running()
    turn.handle(AttemptFailed("run-1", FREE, failure(ErrorKind.RATE_MINUTE, status=429), MINI), 1.0)
    turn.handle(AttemptStarted("run-1", 2, MINI), 1.0)
    assert "✗ deepseek-r1:free · cloud: its limit per minute is reached (429), next gpt-5-mini" in words(turn)
    assert turn.ahead == ["home/llama3.1:8b"]
    attempts = (
        Attempt(model=FREE, status=AttemptStatus.FAILED),
        Attempt(model=MINI, status=AttemptStatus.SUCCEEDED),
    )
    turn.handle(Finished("run-1", make_answer(model=MINI, attempts=attempts)), 2.0)
    assert "gpt-5-mini · cloud" in words(turn)
    assert "2 attempts" in words(turn)


def test_a_failed_answer_keeps_its_part_and_offers_the_next_model() -> None:
    turn = running()
    turn.handle(TextDelta("run-1", "Half an"), 1.0)
    broken = failure(ErrorKind.BROKEN_STREAM, "connection reset [/x]\x1b[31m")
    turn.handle(Finished("run-1", make_answer(status=AttemptStatus.FAILED, text="Half an", failure=broken)), 2.0)
    shown = words(turn)
    assert turn.failed
    assert turn.text == "Half an"
    assert "the answer broke off" in shown
    assert "connection reset [/x][31m" in shown
    assert "the part that arrived is kept" in shown
    assert "r tries gpt-5-mini" in shown


def test_when_nothing_is_left_the_engine_is_asked_for_another() -> None:
    turn = running()
    for number, model in enumerate(SELECTION.fallback_chain, 2):
        turn.handle(AttemptStarted("run-1", number, model), 1.0)
    turn.handle(Finished("run-1", make_answer(status=AttemptStatus.FAILED, failure=failure(ErrorKind.CREDIT))), 2.0)
    assert "r tries another model" in words(turn)


def test_stopping_keeps_what_arrived_and_its_estimate() -> None:
    turn = running()
    turn.handle(TextDelta("run-1", "Half"), 1.0)
    turn.handle(UsageUpdated("run-1", Usage(10, 5), Cost(Decimal("0.1"), CostStatus.ESTIMATED), False), 1.0)
    turn.stop(2.0)
    assert words(turn).endswith("stopped · ≈5 tok · ≈$0.1000")
    assert turn.text == "Half"


def test_a_refusal_is_told_with_its_hint() -> None:
    turn = Turn("Merge", 0.0)
    turn.refuse("The day budget is reached.", "It starts again at midnight.", 0.5)
    assert "✗ The day budget is reached.\nIt starts again at midnight.\nr tries again" in words(turn)
    assert turn.failed


def test_events_of_another_run_are_ignored() -> None:
    turn = running()
    turn.handle(TextDelta("run-0", "late"), 1.0)
    assert turn.text == ""


def test_outside_text_loses_its_control_characters() -> None:
    turn = Turn("hi\x1b]0;title\x07", 0.0)
    turn.handle(Selected("run-1", SELECTION), 0.0)
    turn.handle(ReasoningDelta("run-1", "\x1b[2J"), 0.0)
    turn.handle(TextDelta("run-1", "a\x1b[31mb\x00\u202ec"), 0.0)
    assert turn.text == "a[31mbc"
    assert "\x1b" not in words(turn)


def test_a_long_prompt_is_shortened() -> None:
    turn = Turn("\n".join(str(number) for number in range(5000)), 0.0)
    assert len(words(turn)) < 200
    assert "more characters" in words(turn)


def test_a_second_try_does_not_repeat_the_prompt() -> None:
    assert "you again, with gpt-5-mini · cloud" in words(Turn("Merge two lists", 0.0, retry_with=MINI))
