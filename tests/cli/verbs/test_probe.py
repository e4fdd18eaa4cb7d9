from fake_terminal import Terminal
from fakes import World, failure
from modeldeck.domain.errors import ErrorKind

KEYS = {"id", "ok", "error", "ttft_ms", "tokens_per_second"}


def test_named_models_in_their_order(cli: Terminal, market: World) -> None:
    market.providers["cloud"].scripts["vendor/big"] = [[failure(ErrorKind.NOT_FOUND, "it is gone")]]
    rows = cli("test", "mini", "big", "--json").json
    assert all(set(row) == KEYS for row in rows)
    assert [(row["id"], row["ok"], row["error"]) for row in rows] == [
        ("cloud/vendor/mini", True, None),
        ("cloud/vendor/big", False, "it is gone"),
    ]
    assert "1 of 2 models answered" in cli("test", "mini", "big").err


def test_free_models_only_those_that_can_be_called(cli: Terminal) -> None:
    assert [row["id"] for row in cli("test", "--free", "--json").json] == ["cloud/vendor/gratis:free"]


def test_free_models_that_are_all_out_are_told_with_the_reason(cli: Terminal, market: World) -> None:
    market.providers["cloud"].scripts["vendor/gratis:free"] = [[failure(ErrorKind.RATE_MINUTE, "slow down")]]
    cli("test", "--free")
    result = cli("test", "--free")
    assert result.out == ""
    assert "No free model can be called now: 1 x " in result.err


def test_without_names_what_would_be_used(cli: Terminal) -> None:
    cli("assign", "coding", "mini")
    rows = cli("test", "--json").json
    assert rows[0]["id"] == "cloud/vendor/mini"
    assert len(rows) > 1


def test_a_task_is_tested_with_its_chain(cli: Terminal) -> None:
    cli("assign", "coding", "mini")
    assert [row["id"] for row in cli("test", "--task", "coding", "--json").json] == ["cloud/vendor/mini"]


def test_unknown_names_are_wrong_usage(cli: Terminal) -> None:
    assert cli("test", "nobody-knows").code == 2


def test_probes_are_told_from_prompts_among_the_runs(cli: Terminal, market: World) -> None:
    cli("test", "mini")
    market.clock.advance(1)
    cli("ask", "hello", "--model", "mini")
    assert [(run["kind"], run["task"]) for run in cli("runs", "--json").json] == [
        ("prompt", "default"),
        ("probe", "default"),
    ]
    *_, prompt, probe = cli("runs").out.splitlines()
    assert "default" in prompt
    assert "(probe)" in probe
