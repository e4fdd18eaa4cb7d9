import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_json import any_json
from modeldeck.providers.wire import values


@given(any_json() | st.decimals())
def test_no_reader_ever_raises(value: Any) -> None:
    for reader in (
        values.as_str,
        values.as_name,
        values.as_text,
        values.as_id,
        values.as_decimal,
        values.as_price,
        values.as_float,
    ):
        reader(value)
    for other in (
        values.as_int,
        values.as_count,
        values.as_size,
        values.as_dict,
        values.as_list,
        values.as_words,
        values.as_moment,
    ):
        other(value)
    values.as_date(value)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"a\ud83db"', "a\ufffdb"),
        (rb'"\udc00\uD83D"', "\ufffd\ufffd"),
        (rb'"\ud83c\udf89"', "\U0001f389"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (b'"caf\xe9"', "caf\ufffd"),
        (b'"\xed\xa0\xbd"', "\ufffd" * 3),
        ('"é"'.encode("utf-16"), "é"),
        (b'\xef\xbb\xbf"x"', "x"),
    ],
)
def test_what_is_no_character_is_replaced(sent: bytes, read: str) -> None:
    assert values.parse_json(sent) == read


@given(st.text(st.characters(codec=None, categories=["Cs", "Lu"]) | st.sampled_from('\\u"dD8')))
def test_every_text_can_be_stored(text: str) -> None:
    values.parse_json(json.dumps(text)).encode()


@pytest.mark.parametrize(
    ("value", "price"),
    [
        ("0.0000000833333333333333", Decimal("0.0000000833333333333333")),
        ("1e-7", Decimal("1e-7")),
        (" 3 ", Decimal(3)),
        (0, Decimal(0)),
        ("-0", Decimal(0)),
        ("0e999999999", Decimal(0)),
        (0.1, Decimal("0.1")),
        ("-1", None),
        (-1, None),
        ("", None),
        (None, None),
        (True, None),
        ("free", None),
        ("NaN", None),
        ("Infinity", None),
        (float("nan"), None),
        ("1e400", None),
        ("1e99999999", None),
        (Decimal("-1e99999999"), None),
        ("9" * 5000, None),
        ("1e-400", None),
        ({"usd": 1}, None),
    ],
)
def test_odd_prices(value: Any, price: Decimal | None) -> None:
    assert values.as_price(value) == price


def test_negative_amounts_are_amounts_but_no_prices() -> None:
    assert values.as_decimal("-1") == -1


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.text(max_size=8) | st.integers() | st.floats())
def test_a_price_is_always_safe_to_calculate_with(value: Any) -> None:
    price = values.as_price(value)
    assert price is None or (0 <= price <= values.MAX_MONEY and price.as_tuple().exponent != "F")
    if price is not None:
        assert int(price * 10**9) <= 10**15


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        (Decimal("4096"), 4096),
        (5.5, None),
        ("5.5", None),
        ("-5", None),
        (-5, -5),
        (True, None),
        (2**63, None),
        (10**400, None),
        ("9" * 30, None),
        ("٣", None),
        (float("inf"), None),
        (None, None),
    ],
)
def test_whole_numbers(value: Any, number: int | None) -> None:
    assert values.as_int(value) == number


def test_counts_and_sizes() -> None:
    assert [values.as_count(value) for value in (3, -3, None, "x", 10**9, 10**9 + 1)] == [3, 0, 0, 0, 10**9, 0]
    assert [values.as_size(value) for value in (3, 0, -3, None)] == [3, None, None, None]


def test_numbers_keep_the_digits_that_were_sent() -> None:
    assert values.parse_json('{"cost": 0.10000000000000000001}') == {"cost": Decimal("0.10000000000000000001")}


def test_a_number_beyond_every_size_costs_only_itself() -> None:
    parsed = values.parse_json('{"cost": 1e9999999999999999999, "tokens": 5}')
    assert values.as_price(parsed["cost"]) is None
    assert values.as_int(parsed["cost"]) is None
    assert parsed["tokens"] == 5


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe", "[" * 100_000, "nope", '{"a":1} trailing'])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        values.parse_json(text)


def test_names_stay_on_one_line_and_control_nothing() -> None:
    assert values.as_name("a\x1b[31m\tred\r\nname \u202e\u0007 ") == "a [31m red name"
    assert values.as_name("[bold]x[/bold]") == "[bold]x[/bold]"
    assert values.as_name("مرحبا 👩‍💻") == "مرحبا 👩‍💻"
    assert values.as_name("\x00\x1b") is None
    assert values.as_name("x" * 500) == "x" * 200
    assert values.as_name(7) is None


@given(st.text())
def test_no_name_holds_a_control_character(text: str) -> None:
    name = values.as_name(text)
    assert name is None or not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in name)


def test_texts_keep_their_lines() -> None:
    assert values.as_text("one\r\ntwo\x1b[2J\tthree\x9b") == "one\ntwo[2J three"
    assert values.as_text(None) == ""


def test_ids_are_kept_as_they_are_or_not_at_all() -> None:
    assert values.as_id("author/name:free") == "author/name:free"
    assert [values.as_id(value) for value in ("", "  ", "a\nb", "a\x1b[0m", None, 5, "x" * 301)] == [None] * 7


def test_times() -> None:
    assert values.as_moment(1_700_000_000) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert [values.as_moment(value) for value in (0, -1, 1e300, None, "soon")] == [None] * 5
    assert values.as_date(1_700_000_000) == date(2023, 11, 14)
    assert values.as_date("2026-03-02") == date(2026, 3, 2)
    assert values.as_date("2026-05-10T08:06:48.639712648-07:00") == date(2026, 5, 10)
    odd: list[Any] = ["", "never", None, []]
    assert [values.as_date(value) for value in odd] == [None] * 4


def test_containers() -> None:
    assert values.as_dict([1]) == {}
    assert values.as_list({"a": 1}) == []
    assert values.as_words(["a", 1, None, "b"]) == {"a", "b"}
