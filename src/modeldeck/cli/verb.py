"""A verb of the command line: a click command that also takes the global flags, and value types of several verbs."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from math import inf
from pathlib import Path
from typing import Any

import click

from modeldeck.cli.session import Session
from modeldeck.domain.model import Capability, parse_capability
from modeldeck.domain.task import Strategy, parse_strategy

CONTEXT_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verb(click.Command):
    """A command whose global flags may stand before or after its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["params"] = [*(kwargs.get("params") or []), *global_flags()]
        kwargs.setdefault("context_settings", CONTEXT_SETTINGS)
        super().__init__(*args, **kwargs)


def global_flags() -> Sequence[click.Option]:
    """The flags that every position takes; their values go to the session."""
    folder = click.Path(file_okay=False, path_type=Path)
    return [
        _flag(["--json"], "Print one JSON document on stdout and nothing else."),
        _flag(["--demo", "simulated"], "Simulated models only: no key, no network, its own data."),
        _value("--config-dir", folder, "DIR", "Folder of config.toml and deck.toml."),
        _value("--data-dir", folder, "DIR", "Folder of the database."),
        _value("--env-file", click.Path(dir_okay=False, path_type=Path), "FILE", "Read variables from this file."),
        _flag(["--no-network"], "Talk to this machine only (loopback)."),
        _flag(["-v", "--verbose"], "Log to stderr, and show more."),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
        ),
    ]


def _flag(spellings: Sequence[str], text: str) -> click.Option:
    return click.Option(spellings, is_flag=True, expose_value=False, callback=_keep, help=text)


def _value(spelling: str, kind: click.Path, metavar: str, text: str) -> click.Option:
    return click.Option([spelling], type=kind, metavar=metavar, expose_value=False, callback=_keep, help=text)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if not value or parameter.name is None:
        return
    session = context.find_object(Session)
    if session is None:
        return
    if parameter.name == "json":
        session.output.as_json = True
        return
    session.chosen[parameter.name] = value
    if parameter.name == "verbose":
        from modeldeck.cli.logs import log_to_stderr

        log_to_stderr()


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    session = context.find_object(Session)
    if value and session is not None:
        session.output.write(f"modeldeck {session.launch.version}\n")
        context.exit(0)


def capability(text: str) -> Capability:
    """A capability or one of its aliases, as an option's type."""
    try:
        return parse_capability(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def strategy(text: str) -> Strategy:
    """A strategy or one of its aliases, as an option's type."""
    try:
        return parse_strategy(text.strip().lower())
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def usd(text: str) -> Decimal:
    """A finite amount of zero or more, as an option's type."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        raise click.BadParameter(f"{text!r} is not an amount of money; write it like 0.50.") from None
    if not amount.is_finite() or amount < 0:
        raise click.BadParameter(f"{text!r} is not an amount of zero or more.")
    return amount


def number(low: float, high: float = inf) -> Callable[[str], float]:
    """An option's type: a finite number within limits."""

    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise click.BadParameter(f"{text!r} is not a number.") from None
        if not low <= value <= high or value == inf:
            allowed = f"{low:g} or more" if high == inf else f"{low:g} to {high:g}"
            raise click.BadParameter(f"{text!r} is out of range: {allowed} is allowed.")
        return value

    return convert


score = number(0, 10)
"""A score 0..1; the engine reads what is above 1 as a mark out of ten."""
