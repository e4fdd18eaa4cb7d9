from fake_terminal import Terminal
from fakes import World, failure
from modeldeck.domain.errors import ErrorKind

KEYS = {
    "today",
    "this_month",
    "total_models",
    "free_usage_percentage",
    "most_used_models",
    "success_rate_by_model",
    "recommendations",
}


def test_before_anything_was_used(cli: Terminal) -> None:
    row = cli("stats", "--json").json
    assert set(row) >= KEYS
    assert (row["total_models"], row["free_usage_percentage"]) == (6, None)
    assert (row["most_used_models"], row["success_rate_by_model"]) == ([], {})


def test_what_was_used_and_how_it_went(cli: Terminal, market: World) -> None:
    market.providers["cloud"].scripts["vendor/big"] = [[failure(ErrorKind.NOT_FOUND, "gone")]]
    cli("ask", "hello", "--model", "mini")
    cli("ask", "hello", "--model", "mini")
    cli("ask", "hello", "--model", "home/llama:8b")
    cli("ask", "hello", "--model", "big")
    row = cli("stats", "--json").json
    assert row["today"]["requests"] == row["this_month"]["requests"] == 4
    assert row["free_usage_percentage"] == 25.0
    assert row["most_used_models"][0] == {"model": "cloud/vendor/mini", "requests": 2}
    assert row["success_rate_by_model"]["cloud/vendor/mini"] == 1.0
    assert row["success_rate_by_model"]["cloud/vendor/big"] == 0.0
    out = cli("stats").out
    assert "4 requests" in out
    assert "cloud/vendor/mini" in out


def test_unknown_cost_is_no_zero(cli: Terminal) -> None:
    cli("ask", "hello", "--model", "secret")
    assert cli("stats", "--json").json["performance"]["unpriced_requests"] == 1
    told = cli("stats").out.splitlines()
    assert told[0].split(", ")[2] == "—"
    assert next(line for line in told if line.startswith("cloud/vendor/secret")).endswith("—")


def test_the_window_is_checked(cli: Terminal) -> None:
    assert cli("stats", "--hours", "0").code == 2
    assert cli("stats", "--hours", "1", "--json").json["hours"] == 1.0
