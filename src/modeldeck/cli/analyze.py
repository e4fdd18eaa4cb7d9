"""`analyze`: the profile of one prompt, or of many as JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

import click

from modeldeck.cli.output import error_document
from modeldeck.cli.rows import Row, rounded
from modeldeck.cli.session import Session
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Profile
from modeldeck.domain.request import make_request
from modeldeck.engine.analysis import analyze as analyze_request

_FAILED = 1


@click.command(cls=Verb)
@click.argument("prompt", required=False)
@click.option("--task", metavar="T", help="The task that the prompt belongs to: its name is evidence.")
@click.pass_obj
def analyze(session: Session, prompt: str | None, task: str | None) -> int:
    """Profile PROMPT, or each JSON line {"id": ..., "prompt": ...} of stdin: what kind of work it is, and how hard.

    Prints JSON lines in the order of the input, with or without --json. A line that is none is answered by a line
    with `error`, and the exit code is 1. The profile comes from rules; its probabilities rank well but are not
    calibrated.
    """
    if prompt is not None:
        _write(session, {"id": None, **_profile_row(analyze_request(make_request(prompt, task=task)))})
        return 0
    text = session.read_piped()
    if not text.strip():
        raise UsageError(
            "There is no prompt.", 'Write it after the verb, or pipe JSON lines in: {"id": 1, "prompt": "..."}'
        )
    failed = False
    for row in _rows(text, task):
        failed = failed or "error" in row
        _write(session, row)
    return _FAILED if failed else 0


def _rows(text: str, task: str | None) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = _entry(line)
        except (ValueError, RecursionError) as error:
            yield {"id": None, **error_document("usage", f"Line {number}: {error}.", None)}
            continue
        named = entry.get("task")
        request = make_request(entry["prompt"], task=named if isinstance(named, str) else task)
        yield {"id": entry.get("id"), **_profile_row(analyze_request(request))}


def _entry(line: str) -> dict[str, Any]:
    entry = json.loads(line)
    if not isinstance(entry, dict) or not isinstance(entry.get("prompt"), str):
        raise ValueError('an object with the text "prompt" is needed')
    return entry


def _profile_row(profile: Profile) -> Row:
    return {
        "specialization": profile.specialization.value,
        "complexity": profile.complexity.value,
        "difficulty": rounded(profile.difficulty, 4),
        "confidence": rounded(profile.confidence, 4),
        "probabilities": {name.value: rounded(value, 4) for name, value in profile.probabilities.items()},
        "input_tokens": profile.input_tokens,
        "output_tokens": profile.output_tokens,
        "needs": sorted(profile.needs),
        "language": profile.language,
    }


def _write(session: Session, row: Row) -> None:
    session.output.write(json.dumps(row) + "\n")
