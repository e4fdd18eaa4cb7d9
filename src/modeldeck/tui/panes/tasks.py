"""The Tasks pane: which model or policy serves which task, and how its last pick does."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from modeldeck.domain.errors import DeckError
from modeldeck.domain.run import Finished
from modeldeck.domain.task import Mode, Task
from modeldeck.engine.deck import Deck
from modeldeck.engine.wording import requirements
from modeldeck.tui.format import UNKNOWN, clean, share, short_id
from modeldeck.tui.held import held_by, how_to_unlock, lock_mark
from modeldeck.tui.messages import CatalogChanged, RunEvent, StateChanged, TaskChosen, WhyRequested
from modeldeck.tui.panes.live_pane import LivePane
from modeldeck.tui.toast import fail, say, warn
from modeldeck.tui.widgets.line_panel import Line, LinePanel, table_line
from modeldeck.tui.widgets.table_columns import Column, fit_columns
from modeldeck.tui.widgets.tones import DIM

_MARKS = {"deck.toml": "●", "config.toml": "○"}
_HELD = "="
_NAME_CELLS = 13
_LONGEST_NAME = 21  # of the default tasks
_BESIDE_NAME = 24  # cells of the columns that never leave, and of the blanks between
_ROOMY = 60


def _columns(width: int) -> tuple[Column, ...]:
    return (
        Column("held", "", 1),
        Column("name", "task", min(_LONGEST_NAME, max(_NAME_CELLS, width - _BESIDE_NAME))),
        Column("mode", "mode", 6),
        Column("serves", "served by", 0, least=14) if width >= _ROOMY else Column("serves", "served", 0, least=8),
        Column("tier", "tier", 8, dropped=3),
        Column("strategy", "strategy", 12, dropped=4),
        Column("pick", "last pick", 18, dropped=2),
        Column("ok", "ok", 5, right=True, dropped=1),
        Column("source", "set by", 24, dropped=5),
        Column("needs", "needs", 20, dropped=6),
        Column("purpose", "purpose", 44, dropped=7),
    )


class TasksPane(LivePane):
    """One line per task."""

    TITLE: ClassVar[str] = "Tasks"
    NUMBER: ClassVar[int] = 3
    HELP: ClassVar[str] = """\
Scripts call modeldeck with a task name; here stands what serves it. **{lines.choose|Enter}** changes mode, model,
tier and strategy, `{tasks.unassign|u}` takes your assignment back, `{tasks.why|w}` says why the last pick was made,
`{tasks.use|t}` uses the task for the conversation, a second time lets each prompt decide again.

The mark in front says where the line comes from: `●` assigned here, `○` set in config.toml, `=` with the word `env`
held by an environment variable, named in the lower edge, which nothing in the program can change. `ok` is the share of
the last pick's calls that succeeded.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", id="tasks.edit", tooltip="Change mode, model, tier, strategy"),
        Binding("u", "unassign", "unassign", id="tasks.unassign", tooltip="Take the assignment back"),
        Binding("w", "why", "why", id="tasks.why", tooltip="Why the last pick was made"),
        Binding("t", "talk", "use", id="tasks.use", tooltip="Use this task for the conversation, or no longer"),
    ]

    def __init__(self, deck: Deck) -> None:
        super().__init__(deck)
        self._talked: str | None = None  # the task that was chosen here for the conversation

    def compose(self) -> ComposeResult:
        yield LinePanel()

    def focus_primary(self) -> None:
        """Put the cursor on the tasks."""
        self.screen.set_focus(self.query_one(LinePanel))

    def redraw(self) -> None:
        """Show every task as it holds now."""
        panel = self.query_one(LinePanel)
        columns = _columns(panel.text_width)
        placed = fit_columns(columns, panel.text_width)
        titles = table_line(placed, [column.title for column in columns]).content.stylize(DIM)
        room = next(place.width for place in placed if place.column.key == "serves")
        lines = [table_line(placed, self._cells(task, room), task.name) for task in self.deck.tasks.all()]
        panel.show(lines or [Line(Content("No tasks are defined."))], [titles])
        self._say_purpose()

    def _cells(self, task: Task, room: int) -> list[str | Content]:
        """The texts of a task's line; `room` is the width of what serves it."""
        stored = self.deck.history.last_pick(task.name)
        pick = None if stored is None else stored.selection.model
        experience = None if pick is None else self.deck.experience.of(pick)
        tier = f"{task.tier} models"
        market = Content.styled(tier if len(tier) <= room else task.tier.value, DIM)
        return [
            _mark(task),
            clean(task.name),
            _mode(task),
            Content(short_id(task.model)[0]) if task.model else market,
            task.tier.value,
            task.strategy or UNKNOWN,
            Content.styled(UNKNOWN if pick is None else short_id(pick)[0], DIM),
            share(None if experience is None else experience.success_rate),
            Content.styled(lock_mark(task) or clean(task.source), DIM),
            ", ".join(requirements(task)) or UNKNOWN,
            Content.styled(clean(task.purpose), DIM),
        ]

    def _say_purpose(self) -> None:
        """The purpose of the task under the cursor, in the frame's lower edge."""
        task = self._current
        words = "" if task is None else lock_mark(task) or clean(task.purpose)
        self.border_subtitle = Content(words)

    @on(LinePanel.Moved)
    def _moved(self, message: LinePanel.Moved) -> None:
        message.stop()
        self._say_purpose()

    @on(LinePanel.Chosen)
    def _chosen(self, message: LinePanel.Chosen) -> None:
        message.stop()
        self.action_edit()

    @on(StateChanged)
    @on(CatalogChanged)
    def _look_again(self) -> None:
        self.changed()

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        if isinstance(message.event, Finished):
            self.changed()

    def action_edit(self) -> None:
        """Change the policy of the task under the cursor."""
        task = self._current
        if task is None:
            return
        if held_by(task) is not None:
            warn(self.app, how_to_unlock(task))
            return
        from modeldeck.tui.screens.edit_task import EditTaskScreen

        self.app.push_screen(EditTaskScreen(self.deck, task), self._edited)

    def _edited(self, changed: bool | None) -> None:
        if changed:
            self.post_message(StateChanged())

    def action_unassign(self) -> None:
        """Forget what was assigned here."""
        task = self._current
        if task is None:
            return
        if held_by(task) is not None:
            warn(self.app, how_to_unlock(task))
            return
        if task.source != "deck.toml":
            say(self.app, f"{task.name} has no assignment of yours.")
            return
        try:
            self.deck.tasks.unassign(task.name)
        except DeckError as error:
            fail(self.app, error)
        self.post_message(StateChanged())

    def action_why(self) -> None:
        """Ask why the last pick of this task was made."""
        task = self._current
        if task is not None:
            self.post_message(WhyRequested(task=task.name))

    def action_talk(self) -> None:
        """Use this task for the conversation; the same one again: let each prompt decide."""
        task = self._current
        if task is None:
            return
        self._talked = None if task.name == self._talked else task.name
        self.post_message(TaskChosen(self._talked))
        now = "Each prompt decides its task again." if self._talked is None else f"The conversation is {task.name} now."
        say(self.app, now)

    @property
    def _current(self) -> Task | None:
        name = self.query_one(LinePanel).current
        return None if name is None else self.deck.tasks.get(name)


def _mode(task: Task) -> str:
    if held_by(task) is not None:
        return "env"
    return "prefer" if task.mode is Mode.HYBRID else task.mode.value


def _mark(task: Task) -> str:
    return _HELD if held_by(task) is not None else _MARKS.get(task.source, "")
