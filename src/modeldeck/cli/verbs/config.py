"""`config show` and `config check`: where each setting comes from, and what is wrong with a settings file."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from modeldeck.cli.session import Session
from modeldeck.cli.table import Column, table_lines
from modeldeck.cli.text import line
from modeldeck.cli.verb import CONTEXT_SETTINGS, Verb, global_flags
from modeldeck.domain.configuration import ConfigReport, Setting
from modeldeck.domain.errors import UsageError

_COLUMNS = (
    Column("key", least=24, middle=True),
    Column("value", least=12),
    Column("set by", least=12),
    Column("locked", drop=1),
)
EXIT_BAD = 2


@click.group(params=list(global_flags()), context_settings=CONTEXT_SETTINGS)
def config() -> None:
    """Settings with where they come from, and the check of a settings file."""


@config.command(cls=Verb, short_help="Every setting with its value and what set it.")
@click.argument("area", required=False)
@click.pass_obj
def show(session: Session, area: str | None) -> int:
    """Every setting with its value and what set it; AREA, e.g. `budget`, shows only the keys that begin so.

    Locked are values that the environment or the command line holds. Keys and passwords are never shown.
    """
    settings = _of_area(session.launch.list_settings(session.options), area)
    if session.output.as_json:
        session.output.document([_row(each) for each in settings])
        return 0
    session.output.lines(table_lines(_COLUMNS, [_cells(each) for each in settings], session.output))
    return 0


@config.command(cls=Verb, short_help="What is wrong with a settings file.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def check(session: Session, file: Path | None) -> int:
    """Whether FILE (default: your config.toml) can be used; tells everything that is wrong, by line and key.

    Exits 2 when something is wrong. Names that nobody lists are warnings.
    """
    report = session.launch.check_settings(session.options, file)
    if session.output.as_json:
        session.output.document(_document(report))
    else:
        session.output.lines(_lines(report))
    return 0 if report.ok else EXIT_BAD


def _of_area(settings: Sequence[Setting], area: str | None) -> Sequence[Setting]:
    """Raises UsageError when nothing stands under `area`."""
    if area is None:
        return settings
    found = [each for each in settings if each.key == area or each.key.startswith(f"{area}.")]
    if not found:
        areas = dict.fromkeys(each.key.partition(".")[0] for each in settings)
        raise UsageError(f"No setting is called {area!r}.", f"Areas are {', '.join(areas)}.")
    return found


def _row(setting: Setting) -> dict[str, object]:
    return {"key": setting.key, "value": setting.value, "origin": setting.origin, "locked": setting.locked}


def _cells(setting: Setting) -> list[str]:
    value = setting.value
    words = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [setting.key, words or "-", setting.origin, "locked" if setting.locked else ""]


def _document(report: ConfigReport) -> dict[str, object]:
    problems = [
        {"line": each.line, "key": each.key, "message": each.message, "hint": each.hint} for each in report.problems
    ]
    return {"ok": report.ok, "file": report.file, "problems": problems, "warnings": list(report.warnings)}


def _lines(report: ConfigReport) -> list[str]:
    found = f"{len(report.problems)} wrong" if report.problems else "ok"
    lines = [line(f"{report.file}: {found}")]
    for problem in report.problems:
        place = "" if problem.line is None else f"line {problem.line}: "
        lines.append(f"  {line(place + problem.message)}")
        lines += [f"    {line(problem.hint)}"] if problem.hint else []
    return lines + [f"  note: {line(warning)}" for warning in report.warnings]
