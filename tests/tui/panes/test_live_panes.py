"""Tasks, Usage and Hardware over a deck of fakes."""

from datetime import UTC, datetime

import pytest

from fake_host import hosted
from fakes import World
from modeldeck.domain.hardware import Cpu, Hardware, Memory
from modeldeck.domain.loaded import EnvironmentTask
from modeldeck.domain.pricing import NO_COST
from modeldeck.domain.run import UsageUpdated
from modeldeck.domain.task import Mode
from modeldeck.domain.usage import Usage
from modeldeck.engine.deck import Deck
from modeldeck.tui.format import clean
from modeldeck.tui.messages import HardwareRead, RunEvent, SpendChanged, StateChanged, TaskChosen, WhyRequested
from modeldeck.tui.panes.hardware import HardwarePane
from modeldeck.tui.panes.live_pane import LivePane
from modeldeck.tui.panes.tasks import TasksPane
from modeldeck.tui.panes.usage import UsagePane
from modeldeck.tui.screens.edit_task import EditTaskScreen
from modeldeck.tui.widgets.line_panel import LinePanel

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def deck(furnished: World) -> Deck:
    return Deck(furnished.parts())


def shown(pane: LivePane) -> str:
    panel = pane.query_one(LinePanel)
    return "\n".join(panel.render_line(y).text.rstrip() for y in range(panel.size.height))


def row(pane: LivePane, name: str) -> list[str]:
    return next(line.split() for line in shown(pane).splitlines() if name in line.split()[:2])


async def test_every_task_has_a_line_with_what_serves_it(deck: Deck) -> None:
    deck.tasks.assign("coding", "cloud/vendor/gpt-5-mini", prefer=True, tier="premium", strategy="cost")
    pane = TasksPane(deck)
    async with hosted(pane, size=(100, 24)):
        assert row(pane, "coding")[:6] == ["●", "coding", "prefer", "gpt-5-mini", "premium", "cost"]
        assert row(pane, "summarization")[1] == "auto"


async def test_the_last_pick_and_its_success_stand_beside_the_task(deck: Deck) -> None:
    deck.ask("Hello", task="coding")
    pane = TasksPane(deck)
    async with hosted(pane, size=(100, 24)):
        assert row(pane, "coding")[-2:] == ["100", "%"]


@pytest.mark.parametrize(("width", "name"), [(40, "classificati…"), (63, "classification")])
async def test_names_take_the_width_there_is_and_success_stays(deck: Deck, width: int, name: str) -> None:
    deck.ask("Hello", task="classification")
    pane = TasksPane(deck)
    async with hosted(pane, size=(width, 24)):
        assert name in shown(pane)
        assert row(pane, name)[-2:] == ["100", "%"]


async def test_keys_work_on_the_task_under_the_cursor(deck: Deck) -> None:
    deck.tasks.assign("chat", "home/llama3.1:8b")
    pane = TasksPane(deck)
    async with hosted(pane, size=(100, 24)) as stage:
        pane.focus_primary()
        await stage.pilot.press("w", "t", "t", "u")
        await stage.pilot.pause()
        assert [message.task for message in stage.posted(WhyRequested)] == ["chat"]
        assert [message.task for message in stage.posted(TaskChosen)] == ["chat", None]
        assert deck.tasks.get("chat").mode is Mode.AUTO
        assert stage.posted(StateChanged)


async def test_a_task_held_by_the_environment_cannot_be_edited(furnished: World) -> None:
    furnished.loaded["environment_tasks"] = (EnvironmentTask("chat", "home/llama3.1:8b", "AI_CHAT_MODEL"),)
    pane = TasksPane(Deck(furnished.parts()))
    async with hosted(pane, size=(100, 24)) as stage:
        pane.focus_primary()
        await stage.pilot.press("e")
        assert not isinstance(stage.app.screen, EditTaskScreen)
        assert row(pane, "chat")[:3] == ["=", "chat", "env"]
        assert str(pane.border_subtitle) == "env AI_CHAT_MODEL"
        await stage.pilot.press("u")
        assert [note.message for note in stage.app._notifications] == [
            "The environment variable AI_CHAT_MODEL holds chat: unset it and start again to choose here."
        ] * 2


