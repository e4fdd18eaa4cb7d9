"""Changing a task in place: mode, model, tier and strategy. Every change holds at once."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from modeldeck.domain.errors import DeckError
from modeldeck.domain.task import Mode, Strategy, Task, Tier
from modeldeck.engine.deck import Deck
from modeldeck.engine.wording import requirements
from modeldeck.tui.format import clean, short_id
from modeldeck.tui.hints import hint
from modeldeck.tui.toast import fail
from modeldeck.tui.widgets.choice_list import Choice, ChoiceList

_MODES = (Mode.AUTO, Mode.HYBRID, Mode.MANUAL)
_MODE_WORDS = {
    Mode.AUTO: "auto: the engine chooses",
    Mode.HYBRID: "hybrid: the model, else the engine",
    Mode.MANUAL: "manual: exactly the model",
}
_TIERS = tuple(Tier)
_KEYS = "left and right step · {edit-task.model|m} model · {edit-task.close|esc} close"
_STRATEGIES: tuple[str | None, ...] = (None, *Strategy)


class EditTaskScreen(ModalScreen[bool]):
    """Ends with True when anything changed."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "close", id="edit-task.close"),
        Binding("m", "model", "model", id="edit-task.model", tooltip="Choose the model"),
    ]

    def __init__(self, deck: Deck, task: Task) -> None:
        super().__init__(classes="overlay")
        self._deck = deck
        self._policy = task
        self._before = task

    def compose(self) -> ComposeResult:
        box = Vertical(classes="box -small")
        box.border_title = Content(clean(f"Task {self._policy.name}"))
        box.border_subtitle = hint(self, _KEYS)
        with box:
            yield ChoiceList()

    def on_mount(self) -> None:
        self._show()
        self.query_one(ChoiceList).focus()

    def _show(self) -> None:
        task = self._policy
        model = short_id(task.model)[0] if task.model else "none"
        strategy = task.strategy or "the usual one"
        needs = ", ".join(requirements(task))
        self.query_one(ChoiceList).show(
            [
                Choice("", "text", clean(task.purpose)),
                *([Choice("", "text", f"needs {needs} · [tasks.{clean(task.name)}] in config.toml")] if needs else []),
                Choice("mode", "step", "mode", _MODE_WORDS[task.mode]),
                Choice("model", "choice", "model", model),
                Choice("tier", "step", "tier", task.tier.value),
                Choice("strategy", "step", "strategy", strategy),
            ]
        )

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        message.stop()
        step = message.step or 1
        if message.key == "mode":
            self._change_mode(_MODES[(_MODES.index(self._policy.mode) + step) % len(_MODES)])
        elif message.key == "model":
            self.action_model()
        elif message.key == "tier":
            self._change(replace(self._policy, tier=_TIERS[(_TIERS.index(self._policy.tier) + step) % len(_TIERS)]))
        elif message.key == "strategy":
            self._change(replace(self._policy, strategy=_stepped(self._policy.strategy, step)))

    def _change_mode(self, mode: Mode) -> None:
        if mode is Mode.AUTO:
            self._change(replace(self._policy, mode=mode, model=None))
        elif self._policy.model is None:
            self._ask_model(mode)
        else:
            self._change(replace(self._policy, mode=mode))

    def action_model(self) -> None:
        """Choose the model; a task without one so far prefers it."""
        self._ask_model(Mode.HYBRID if self._policy.mode is Mode.AUTO else self._policy.mode)

    def _ask_model(self, mode: Mode) -> None:
        from modeldeck.tui.screens.quick_switch import QuickSwitch

        def taken(model: str | None) -> None:
            if model is not None:
                self._change(replace(self._policy, mode=mode, model=model))

        self.app.push_screen(QuickSwitch(self._deck), taken)

    def _change(self, wanted: Task) -> None:
        try:
            self._policy = self._deck.tasks.assign(
                wanted.name,
                wanted.model,
                prefer=wanted.mode is Mode.HYBRID,
                tier=wanted.tier.value,
                strategy=wanted.strategy,
            )
        except DeckError as error:
            fail(self.app, error)
            self._policy = self._deck.tasks.get(wanted.name)
        self._show()

    def action_close(self) -> None:
        """Back to the tasks."""
        self.dismiss(self._policy != self._before)


def _stepped(strategy: str | None, step: int) -> str | None:
    """The next strategy of the list; one that a script brought along is left for the usual one."""
    if strategy not in _STRATEGIES:
        return None
    return _STRATEGIES[(_STRATEGIES.index(strategy) + step) % len(_STRATEGIES)]
