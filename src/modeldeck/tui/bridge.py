"""The only place where engine work becomes Textual messages.

Workers live here: they never touch a widget, they post. Text that streams in is bundled, because a screen that is
drawn twenty times a second gains nothing from five thousand messages in that second.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual.message_pump import MessagePump

from modeldeck.domain.errors import DeckError
from modeldeck.domain.request import Message
from modeldeck.domain.run import Event, ReasoningDelta, TextDelta, UsageUpdated
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.engine.deck import Deck
from modeldeck.engine.live_settings import Reloaded
from modeldeck.tui.advice import NOTHING_YET, nothing_callable
from modeldeck.tui.messages import (
    DryRunMade,
    HardwareRead,
    Previewed,
    Refreshed,
    RunEvent,
    RunRefused,
    RunStopped,
    SettingsRead,
)

BUNDLE_SECONDS = 0.05
USAGE_SECONDS = 0.2  # figures that change more often cannot be read
_NEWEST_RUNS = 8  # of which the stopped one is the last, unless other programs write to the same ledger


def run_fields(state: DeckState, task: str | None, retry_model: str | None = None) -> dict[str, Any]:
    """The request fields that mode, model and task on screen stand for.

    Auto leaves mode and model to the task, so that an assignment of the task holds. `task` None: the prompt decides.
    """
    fields: dict[str, Any] = {} if task is None else {"task": task}
    if retry_model is not None:
        fields |= {"mode": Mode.MANUAL, "model": retry_model}
    elif state.mode is Mode.MANUAL and state.preferred is not None:
        fields |= {"mode": Mode.MANUAL, "model": state.preferred}
    elif state.mode is Mode.HYBRID and state.preferred is not None:
        fields |= {"mode": Mode.HYBRID, "preferred": state.preferred}
    return fields


async def stream_run(
    target: MessagePump,
    deck: Deck,
    messages: Sequence[Message],
    fields: Mapping[str, Any],
    conversation: str,
) -> None:
    """Run a conversation's next turn and post what happens; cancelling it stops the run and posts RunStopped."""
    bundle = _Bundle(target)
    try:
        stream = deck.run(list(messages), infer_task=True, conversation=conversation, **fields)
        try:
            async for event in stream:
                bundle.add(event)
        finally:
            bundle.flush()
            await stream.aclose()
    except DeckError as error:
        target.post_message(RunRefused(error.message, error.hint))
    except asyncio.CancelledError:
        if bundle.last is not None:
            target.post_message(RunEvent(_settled(deck, bundle.last)))
        target.post_message(RunStopped())
        raise


def _settled(deck: Deck, last: UsageUpdated) -> UsageUpdated:
    """What the ledger holds of a stopped run: more may have arrived since the last update that was told."""
    try:
        found = next((run for run in deck.history.runs(_NEWEST_RUNS) if run.run == last.run), None)
    except DeckError:  # what was told before still stands, and the stop itself must be told
        return last
    if found is None:
        return last
    usage = replace(last.usage, input_tokens=found.input_tokens, output_tokens=found.output_tokens)
    return replace(last, usage=usage, cost=found.cost, final=True)


def dry_run(
    target: MessagePump, deck: Deck, prompt: str, messages: Sequence[Message], fields: Mapping[str, Any]
) -> None:
    """Select for a prompt without sending it and post the answer to the playground's question; for a thread."""
    try:
        selection = deck.select(list(messages), infer_task=True, **fields)
    except DeckError as error:
        target.post_message(DryRunMade(prompt, None, error.message, error.hint))
    else:
        target.post_message(DryRunMade(prompt, selection))


def preview(target: MessagePump, deck: Deck, fields: Mapping[str, Any]) -> None:
    """Select for an empty prompt and post the result; for a thread, because a cold selection takes some ms."""
    try:
        selection = deck.select("", infer_task=True, **fields)
    except DeckError as error:
        problem = f"{NOTHING_YET}: no key is set." if nothing_callable(deck) else error.message
        target.post_message(Previewed(None, problem, _recommended(deck, fields)))
    else:
        own = selection.mode is Mode.AUTO
        target.post_message(Previewed(selection, None, selection.model if own else _recommended(deck, fields)))


def _recommended(deck: Deck, fields: Mapping[str, Any]) -> str | None:
    """What the engine would choose by itself; None when there is nothing to choose."""
    left = {name: value for name, value in fields.items() if name not in ("mode", "model", "preferred")}
    try:
        return deck.select("", infer_task=True, mode=Mode.AUTO, **left).model
    except DeckError:  # the preview itself says why
        return None


def refresh_catalog(target: MessagePump, deck: Deck) -> None:
    """Fetch all lists and post the report; blocks, for a thread."""
    try:
        report = deck.lists.refresh()
    except DeckError as error:
        target.post_message(Refreshed(None, error.message))
    else:
        target.post_message(Refreshed(report, None))


def reload_settings(target: MessagePump, deck: Deck) -> None:
    """Read config.toml again and post what changed, or what is wrong; blocks, for a thread."""
    before = deck.warnings
    try:
        changed = deck.reload()
    except DeckError as error:
        target.post_message(SettingsRead(Reloaded(), error=error))
    else:
        fresh = tuple(warning for warning in deck.warnings if warning not in before)
        target.post_message(SettingsRead(changed, fresh))


def read_hardware(target: MessagePump, deck: Deck) -> None:
    """Read the machine and the local runtimes and post it; blocks, for a thread."""
    target.post_message(HardwareRead(deck.machine.read(), deck.machine.read_loaded()))


class _Bundle:
    """Joins adjacent deltas of one kind for BUNDLE_SECONDS, and keeps the newest usage update for USAGE_SECONDS."""

    def __init__(self, target: MessagePump) -> None:
        self._target = target
        self._delta: TextDelta | ReasoningDelta | None = None
        self._usage: UsageUpdated | None = None
        self.last: UsageUpdated | None = None
        """The newest usage update that came in."""
        self._timer: asyncio.TimerHandle | None = None
        self._usage_timer: asyncio.TimerHandle | None = None

    def add(self, event: Event) -> None:
        if isinstance(event, UsageUpdated):
            self.last = event
        if isinstance(event, TextDelta | ReasoningDelta):
            self._add_delta(event)
            self._timer = self._timer or self._later(BUNDLE_SECONDS, self._flush_text)
        elif isinstance(event, UsageUpdated) and not event.final:
            self._usage = event
            self._usage_timer = self._usage_timer or self._later(USAGE_SECONDS, self.flush)
        else:
            self.flush()
            self._target.post_message(RunEvent(event))

    def flush(self) -> None:
        """Post what is held: text before the usage that counts it."""
        self._flush_text()
        if self._usage_timer is not None:
            self._usage_timer.cancel()
        if self._usage is not None:
            self._target.post_message(RunEvent(self._usage))
        self._usage = self._usage_timer = None

    def _flush_text(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._delta is not None:
            self._target.post_message(RunEvent(self._delta))
        self._delta = self._timer = None

    def _later(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, call)

    def _add_delta(self, event: TextDelta | ReasoningDelta) -> None:
        if self._delta is None:
            self._delta = event
        elif type(self._delta) is type(event):
            self._delta = replace(event, text=self._delta.text + event.text)
        else:
            self._flush_text()
            self._delta = event