async def test_a_wide_pane_names_what_set_each_task(furnished: World) -> None:
    furnished.loaded["environment_tasks"] = (EnvironmentTask("chat", "home/llama3.1:8b", "AI_CHAT_MODEL"),)
    pane = TasksPane(Deck(furnished.parts()))
    async with hosted(pane, size=(130, 24)):
        assert row(pane, "chat")[-2:] == ["env", "AI_CHAT_MODEL"]
        assert row(pane, "coding")[-1] == "default"


async def test_editing_changes_the_policy_at_once(deck: Deck) -> None:
    pane = TasksPane(deck)
    async with hosted(pane, size=(100, 30)) as stage:
        pane.focus_primary()
        await stage.pilot.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, EditTaskScreen))
        await stage.pilot.press("G", "right", "k", "right")
        await stage.pilot.pause()
        task = deck.tasks.get("chat")
        assert (task.strategy, task.tier) == ("balanced", "premium")
        await stage.pilot.press("escape")
        await stage.pilot.pause()
        assert stage.posted(StateChanged)


async def test_spending_is_shown_by_group_and_period(deck: Deck) -> None:
    deck.ask("Hello", model="cloud/vendor/gpt-5-mini", mode=Mode.MANUAL, task="coding")
    pane = UsagePane(deck)
    async with hosted(pane) as stage:
        assert "by model, today" in shown(pane)
        assert row(pane, "gpt-5-mini")[1].startswith("≈$0.0")
        pane.focus_primary()
        await stage.pilot.press("b", "d")
        await stage.until(lambda: "by task, this month" in shown(pane))
        assert row(pane, "coding")


async def test_new_spending_shows_without_asking(deck: Deck) -> None:
    pane = UsagePane(deck)
    async with hosted(pane) as stage:
        assert "Nothing has been asked" in shown(pane)
        deck.ask("Hello", task="coding")
        pane.post_message(SpendChanged().stop())
        await stage.until(lambda: "by model, today" in shown(pane))


async def test_tokens_of_a_running_answer_show_as_soon_as_they_are_told(deck: Deck) -> None:
    pane = UsagePane(deck)
    async with hosted(pane) as stage:
        for count in (131, 178):
            pane.post_message(RunEvent(UsageUpdated("r1", Usage(9, count), NO_COST, final=False)).stop())
            pane.post_message(SpendChanged().stop())
        await stage.until(lambda: "≈178" in shown(pane))


async def test_a_hidden_pane_does_no_work(deck: Deck) -> None:
    drawn: list[int] = []

    class Counting(UsagePane):
        def redraw(self) -> None:
            drawn.append(1)
            super().redraw()

    pane = Counting(deck)
    async with hosted(pane) as stage:
        pane.display = False
        await stage.pilot.pause()
        drawn.clear()
        for _ in range(3):
            pane.post_message(SpendChanged().stop())
            await stage.pilot.pause(0.25)
        assert drawn == []
        pane.display = True
        await stage.until(lambda: len(drawn) > 0)


async def test_a_flood_of_news_is_drawn_a_few_times_a_second(deck: Deck) -> None:
    drawn: list[int] = []

    class Counting(UsagePane):
        def redraw(self) -> None:
            drawn.append(1)
            super().redraw()

    pane = Counting(deck)
    async with hosted(pane) as stage:
        drawn.clear()
        for _ in range(50):
            pane.post_message(SpendChanged().stop())
            await stage.pilot.pause()
        assert len(drawn) < 10


async def test_readings_of_the_machine_are_drawn_as_they_come(deck: Deck) -> None:
    pane = HardwarePane(deck)
    async with hosted(pane) as stage:
        assert "Reading the machine…" in shown(pane)
        pane.post_message(HardwareRead(Hardware(NOW, Cpu("Ryzen", 16, 23.0), Memory(2 * 10**10, 10**10)), ()).stop())
        await stage.until(lambda: "23 %" in shown(pane))
        assert "free 10.0 GB of 20.0 GB" in shown(pane)
        assert "llama3.1:8b" in shown(pane)


async def test_a_wide_pane_says_what_each_task_is_for_and_what_it_needs(deck: Deck) -> None:
    async with hosted(TasksPane(deck), size=(200, 24)) as stage:
        pane = stage.app.query_one(TasksPane)
        line = next(line for line in shown(pane).splitlines() if " classification " in line)
        assert clean(deck.tasks.get("classification").purpose) in line
        assert " quality " in line
