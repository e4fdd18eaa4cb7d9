"""The command line as a whole: verbs by name, and the one place where a failure becomes words and an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from modeldeck.cli.output import Output, OutputLostError, ReaderGoneError, error_document
from modeldeck.cli.session import Session
from modeldeck.cli.text import line
from modeldeck.cli.verb import CONTEXT_SETTINGS, global_flags
from modeldeck.domain.errors import DeckError, NothingSelectableError
from modeldeck.engine.launch import Launch

EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 1, 2, 130

# verb -> (module:attribute, one line of help): a module is loaded only when its verb is called.
VERBS = {
    "list": ("modeldeck.cli.verbs.list:list_models", "Models with price, context, quality and fit."),
    "info": ("modeldeck.cli.verbs.info:info", "Everything known about one model."),
    "cost": ("modeldeck.cli.verbs.cost:cost", "What the same tokens cost at each model."),
    "select": ("modeldeck.cli.verbs.choose:select", "Dry run: choose a model for a prompt and say why."),
    "recommend": ("modeldeck.cli.verbs.choose:recommend", "The same choice as a recommendation."),
    "ask": ("modeldeck.cli.verbs.ask:ask", "Send a prompt and stream the answer."),
    "test": ("modeldeck.cli.verbs.probe:test", "Which models answer right now."),
    "tasks": ("modeldeck.cli.verbs.tasks:tasks", "Tasks and what is assigned to them."),
    "assign": ("modeldeck.cli.verbs.tasks:assign", "Assign a model or a policy to a task."),
    "unassign": ("modeldeck.cli.verbs.tasks:unassign", "Forget an assignment."),
    "usage": ("modeldeck.cli.verbs.usage:usage", "Requests, tokens, money and savings."),
    "runs": ("modeldeck.cli.verbs.history:runs", "Past runs."),
    "why": ("modeldeck.cli.verbs.history:why", "The selection behind a run."),
    "rate": ("modeldeck.cli.verbs.history:rate", "Say how good an answer was."),
    "stats": ("modeldeck.cli.verbs.stats:stats", "Usage summary, performance of models, recommendations."),
    "budget": ("modeldeck.cli.verbs.budget:budget", "Budgets and what is left of them."),
    "quota": ("modeldeck.cli.verbs.budget:quota", "Rate limits per provider and model."),
    "analyze": ("modeldeck.cli.verbs.analyze:analyze", "Profile prompts: kind of work, complexity, tokens."),
    "quality": ("modeldeck.cli.verbs.quality:quality", "How good models are expected to be."),
    "backup": ("modeldeck.cli.verbs.backup:backup", "Copy the database to a file."),
    "restore": ("modeldeck.cli.verbs.backup:restore", "Put such a copy in its place."),
    "config": ("modeldeck.cli.verbs.config:config", "Settings with their sources, and the check of a settings file."),
    "hardware": ("modeldeck.cli.verbs.machine:hardware", "Readings of this machine."),
    "doctor": ("modeldeck.cli.verbs.machine:doctor", "What works, what is missing, how to fix it."),
}


class LazyGroup(click.Group):
    """A group that knows its verbs by name and help line, and imports a verb only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, attribute = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in VERBS and not args[0].startswith("-"):
            raise click.UsageError(f"No verb is called {args[0]!r}.{_did_you_mean(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings=CONTEXT_SETTINGS,
    params=list(global_flags()),
    subcommand_metavar="[VERB] ...",
)
@click.pass_context
def root(context: click.Context) -> int | None:
    """The deck for language models: see, choose, run and account for every model you can reach.

    Without a verb it opens the terminal app, or prints `modeldeck list` when there is no terminal.
    The global flags may stand before or after the verb.
    """
    session: Session = context.obj
    if context.invoked_subcommand is not None:
        return None
    if _has_terminal() and not session.output.as_json:
        return session.launch.run_app(session.options)
    from modeldeck.cli.verbs.list import list_models

    result: int = context.invoke(list_models)
    return result


def run(launch: Launch, argv: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        launch: what the composition root offers.
        argv: the arguments after the program's name; None takes them from the process.

    Returns:
        The exit code: 0 done, 1 the work failed, 2 wrong usage or configuration, 130 interrupted. Nothing is raised.
    """
    words = [_readable(word) for word in (sys.argv[1:] if argv is None else argv)]
    session = Session(launch, Output())
    try:
        return _run(session, words)
    except (ReaderGoneError, BrokenPipeError):
        _detach_stdout()
        return 0  # the reader has what it wanted
    except OutputLostError as error:
        _detach_stdout()
        session.output.note(f"The output cannot be written: {error}.")
        return EXIT_FAILED


def _run(session: Session, words: list[str]) -> int:
    try:
        with root.make_context("modeldeck", words, obj=session) as context:
            return root.invoke(context) or 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        session.output.as_json |= _asks_for_json(words)
        return _report_usage(session, error)
    except click.ClickException as error:
        return _report(session, "usage", error.format_message(), None, EXIT_USAGE)
    except DeckError as error:
        return _report(session, error.code, error.message, error.hint, error.exit_code, **_details(error))
    except (KeyboardInterrupt, click.Abort):
        return _report(session, "interrupted", "Interrupted.", None, EXIT_INTERRUPTED)
    except (ReaderGoneError, OutputLostError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last line: a person never sees a traceback unasked
        return _report_unexpected(session, error)


def _report(session: Session, code: str, message: str, hint: str | None, exit_code: int, **more: Any) -> int:
    """Say a failure: on stderr, and with --json as a document on stdout."""
    output = session.output
    output.note(f"{message}\n{hint}" if hint else message)
    if output.as_json:
        output.document(error_document(code, message, hint, **more))
    return exit_code


def _details(error: DeckError) -> dict[str, Any]:
    """What the document of a failure says besides code, message and hint."""
    from modeldeck.domain.run import RunFailedError

    if isinstance(error, NothingSelectableError):
        return {"rejections": error.rejections}
    if isinstance(error, RunFailedError):
        from modeldeck.cli.rows import answer_row

        return answer_row(error.answer)
    return {}


def _report_usage(session: Session, error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx is not None else "modeldeck"
    return _report(session, "usage", error.format_message(), f"`{path} --help` shows what is allowed.", EXIT_USAGE)


def _report_unexpected(session: Session, error: Exception) -> int:
    import logging

    logging.getLogger("modeldeck.cli").debug("unexpected failure", exc_info=error)
    message = f"Unexpected failure: {type(error).__name__}: {line(str(error))}".rstrip(": ")
    hint = None if session.verbose else "Run with -v for details."
    return _report(session, "internal", message, hint, EXIT_FAILED)


def _did_you_mean(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, VERBS, n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _asks_for_json(words: Sequence[str]) -> bool:
    """Whether --json was asked for on a line that could not be parsed."""
    return "--json" in (words[: words.index("--")] if "--" in words else words)


def _readable(word: str) -> str:
    """An argument whose bytes were not text, with those bytes replaced."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _has_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _detach_stdout() -> None:
    """Let what is still buffered for stdout go nowhere, so that the interpreter's exit stays quiet."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return  # no file behind stdout: then nothing is buffered for one
