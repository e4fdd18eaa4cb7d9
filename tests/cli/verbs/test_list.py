from decimal import Decimal

import pytest

from fake_terminal import TOUR, Terminal
from fakes import World, failure, make_model
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.model import Capability

KEYS = [
    "id", "provider", "name", "free", "local", "price_input", "price_output", "price_origin", "context",
    "capabilities", "quality", "quality_origin", "fit", "status", "tasks", "recommended",
]  # fmt: skip


def ids(cli: Terminal, *argv: str) -> list[str]:
    result = cli("list", "--json", *argv)
    assert result.code == 0
    return [row["id"] for row in result.json]


def test_a_row_has_the_promised_keys_and_decimal_strings(cli: Terminal) -> None:
    rows = {row["id"]: row for row in cli("list", "--json").json}
    assert [list(row) for row in rows.values()] == [KEYS] * 6
    mini = rows["cloud/vendor/mini"]
    assert (mini["price_input"], mini["price_output"], mini["price_origin"]) == ("0.25", "1", "provider")
    assert (mini["free"], mini["local"], mini["context"], mini["status"]) == (False, False, 128_000, "ok")
    assert rows["locked/one"]["status"] == "no key"


def test_unknown_is_null_and_free_and_local_are_disjoint(cli: Terminal) -> None:
    rows = {row["id"]: row for row in cli("list", "--json").json}
    assert rows["cloud/vendor/secret"]["price_input"] is None
    assert rows["cloud/vendor/secret"]["free"] is False
    gratis, home = rows["cloud/vendor/gratis:free"], rows["home/llama:8b"]
    assert (gratis["free"], gratis["local"], gratis["price_input"]) == (True, False, "0")
    assert (home["free"], home["local"], home["price_input"], home["price_origin"]) == (False, True, "0", "local")


def test_filters_narrow_the_list(cli: Terminal, market: World) -> None:
    market.add("tool", make_model("tool/able", capabilities=frozenset({Capability.TOOLS, Capability.FAST})))
    assert ids(cli, "--free") == ["cloud/vendor/gratis:free"]
    assert ids(cli, "--local") == ["home/llama:8b"]
    assert set(ids(cli, "--free", "--local")) == {"cloud/vendor/gratis:free", "home/llama:8b"}
    assert ids(cli, "--provider", "locked") == ["locked/one"]
    assert ids(cli, "--capability", "function-calling", "--capability", "fast-response") == ["tool/able"]
    assert ids(cli, "gratis") == ["cloud/vendor/gratis:free"]
    assert ids(cli, "vendor", "big") == ["cloud/vendor/big"]
    assert "cloud/vendor/secret" not in ids(cli, "--max-price", "1")
    assert set(ids(cli, "--max-price", "1", "--provider", "cloud")) == {"cloud/vendor/gratis:free", "cloud/vendor/mini"}


def test_sorting_and_limit(cli: Terminal) -> None:
    by_price = ids(cli, "--sort", "price", "--provider", "cloud")
    assert by_price == ["cloud/vendor/gratis:free", "cloud/vendor/mini", "cloud/vendor/big", "cloud/vendor/secret"]
    assert ids(cli, "--sort", "context", "--limit", "1") == ["cloud/vendor/big"]
    assert ids(cli, "--sort", "id")[0] == "cloud/vendor/big"
    assert ids(cli, "--limit", "0") == []
    qualities = [row["quality"] for row in cli("list", "--json", "--sort", "quality").json]
    assert qualities == sorted(qualities, reverse=True)


def test_exactly_one_row_is_what_automatic_selection_would_use(cli: Terminal) -> None:
    rows = cli("list", "--json").json
    recommended = [row["id"] for row in rows if row["recommended"]]
    assert len(recommended) == 1
    assert recommended[0] != "locked/one"


def test_the_table_marks_the_pick_for_the_task_that_was_asked_for(cli: Terminal) -> None:
    assert "*" not in cli("list").out
    (marked,) = [text for text in cli("list", "--task", "default").out.splitlines() if text.startswith("*")]
    (row,) = [row for row in cli("list", "--json").json if row["recommended"]]
    assert row["id"] in marked


