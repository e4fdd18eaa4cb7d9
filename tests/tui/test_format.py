import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldeck.domain.pricing import Cost, CostStatus
from modeldeck.tui import format as words

FORBIDDEN = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF}


@given(st.text())
def test_a_line_from_outside_holds_no_control_character_and_no_line_break(text: str) -> None:
    line = words.clean(text)
    assert not FORBIDDEN & {ord(char) for char in line}
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in line)


@given(st.text())
def test_a_block_from_outside_holds_no_control_character_but_newlines(text: str) -> None:
    block = words.clean_block(text)
    assert not (FORBIDDEN - {0x0A}) & {ord(char) for char in block}
    block.encode()


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert words.clean(words.clean(text)) == words.clean(text)


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N", "P", "S"))))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert words.clean(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x1b[31mred", "a[31mred"),
        ("user\u202eexe.txt", "userexe.txt"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\ud800 lone", "\ufffd lone"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("❤\ufe0f", "❤"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
    ],
    ids=["escape", "override", "whitespace", "surrogate", "emoji family", "letters keep a joiner", "selector", "marks"],
)
def test_what_repaints_or_confuses_a_terminal_goes(text: str, cleaned: str) -> None:
    assert words.clean(text) == cleaned


@pytest.mark.parametrize("text", ["[/x]", "[bold]x[/]", "[@click=app.quit]x[/]", "\\[", "$primary"])
def test_outside_text_is_never_markup(text: str) -> None:
    assert words.plain(text).plain == text
    assert words.plain_block(text).plain == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "—"),
        ("0", "$0"),
        ("3.1", "$3.10"),
        ("0.4512", "$0.4512"),
        ("0.0123", "$0.0123"),
        ("0.99999", "$1.00"),
        ("0.0000042", "$0.0000042"),
        ("0.000009", "$0.000009"),
        ("0.0000000000004", "$0.000000001"),
        ("12345.678", "$12345.68"),
    ],
)
def test_money_shows_cheap_calls(usd: str | None, text: str) -> None:
    assert words.money(None if usd is None else Decimal(usd)) == text


@given(st.decimals(min_value="0.0000000001", max_value="100000", allow_nan=False))
def test_a_cost_never_reads_as_nothing(usd: Decimal) -> None:
    assert Decimal(words.money(usd)[1:]) > 0


def test_a_cost_carries_its_status() -> None:
    assert words.cost(Cost(Decimal("0.5"), CostStatus.REPORTED)) == "$0.5000"
    assert words.cost(Cost(Decimal("0.5"), CostStatus.ESTIMATED)) == "≈$0.5000"
    assert words.cost(Cost(None, CostStatus.UNKNOWN)) == "—"


@pytest.mark.parametrize(
    ("per_million", "text"),
    [
        ("0", "0"),
        ("0.25", "0.25"),
        ("1", "1.00"),
        ("0.0375", "0.0375"),
        ("0.1", "0.10"),
        ("150", "150"),
        ("1e-9", "<.0001"),
    ],
)
def test_prices_are_per_million_tokens(per_million: str, text: str) -> None:
    assert words.price(Decimal(per_million) / 10**6) == text


@given(st.decimals(min_value="0", max_value="99999", places=9))
def test_a_price_fits_its_column(per_million: Decimal) -> None:
    text = words.price(per_million / 10**6)
    assert len(text) <= 6
    assert not text.endswith(".")


def test_counts_and_shares() -> None:
    assert [words.tokens(count) for count in (None, 0, 312, 1_234, 9_960, 45_000, 999_999, 1_234_567)] == [
        "—", "0", "312", "1.2k", "10k", "45k", "1.0M", "1.2M",
    ]  # fmt: skip
    assert [words.context(count) for count in (None, 500, 8_192, 131_072, 999_999, 1_000_000, 1_048_576)] == [
        "—", "500", "8k", "131k", "1M", "1M", "1.05M",
    ]  # fmt: skip
    assert [words.score(value) for value in (None, 0.0, 0.814, 0.996, 1.0)] == ["—", ".00", ".81", "1.0", "1.0"]
    assert [words.share(value) for value in (None, 0.0, 0.836)] == ["—", "0 %", "84 %"]
    assert [words.size(count) for count in (None, 640_000_000, 5_100_000_000)] == ["—", "640 MB", "5.1 GB"]
    assert [words.rate(value) for value in (None, 4.21, 61.4)] == ["—", "4.2", "61"]


def test_a_meter_shows_any_use_and_never_overflows() -> None:
    assert words.meter(0.0, 8) == "▱" * 8
    assert words.meter(0.001, 8) == "▰" + "▱" * 7
    assert words.meter(7.0, 8) == "▰" * 8
    assert words.meter(None, 3) == "▱▱▱"


def test_a_limit_of_zero_is_used_up() -> None:
    assert words.budget_used(Decimal(0), None) is None
    assert words.budget_used(Decimal(0), Decimal(0)) == 1.0
    assert words.budget_used(Decimal(1), Decimal(4)) == 0.25


def test_times() -> None:
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert [words.seconds(value) for value in (None, 0.83, 9.96, 43, 130)] == ["—", "0.8 s", "9 s", "43 s", "2 min"]
    assert words.milliseconds(830) == "0.8 s"
    assert words.age(None, now) == "never"
    assert words.age(now - timedelta(seconds=10), now) == "just now"
    assert words.age(now - timedelta(hours=3), now) == "3 h old"
    assert words.until(now + timedelta(hours=14, minutes=12), now) == "in 14 h 12 m"
    assert words.until(now - timedelta(seconds=1), now) == "now"
    assert words.span(timedelta(days=9)) == "9 d"


def test_a_long_id_in_a_narrow_place() -> None:
    assert words.short_id("openrouter/deepseek/deepseek-r1:free") == ("deepseek-r1:free", "openrouter")
    assert words.short_id("odd") == ("odd", "odd")
