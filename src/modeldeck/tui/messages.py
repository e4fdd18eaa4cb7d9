"""Every message that crosses a pane's border. Bodies are plain data; panes never call each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

# The first picture is painted without knowing what a run or a machine is.
if TYPE_CHECKING:
    from modeldeck.domain.errors import DeckError
    from modeldeck.domain.hardware import Hardware, LoadedModel
    from modeldeck.domain.run import Event
    from modeldeck.domain.selection import Selection
    from modeldeck.engine.live_settings import Reloaded
    from modeldeck.engine.parts import RefreshReport


class Asked(Message):
    """What a person asks of the app, through a pane or a screen."""


class Told(Message):
    """What happened: it comes to the app, which hands on to the panes what they show."""


@dataclass(eq=False, repr=False)
class ModelChosen(Asked):
    """A person wants this model used from now on (Enter on a row, quick switcher, recent)."""

    model: str


@dataclass(eq=False, repr=False)
class AssignRequested(Asked):
    """A person wants to assign this model to a task; opens the assignment screen."""

    model: str


@dataclass(eq=False, repr=False)
class DetailRequested(Asked):
    """A person wants to see everything known about this model."""

    model: str


@dataclass(eq=False, repr=False)
class WhyRequested(Asked):
    """A person asks why: the selection of a run, or the last pick of a task; both None: the newest run."""

    run: str | None = None
    task: str | None = None


@dataclass(eq=False, repr=False)
class PromptSubmitted(Asked):
    """The prompt was sent from the playground; the app starts the run. `retry_model` forces one model."""

    prompt: str
    retry_model: str | None = None


class RunStopRequested(Asked):
    """Esc in the playground: stop the running prompt; the text that arrived stays."""


class ConversationCleared(Asked):
    """A person starts a new conversation: the app forgets the earlier turns."""


@dataclass(eq=False, repr=False)
class DryRunRequested(Asked):
    """A person wants to see what this prompt would choose and cost; the app selects and answers with DryRunMade."""

    prompt: str


@dataclass(eq=False, repr=False)
class DryRunMade(Told):
    """The app's answer to DryRunRequested, delivered to the playground: a selection, or why there is none."""

    prompt: str
    selection: Selection | None
    message: str = ""
    hint: str | None = None


@dataclass(eq=False, repr=False)
class TaskChosen(Asked):
    """A person wants this task for the conversation; None lets the prompt decide again."""

    task: str | None


@dataclass(eq=False, repr=False)
class RunEvent(Told):
    """One engine event of the running prompt, posted by the bridge, delivered to playground, header and usage."""

    event: Event


@dataclass(eq=False, repr=False)
class RunRefused(Told):
    """The run could not start or ended in an error that is no attempt's: message and hint are plain text."""

    message: str
    hint: str | None


class RunStopped(Told):
    """The run was stopped by the person and is settled as cancelled; the text that arrived stays."""


@dataclass(eq=False, repr=False)
class RefreshState(Message):
    """A refresh of the model lists began (`running`) or ended."""

    running: bool


class CatalogChanged(Told):
    """The catalog was refreshed, or favourites, hidden models or overrides changed."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CatalogChanged)


class StateChanged(Told):
    """Mode, model, task assignments or filters changed: whoever shows them looks again."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, StateChanged)


@dataclass(eq=False, repr=False)
class PickChanged(Message):
    """Another model would be used for a prompt now, or is used by the running one; None: there is none.

    `recommended` is what the engine would choose by itself.
    """

    model: str | None
    recommended: str | None = None

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, PickChanged)


class SpendChanged(Told):
    """Money or tokens moved: read `deck.money.spend()` again."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, SpendChanged)


@dataclass(eq=False, repr=False)
class HardwareRead(Told):
    """A new reading of the machine."""

    hardware: Hardware
    loaded: tuple[LoadedModel, ...]

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, HardwareRead)


@dataclass(eq=False, repr=False)
class Previewed(Told):
    """Which model would be used for a prompt now, or the sentence that says why none.

    `recommended` is what the engine would choose by itself, whatever the person chose.
    """

    selection: Selection | None
    problem: str | None
    recommended: str | None = None

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Previewed)


@dataclass(eq=False, repr=False)
class SettingsRead(Told):
    """config.toml was read again: what changed and what is new to say, or what is wrong with it."""

    reloaded: Reloaded
    warnings: tuple[str, ...] = ()
    error: DeckError | None = None


@dataclass(eq=False, repr=False)
class Refreshed(Told):
    """A catalog refresh ended; None: it failed as a whole, `problem` says why."""

    report: RefreshReport | None
    problem: str | None
