from fake_terminal import Terminal


def test_the_same_choice_as_select(cli: Terminal) -> None:
    row = cli("recommend", "Write a poem", "--quality", "--json").json
    chosen = cli("select", "Write a poem", "--quality", "--json").json
    assert row["recommended_model"] == chosen["model"]
    assert row["confidence"] == chosen["confidence"]
    assert row["reasoning"] == chosen["reason"]
    assert [one["model"] for one in row["alternatives"]] == [one["model"] for one in chosen["alternatives"]]
    assert all(set(one) == {"model", "score"} for one in row["alternatives"])


def test_for_a_person(cli: Terminal) -> None:
    first, reason, *_ = cli("recommend", "hello").out.splitlines()
    assert first.startswith(("cloud/", "home/"))
    assert first in reason


def test_nothing_selectable_is_exit_1(cli: Terminal) -> None:
    result = cli("recommend", "hello", "--min-quality", "1", "--json")
    assert (result.code, result.json["error"]["code"]) == (1, "nothing_selectable")
