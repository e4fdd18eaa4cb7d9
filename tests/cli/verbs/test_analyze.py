import json
from typing import Any

from fake_terminal import Result, Terminal

KEYS = {"id", "specialization", "complexity", "difficulty", "confidence", "probabilities"}


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.out.splitlines()]


def test_one_prompt_is_one_line_with_and_without_json(cli: Terminal) -> None:
    (row,) = lines(cli("analyze", "Write a Python function that sorts a list"))
    assert set(row) >= KEYS
    assert (row["id"], row["specialization"]) == (None, "coding")
    assert abs(sum(row["probabilities"].values()) - 1) < 0.01
    assert lines(cli("analyze", "Write a Python function that sorts a list", "--json")) == [row]


def test_every_line_of_stdin_is_answered_in_its_place(cli: Terminal) -> None:
    piped = b'{"id": 7, "prompt": "Translate to German: good morning"}\n\n{"prompt": "hi", "id": "b"}\r\n'
    rows = lines(cli("analyze", stdin=piped))
    assert [row["id"] for row in rows] == [7, "b"]
    assert rows[0]["specialization"] == "translation"


def test_a_line_that_is_none_is_answered_by_an_error_and_stops_nothing(cli: Terminal) -> None:
    piped = b'nonsense\n[1]\n{"id": 1}\n{"id": 2, "prompt": 5}\n{"id": 3, "prompt": "hi"}\n' + b"[" * 100_000
    result = cli("analyze", stdin=piped)
    rows = lines(result)
    assert result.code == 1
    assert ["error" in row for row in rows] == [True, True, True, True, False, True]
    assert "Line 4" in rows[3]["error"]["message"]
    assert [row["id"] for row in rows] == [None, None, 1, 2, 3, None]


def test_line_separators_inside_a_prompt_are_text(cli: Terminal) -> None:
    piped = json.dumps({"id": 1, "prompt": "one\u2028two"}, ensure_ascii=False).encode()
    assert [row["id"] for row in lines(cli("analyze", stdin=piped))] == [1]


def test_a_task_is_evidence(cli: Terminal) -> None:
    (row,) = lines(cli("analyze", "It was a dark and stormy night.", "--task", "translation"))
    assert row["specialization"] == "translation"


def test_nothing_to_read_is_wrong_usage(cli: Terminal) -> None:
    assert cli("analyze", stdin=b" \n").code == 2
