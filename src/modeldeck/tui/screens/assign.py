"""Assigning a model to a task: exactly this model, or this one with the engine behind it."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from modeldeck.domain.errors import DeckError
from modeldeck.domain.task import Task
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import clean, short_id
from modeldeck.tui.held import held_by, how_to_unlock, lock_mark
from modeldeck.tui.hints import hint
from modeldeck.tui.toast import fail, say, warn
from modeldeck.tui.widgets.choice_list import Choice, ChoiceList

_KEYS = (
    "{choices.choose|enter} exactly this · {assign.prefer|p} prefer it · "
    "{assign.unassign|u} default · {assign.close|esc}"
)


class AssignScreen(ModalScreen[bool]):
    """Ends with True when an assignment changed."""

    CSS_PATH = "overlay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "close", id="assign.close"),
        Binding("p", "prefer", "prefer", id="assign.prefer"),
        Binding("u", "unassign", "back to the default", id="assign.unassign"),
    ]

    def __init__(self, deck: Deck, model: str) -> None:
        super().__init__(classes="overlay")
        self._deck = deck
        self._model = model

    def compose(self) -> ComposeResult:
        box = Vertical(classes="box -small")
        box.border_title = clean(f"Assign {self._model}").replace("[", r"\[")
        box.border_subtitle = hint(self, _KEYS)
        with box:
            yield ChoiceList()

    def on_mount(self) -> None:
        tasks = self.query_one(ChoiceList)
        tasks.show([self._line(task) for task in self._deck.tasks.all()])
        tasks.focus()

    def _line(self, task: Task) -> Choice:
        now = task.mode.value if task.model is None else f"{task.mode.value} {short_id(task.model)[0]}"
        now = lock_mark(task) or now
        return Choice(task.name, "radio", clean(task.name), clean(now), on=task.model == self._model)

    @on(ChoiceList.Chosen)
    def _chosen(self, message: ChoiceList.Chosen) -> None:
        self._assign(message.key, prefer=False)

    def action_prefer(self) -> None:
        if task := self.query_one(ChoiceList).current:
            self._assign(task, prefer=True)

    def action_unassign(self) -> None:
        if task := self.query_one(ChoiceList).current:
            self._change(partial(self._deck.tasks.unassign, task))

    def _assign(self, task: str, *, prefer: bool) -> None:
        self._change(partial(self._deck.tasks.assign, task, self._model, prefer=prefer))

    def _change(self, change: partial[Task]) -> None:
        """Do it and close; what an environment variable holds is said, because the change does not hold then."""
        try:
            task = change()
        except DeckError as error:
            fail(self.app, error)
            return
        if held_by(task) is None:
            say(self.app, f"{task.name}: {task.mode.value} {task.model or ''}")
        else:
            warn(self.app, f"Kept, but not in force. {how_to_unlock(task)}")
        self.dismiss(True)
