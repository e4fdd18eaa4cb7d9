from decimal import Decimal

from fake_terminal import Terminal
from fakes import World


def test_without_counts_a_hundred_thousand_tokens_of_every_model(cli: Terminal) -> None:
    rows = cli("cost", "--json").json
    assert [row["id"] for row in rows] == [
        "cloud/vendor/gratis:free",
        "home/llama:8b",
        "cloud/vendor/mini",
        "locked/one",
        "cloud/vendor/big",
        "cloud/vendor/secret",
    ]
    by_id = {row["id"]: row for row in rows}
    assert (by_id["cloud/vendor/big"]["cost_usd"], by_id["cloud/vendor/big"]["cost_status"]) == ("0.6", "computed")
    assert (by_id["cloud/vendor/secret"]["cost_usd"], by_id["cloud/vendor/secret"]["cost_status"]) == (None, "unknown")
    assert by_id["cloud/vendor/big"]["input_tokens"] + by_id["cloud/vendor/big"]["output_tokens"] == 100_000


def test_the_table_marks_what_has_no_price(cli: Terminal) -> None:
    result = cli("cost")
    secret = next(line for line in result.out.splitlines() if "secret" in line)
    assert "—" in secret
    assert "$" not in secret
    assert "1 of unknown price" in result.err


def test_named_models_and_counts(cli: Terminal) -> None:
    (row,) = cli("cost", "mini", "cloud/vendor/mini", "--input-tokens", "4000000", "--json").json
    assert (row["id"], row["cost_usd"], row["output_tokens"]) == ("cloud/vendor/mini", "1", 0)


def test_a_prompt_is_estimated(cli: Terminal) -> None:
    (row,) = cli("cost", "mini", "--prompt", "Write a long story about a dragon", "--json").json
    assert row["cost_status"] == "estimated"
    assert Decimal(row["cost_usd"]) > 0
    assert "≈" in cli("cost", "mini", "--prompt", "Write a story").out


def test_wrong_usage(cli: Terminal) -> None:
    assert cli("cost", "nobody-knows", "--json").code == 2
    assert cli("cost", "--prompt", "hi", "--input-tokens", "3").code == 2
    assert cli("cost", "--input-tokens", "-1").code == 2


def test_nothing_known_is_no_failure(cli: Terminal, world: World) -> None:
    world.providers.clear()
    result = cli("cost")
    assert (result.code, result.out) == (0, "")
    assert "doctor" in result.err
