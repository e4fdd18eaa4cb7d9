"""What `select` and `ask` share: the prompt and the flags that steer the selection."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from modeldeck.cli.session import Session
from modeldeck.cli.verb import capability, number, score, strategy, usd
from modeldeck.domain.errors import UsageError
from modeldeck.domain.model import Capability
from modeldeck.domain.task import Criteria, Mode, Strategy, Tier
from modeldeck.engine.deck import Deck

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_FLAGS = (
    click.option("--task", metavar="T", help="The task, with its policy; default: `default`."),
    click.option("--tier", type=click.Choice([tier.value for tier in Tier]), help="Part of the market to draw from."),
    click.option("--model", metavar="M", help="Exactly this model, or `auto` to let the engine choose."),
    click.option("--prefer", metavar="M", help="This model if it can serve the prompt, else as --fallback-mode says."),
    click.option("--fallback-mode", type=click.Choice(["auto", "none"]), help="What follows a preferred model."),
    click.option("--strategy", type=strategy, metavar="S", help=f"Weights of the score: {', '.join(Strategy)}."),
    click.option("--fast", is_flag=True, help="Fast models only."),
    click.option("--quality", is_flag=True, help="Quality before price and speed."),
    click.option("--free-only", is_flag=True, help="Models that cost nothing only (free or local)."),
    click.option("--local-only", is_flag=True, help="Models on this machine only."),
    click.option(
        "--capability",
        "capabilities",
        type=capability,
        multiple=True,
        metavar="C",
        help=f"Needed capability; may be repeated. One of: {', '.join(Capability)}.",
    ),
    click.option("--min-quality", type=score, metavar="X", help="Least quality, 0 to 1."),
    click.option("--max-cost", type=usd, metavar="USD", help="Most that this call may be expected to cost."),
    click.option("--max-latency", type=number(1), metavar="MS", help="Longest known latency."),
)


def selection_flags(function: Decorated) -> Decorated:
    """Add the flags of a selection; they arrive as keyword arguments for `selection_fields`."""
    for flag in reversed(_FLAGS):
        function = flag(function)
    return function


def selection_fields(flags: dict[str, Any]) -> dict[str, Any]:
    """The flags as fields of a Request.

    Raises:
        UsageError: --model together with --prefer.
    """
    model, preferred = flags["model"], flags["prefer"]
    if model and preferred:
        raise UsageError("--model and --prefer exclude each other.", "--prefer falls back, --model does not.")
    automatic = model is not None and model.strip().lower() == Mode.AUTO
    return {
        "task": flags["task"],
        "mode": Mode.AUTO if automatic else None,
        "model": None if automatic else model,
        "preferred": preferred,
        "fallback_mode": flags["fallback_mode"],
        "tier": None if flags["tier"] is None else Tier(flags["tier"]),
        "strategy": flags["strategy"],
        "require_fast": flags["fast"],
        "require_quality": flags["quality"],
        "criteria": Criteria(
            required_capabilities=frozenset(flags["capabilities"]),
            max_cost_usd=flags["max_cost"],
            max_latency_ms=flags["max_latency"],
            min_quality=flags["min_quality"],
            free_only=flags["free_only"],
            local_only=flags["local_only"],
        ),
    }


def note_unlisted(session: Session, deck: Deck, *names: str | None) -> None:
    """Say on stderr which of the named models no list holds: they are called all the same. None names no model.

    Raises:
        UnknownModelError: a name resolves to nothing.
    """
    usable = [entry.name for entry in deck.providers() if entry.usable]
    for model in [deck.catalog.resolve(name, usable) for name in names if name is not None]:
        if not model.listed:
            session.output.note(f"note: no list holds {model.id}; what it can do and costs is unknown.")


def note_blind(session: Session, deck: Deck, name: str | None) -> None:
    """Say on stderr when nobody states that the model of this name sees pictures. None names no model.

    It is asked all the same, as manual mode wants: lists leave much out. One whose provider states what goes in is
    refused instead.
    """
    if name is None:
        return
    model = deck.catalog.resolve(name, [entry.name for entry in deck.providers() if entry.usable])
    if model.listed and not model.inputs_stated and Capability.VISION not in model.capabilities:
        session.output.note(f"note: nobody states that {model.id} sees pictures; it may ignore them or refuse.")


def read_prompt(session: Session, argument: str | None) -> str:
    """The prompt: PROMPT with a piped stdin appended to it, or stdin alone for `-`.

    Raises:
        UsageError: there is no text at all.
    """
    parts = [session.read_stdin()] if argument == "-" else [argument or "", session.read_piped()]
    prompt = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    if not prompt:
        raise UsageError(
            "There is no prompt.", 'Write it after the verb, or pipe it in: git diff | modeldeck ask "review this"'
        )
    return prompt
