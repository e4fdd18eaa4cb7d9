"""Counting while an answer streams."""

from decimal import Decimal

import pytest

from modeldeck.domain.call import UsageChunk
from modeldeck.domain.usage import Usage
from modeldeck.engine.running.live import Meter, TokenCounter


@pytest.mark.parametrize(
    ("pieces", "tokens"),
    [
        (["abcd" * 10], 10),
        (["ab", " cd"] * 10, 20),
        (list("1, 2, 3."), 8),
        (list("abcd" * 100), 100),
        (["привет"], 2),
        (["日本語の文章です"], 5),
        (list("日本語の文章です" * 20), 160),
        ([], 0),
    ],
    ids=["latin", "a piece per token", "short tokens", "single letters", "cyrillic", "japanese", "signs", "nothing"],
)
def test_tokens_follow_the_pieces_and_the_script(pieces: list[str], tokens: int) -> None:
    counter = TokenCounter()
    for piece in pieces:
        counter.add(piece)
    assert counter.tokens == tokens


def test_before_the_provider_counts_everything_is_an_estimate() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_thinking("t" * 40, 1.0)
    meter.on_answer("a" * 80, 2.0)
    assert meter.usage == Usage(100, 31, reasoning_tokens=10, reported=False)


def test_the_providers_count_replaces_the_estimate() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_answer("a" * 80, 2.0)
    meter.on_usage(UsageChunk(Usage(90, 25, reasoning_tokens=3), Decimal("0.01")))
    assert meter.usage == Usage(90, 25, reasoning_tokens=3, reported=True)
    assert meter.charged_usd == Decimal("0.01")


def test_text_after_an_early_count_is_added_to_it() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_usage(UsageChunk(Usage(90, 1)))
    meter.on_answer("a" * 80, 2.0)
    assert meter.usage == Usage(90, 21, reported=False)


def test_counts_of_nothing_are_no_counts_of_the_text_that_came() -> None:
    estimate = Meter(100, sent_at=0.0)
    before, after = Meter(100, sent_at=0.0), Meter(100, sent_at=0.0)
    before.on_usage(UsageChunk(Usage()))
    for meter in (estimate, before, after):
        meter.on_answer("a" * 80, 2.0)
    after.on_usage(UsageChunk(Usage()))
    assert before.usage == after.usage == estimate.usage
    assert not after.usage.reported


def test_a_count_of_the_input_alone_leaves_the_output_an_estimate() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_answer("a" * 80, 2.0)
    meter.on_usage(UsageChunk(Usage(90, 0)))
    assert meter.usage == Usage(90, 20, reported=False)


def test_a_count_stays_when_nothing_follows_it() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_answer("a" * 80, 2.0)
    meter.on_usage(UsageChunk(Usage(90, 25)))
    meter.on_usage(UsageChunk(Usage()))
    assert meter.usage == Usage(90, 25, reported=True)


def test_an_answer_of_nothing_may_count_nothing() -> None:
    meter = Meter(100, sent_at=0.0)
    meter.on_usage(UsageChunk(Usage()))
    assert meter.usage == Usage(reported=True)


def test_rate_spans_first_to_last_text_and_includes_thinking() -> None:
    meter = Meter(0, sent_at=10.0)
    meter.on_thinking("t" * 40, 12.0)
    meter.on_answer("a" * 40, 14.0)
    assert meter.ttft_ms == 2000
    assert meter.tokens_per_second == pytest.approx(10.5)


def test_thinking_that_was_never_shown_does_not_make_the_text_faster() -> None:
    meter = Meter(0, sent_at=0.0)
    meter.on_answer("a" * 40, 5.0)
    meter.on_answer("a" * 40, 6.0)
    meter.on_usage(UsageChunk(Usage(10, 1020, reasoning_tokens=1000)))
    assert meter.tokens_per_second == pytest.approx(20.0)


def test_the_providers_own_measurement_is_preferred() -> None:
    meter = Meter(0, sent_at=0.0)
    meter.on_answer("a" * 40, 5.0)
    meter.on_answer("a" * 40, 6.0)
    meter.on_usage(UsageChunk(Usage(10, 20), tokens_per_second=33.3))
    assert meter.tokens_per_second == 33.3


def test_one_piece_of_text_has_no_rate() -> None:
    meter = Meter(0, sent_at=0.0)
    assert meter.tokens_per_second is None
    assert meter.ttft_ms is None
    meter.on_answer("all at once", 5.0)
    assert meter.tokens_per_second is None
    assert meter.ttft_ms == 5000
