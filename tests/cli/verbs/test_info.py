from datetime import timedelta

from fake_terminal import Terminal
from fakes import World, local_model
from modeldeck.domain.hardware import Hardware, LoadedModel, Memory


def test_info_knows_everything_with_origins(cli: Terminal, market: World) -> None:
    cli("ask", "hello", "--model", "cloud/vendor/mini")
    market.clock.advance(timedelta(hours=3).total_seconds())
    row = cli("info", "mini", "--json").json
    listed = cli("list", "--json").json[0]
    assert set(listed) | {
        "pricing", "limits", "specializations", "performance", "state", "experience", "history",
    } <= set(row)  # fmt: skip
    assert row["id"] == "cloud/vendor/mini"
    assert row["pricing"]["input"] == "0.25"
    assert row["facts"]["default"]["origin"] == "provider"
    assert row["experience"]["calls"] == row["performance"]["total_calls"] == 1
    assert [run["model"] for run in row["history"]] == ["cloud/vendor/mini"]
    assert set(row["state"]) == {"loaded", "in_flight", "last_used"}
    page = cli("info", "mini").out
    assert "3 h ago" in page
    assert "1 of 1 call succeeded" in page


def test_info_of_a_local_model_says_where_it_fits_and_what_is_loaded(cli: Terminal, market: World) -> None:
    market.probe.hardware = Hardware(market.clock.now(), memory=Memory(64_000_000_000, 48_000_000_000))
    market.providers["home"].models.append(local_model("home/tiny:1b"))
    market.providers["home"].in_memory = (LoadedModel("home/llama:8b", 5_000_000_000),)
    row = cli("info", "llama:8b", "--json").json
    assert row["fit"] is True
    assert row["state"]["loaded"] is True
    assert cli("list", "--local", "--json").json[0]["fit"] is True


def test_info_of_an_unlisted_id_says_that_nobody_lists_it(cli: Terminal) -> None:
    row = cli("info", "cloud/brand-new", "--json").json
    assert (row["listed"], row["pricing"], row["context"]) == (False, None, None)
    assert "nobody lists it" in cli("info", "cloud/brand-new").out


def test_a_model_that_free_only_hides_is_known_and_says_so(cli: Terminal, market: World) -> None:
    market.providers["cloud"].change_info(free_only=True)
    for name in ("mini", "cloud/vendor/mini"):
        row = cli("info", name, "--json").json
        assert (row["id"], row["status"]) == ("cloud/vendor/mini", "hidden by free_only")
    refused = cli("select", "hello", "--model", "mini", "--json")
    assert refused.code == 1
    assert "cloud is set to free_only" in refused.json["error"]["message"]


def test_an_unknown_model_is_wrong_usage_with_the_nearest_names(cli: Terminal) -> None:
    result = cli("info", "lama:8b", "--json")
    assert result.code == 2
    assert result.json["error"]["code"] == "unknown_model"
    assert "home/llama:8b" in result.json["error"]["hint"]
