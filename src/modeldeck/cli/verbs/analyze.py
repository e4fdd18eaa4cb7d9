"""`analyze`: the profile of one prompt, or of many as JSON lines."""

import click

from modeldeck.cli.json_lines import JsonLine, read_json_lines, write_json_line
from modeldeck.cli.rows import Row, rounded
from modeldeck.cli.session import Session
from modeldeck.cli.verb import Verb
from modeldeck.domain.errors import UsageError
from modeldeck.domain.profile import Profile
from modeldeck.domain.request import make_request
from modeldeck.engine.profiling.analysis import analyze as analyze_request

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
        write_json_line(session, {"id": None, **_profile_row(analyze_request(make_request(prompt, task=task)))})
        return 0
    text = session.read_piped()
    if not text.strip():
        raise UsageError(
            "There is no prompt.", 'Write it after the verb, or pipe JSON lines in: {"id": 1, "prompt": "..."}'
        )
    failed = False
    for line in read_json_lines(text, "prompt"):
        row = _answer(line, task) if isinstance(line, JsonLine) else {"id": None, **line}
        failed = failed or "error" in row
        write_json_line(session, row)
    return _FAILED if failed else 0


def _answer(line: JsonLine, task: str | None) -> Row:
    named = line.fields.get("task")
    request = make_request(line.text, task=named if isinstance(named, str) else task)
    return {"id": line.fields.get("id"), **_profile_row(analyze_request(request))}


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
