import json
from dataclasses import replace
from typing import Any

from fake_terminal import Result, Terminal
from fakes import World
from modeldeck.domain.settings import ModelSettings

KEYS = {"name", "specialization", "quality", "origin", "sources", "newest"}


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.out.splitlines()]


def test_ids_and_other_names_one_line_each(cli: Terminal) -> None:
    rows = lines(cli("quality", "mini", "cloud/vendor/big", "A Model Nobody Lists 70B"))
    assert all(set(row) >= KEYS for row in rows)
    assert [row["model"] for row in rows] == ["cloud/vendor/mini", "cloud/vendor/big", None]
    assert {row["origin"] for row in rows} == {"estimated"}
    assert all(0 <= row["quality"] <= 1 for row in rows)
    assert lines(cli("quality", "mini", "--json")) == rows[:1]


def test_a_persons_own_value(cli: Terminal, market: World) -> None:
    market.settings = replace(market.settings, models={"cloud/vendor/mini": ModelSettings(quality=0.9)})
    (row,) = lines(cli("quality", "mini"))
    assert (row["quality"], row["origin"]) == (0.9, "user")


def test_every_line_of_stdin_is_answered_in_its_place(cli: Terminal) -> None:
    piped = b'{"name": "big", "specialization": "coding"}\n{"name": "big", "specialization": null}\n'
    coding, general = lines(cli("quality", stdin=piped))
    assert (coding["specialization"], general["specialization"]) == ("coding", None)


def test_wrong_lines_stop_nothing(cli: Terminal) -> None:
    piped = b'{"name": ""}\n{"name": "big", "specialization": "juggling"}\n{"name": "big", "specialization": 3}\nx\n'
    result = cli("quality", stdin=piped + b'{"name": "big"}')
    assert result.code == 1
    assert ["error" in row for row in lines(result)] == [True, True, True, True, False]
    assert "coding" in lines(result)[1]["error"]["message"]


def test_wrong_usage(cli: Terminal) -> None:
    assert cli("quality", stdin=b"").code == 2
    assert cli("quality", "big", "--specialization", "juggling").code == 2
    assert cli("quality", " ").code == 2
