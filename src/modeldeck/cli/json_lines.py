"""Many questions on stdin as JSON lines, many answers on stdout in the same order."""

import json
from collections.abc import Iterator
from typing import Any

from modeldeck.cli.output import error_document
from modeldeck.cli.rows import Row
from modeldeck.cli.session import Session
from modeldeck.domain.record import record


@record
class JsonLine:
    """One line of the input, counted from 1: its main text and all of its fields."""

    number: int
    text: str
    fields: dict[str, Any]


def read_json_lines(text: str, key: str) -> Iterator[JsonLine | Row]:
    """Every line that is not blank: an object with a text under `key`, or the answer that says what is wrong."""
    for number, line in enumerate(text.split("\n"), start=1):  # not splitlines: U+2028 may stand inside a text
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield failed_row(number, f"it is no JSON: {error}.")
            continue
        if isinstance(fields, dict) and isinstance(fields.get(key), str):
            yield JsonLine(number, fields[key], fields)
        else:
            told = {"id": fields["id"]} if isinstance(fields, dict) and "id" in fields else {}
            yield {**told, **failed_row(number, f'an object with the text "{key}" is needed.')}


def failed_row(number: int, problem: str) -> Row:
    """The answer to a line that could not be answered."""
    return error_document("usage", f"Line {number}: {problem}", None)


def write_json_line(session: Session, row: Row) -> None:
    """One answer to stdout, at once."""
    session.output.write(json.dumps(row) + "\n")
