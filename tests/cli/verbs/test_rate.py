from fake_terminal import Terminal


def test_the_newest_run_is_rated_when_none_is_named(cli: Terminal) -> None:
    run = cli("ask", "hello", "--model", "mini", "--json").json["run"]
    row = cli("rate", "good", "--json").json
    assert (row["run"], row["rating"], row["model"]) == (run, 1.0, "cloud/vendor/mini")


def test_a_named_run_and_a_number(cli: Terminal) -> None:
    run = cli("ask", "hello", "--model", "mini", "--json").json["run"]
    row = cli("rate", run, "0.3", "--json").json
    assert (row["run"], row["rating"], row["task"]) == (run, 0.3, "default")


def test_what_cannot_be_rated(cli: Terminal) -> None:
    assert cli("rate", "good", "--json").code == 2  # there is no run
    cli("ask", "hello", "--model", "mini")
    assert cli("rate").code == 2
    assert cli("rate", "splendid").code == 2
    assert cli("rate", "1.5").code == 2
    unknown = cli("rate", "no-such-run", "good", "--json")
    assert (unknown.code, unknown.json["error"]["code"]) == (2, "usage")
