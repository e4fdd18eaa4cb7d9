"""The verbs by name, as click knows them. Loaded for a verb, or for flags that need reading."""

from collections.abc import Sequence
from importlib import import_module

import click

from modeldeck.cli.failures import EXIT_USAGE, report
from modeldeck.cli.session import Session, has_terminal
from modeldeck.cli.verb import CONTEXT_SETTINGS, global_flags

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
    if has_terminal() and not session.output.as_json:
        return session.launch.run_app(session.options)
    from modeldeck.cli.verbs.list import list_models

    result: int = context.invoke(list_models)
    return result


def invoke(session: Session, words: list[str]) -> int:
    """Run a verb, or what stands for none; returns the exit code. Raises what the verb raises, nothing of click."""
    try:
        with root.make_context("modeldeck", words, obj=session) as context:
            return root.invoke(context) or 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        session.output.as_json |= _asks_for_json(words)
        return _report_usage(session, error)
    except click.ClickException as error:
        return report(session, "usage", error.format_message(), None, EXIT_USAGE)
    except click.Abort as error:
        raise KeyboardInterrupt from error


def _report_usage(session: Session, error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx is not None else "modeldeck"
    return report(session, "usage", error.format_message(), f"`{path} --help` shows what is allowed.", EXIT_USAGE)


def _did_you_mean(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, VERBS, n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _asks_for_json(words: Sequence[str]) -> bool:
    """Whether --json was asked for on a line that could not be parsed."""
    return "--json" in (words[: words.index("--")] if "--" in words else words)