def test_nothing_is_recommended_without_a_usable_provider(cli: Terminal, market: World) -> None:
    market.providers["cloud"].change_info(has_key=False)
    del market.providers["home"]
    assert not any(row["recommended"] for row in cli("list", "--json").json)


def test_a_task_narrows_to_what_meets_its_constraints(cli: Terminal) -> None:
    assert set(ids(cli, "--task", "summarization")) == {"cloud/vendor/mini", "home/llama:8b"}  # the fast ones
    unknown = cli("list", "--task", "codeing", "--json")
    assert unknown.code == 0
    assert "coding" in unknown.err


def test_assigned_tasks_stand_in_the_row(cli: Terminal) -> None:
    cli("assign", "coding", "mini")
    rows = {row["id"]: row["tasks"] for row in cli("list", "--json").json}
    assert rows["cloud/vendor/mini"] == ["coding"]
    assert rows["cloud/vendor/big"] == []


def test_an_empty_list_is_no_failure(cli: Terminal, world: World) -> None:
    nothing = cli("list", "no-such-model", "--json")
    assert (nothing.code, nothing.json) == (0, [])
    assert "6 models" in cli("list", "no-such-model").err
    world.providers.clear()
    empty = cli("list")
    assert empty.code == 0
    assert "OPENROUTER_API_KEY" in empty.err
    assert TOUR in empty.err


def test_an_unknown_provider_or_sort_key_is_wrong_usage(cli: Terminal) -> None:
    assert cli("list", "--provider", "nobody").code == 2
    assert cli("list", "--sort", "beauty").code == 2
    assert "tools" in cli("list", "--capability", "flying").err
    assert cli("list", "--max-price", "-1").code == 2
    assert cli("list", "--max-price", "nan").code == 2


def test_lists_are_fetched_once_and_again_on_request(cli: Terminal, market: World) -> None:
    cloud = market.providers["cloud"]
    cli("list")
    assert cloud.listings == 0
    cli("list", "--refresh")
    assert cloud.listings == 1
    del market.cache.listings["cloud"]
    cli("list")
    assert cloud.listings == 2


def test_a_provider_that_fails_is_named_and_the_rest_is_listed(cli: Terminal, market: World) -> None:
    market.providers["cloud"].list_failure = failure(ErrorKind.AUTH, "key\x1b[31m refused")
    result = cli("list", "--refresh", "--json")
    assert result.code == 0
    assert len(result.json) == 6
    assert "cloud: " in result.err
    assert "\x1b" not in result.err


def test_the_table_fits_the_terminal(cli: Terminal, market: World) -> None:
    market.add("evil", make_model("evil/\x1b[2Jname\u202e", name="漢字" * 30))
    cli.monkeypatch.setenv("COLUMNS", "60")
    cli.monkeypatch.setenv("NO_COLOR", "1")
    result = cli("list", terminal=True)
    assert "FREE" in result.out
    assert "LOCAL" in result.out
    assert max(len(text) for text in result.out.splitlines()) <= 60
    assert "\x1b" not in result.out + result.err
    assert "\u202e" not in result.out


def test_styles_only_on_a_terminal_that_wants_them(cli: Terminal) -> None:
    assert "\x1b[1m" in cli("list", terminal=True).out
    assert "\x1b" not in cli("list").out
    cli.monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in cli("list", terminal=True).out


def test_a_console_that_lacks_letters_gets_replacements(cli: Terminal, market: World) -> None:
    market.add("world", make_model("world/漢字", price=None))
    result = cli("list", encoding="ascii")
    assert result.code == 0
    assert "world/??" in result.out


@pytest.mark.parametrize("price", ["0", "1e-7", "123456789"])
def test_odd_prices_are_plain_decimals(cli: Terminal, market: World, price: str) -> None:
    market.add("odd", make_model("odd/one", price=(price, price)))
    row = cli("list", "--provider", "odd", "--json").json[0]
    assert "e" not in row["price_input"].lower()
    assert Decimal(row["price_input"]) == Decimal(price)
    assert cli("list").code == 0
