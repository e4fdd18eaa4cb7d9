"""`ask`: send a prompt and stream the answer."""

import os
from pathlib import Path
from typing import Any, get_args

import click

from modeldeck.cli.attachments import read_image, read_schema
from modeldeck.cli.live import LiveRun
from modeldeck.cli.output import error_document
from modeldeck.cli.prompting import note_blind, note_unlisted, read_prompt, selection_fields, selection_flags
from modeldeck.cli.rows import answer_row
from modeldeck.cli.session import Session
from modeldeck.cli.task_names import known_task
from modeldeck.cli.verb import Verb, number
from modeldeck.domain.errors import UsageError
from modeldeck.domain.reasoning import ReasoningLevel
from modeldeck.domain.request import Params
from modeldeck.domain.run import Answer
from modeldeck.engine.deck import Deck
from modeldeck.engine.running.answers import require_success

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_INTERRUPTED = 130


@click.command(cls=Verb)
@click.argument("prompt", required=False)
@selection_flags
@click.option("--system", metavar="TEXT", help="System message.")
@click.option("--max-tokens", type=click.IntRange(min=1), metavar="N", help="Longest answer, in tokens.")
@click.option("--temperature", type=number(0, 2), metavar="X", help="0 to 2.")
@click.option("--reasoning", type=click.Choice(get_args(ReasoningLevel)), help="How much to think.")
@click.option(
    "--image", "images", type=_FILE, multiple=True, metavar="FILE", help="PNG, JPEG, GIF or WebP; may repeat."
)
@click.option("--json-schema", type=_FILE, metavar="FILE", help="JSON schema that the answer must follow.")
@click.option("-c", "--continue", "goes_on", is_flag=True, help="Go on with the last conversation.")
@click.option("--no-stream", is_flag=True, help="Print the answer when it is complete.")
@click.pass_obj
def ask(
    session: Session,
    /,
    prompt: str | None,
    system: str | None,
    max_tokens: int | None,
    temperature: float | None,
    reasoning: ReasoningLevel | None,
    images: tuple[Path, ...],
    json_schema: Path | None,
    goes_on: bool,
    no_stream: bool,
    **flags: Any,
) -> int:
    """Send PROMPT to a chosen or an automatically selected model; the answer streams to stdout.

    A stdin that is not a terminal is appended to PROMPT; PROMPT `-` is stdin alone. Everything else (thinking,
    fallbacks, tokens and cost) goes to stderr. With -c the last conversation goes along, and goes on. Ctrl+C stops;
    what arrived until then stays and is accounted for.
    """
    schema = None if json_schema is None else read_schema(json_schema)
    fields = {
        **selection_fields(flags),
        "system": system,
        "images": tuple(read_image(path) for path in images),
        "params": Params(max_tokens=max_tokens, temperature=temperature, reasoning=reasoning, json_schema=schema),
    }
    text = read_prompt(session, prompt)
    live = LiveRun(session.output, streaming=not no_stream, thinking=session.verbose or session.output.err_is_terminal)
    with session.listed_deck() as deck:
        if fields["task"] is not None:
            known_task(session, deck, fields["task"])
        note_unlisted(session, deck, fields["model"], fields["preferred"])
        if images:
            note_blind(session, deck, fields["model"])
        fields["conversation"] = _last_conversation(deck) if goes_on else _new_conversation()
        try:
            answer = _follow(deck, text, fields, live)
        except KeyboardInterrupt:
            return _report_interruption(session, live)
        live.finish()
        require_success(answer, deck.providers())
    if session.output.as_json:
        session.output.document(answer_row(answer))
    return 0


def _last_conversation(deck: Deck) -> str:
    conversation = deck.history.last_conversation()
    if conversation is None:
        raise UsageError(
            "There is no conversation to go on with.",
            "`modeldeck ask` without -c begins one; it is kept unless [privacy] history is false.",
            code="no_conversation",
        )
    return conversation


def _new_conversation() -> str:
    return os.urandom(8).hex()


def _follow(deck: Deck, prompt: str, fields: dict[str, Any], live: LiveRun) -> Answer:
    """Run to the end in an event loop of its own; Ctrl+C cancels the run, which settles it, before it surfaces."""
    import asyncio

    async def follow() -> Answer:
        stream = deck.run(prompt, **fields)
        try:
            async for event in stream:
                live.on(event)
        finally:
            await stream.aclose()
            await deck.disconnect()
        return live.answer

    return asyncio.run(follow())


def _report_interruption(session: Session, live: LiveRun) -> int:
    live.finish()
    message, hint = "Interrupted.", "What arrived until then is accounted for: see `modeldeck usage`."
    session.output.note(f"{message} {hint}")
    if session.output.as_json:
        session.output.document(error_document("interrupted", message, hint, run=live.run, text=live.text))
    return _INTERRUPTED
