"""Editing a task in place: what it asks of models is said, what can be chosen is stepped through."""

from dataclasses import replace

from textual.widget import Widget

from fake_host import hosted
from fakes import World
from modeldeck.domain.model import Capability
from modeldeck.domain.task import Criteria, Strategy, Tier
from modeldeck.engine.deck import Deck
from modeldeck.tui.screens.edit_task import EditTaskScreen
from modeldeck.tui.widgets.choice_list import ChoiceList


async def test_what_the_task_needs_is_said_and_the_rest_can_be_changed(furnished: World) -> None:
    with Deck(furnished.parts()) as deck:
        criteria = Criteria(required_capabilities=[Capability.TOOLS], min_quality=0.5)
        task = replace(deck.tasks.get("coding"), require_fast=True, criteria=criteria)
        screen = EditTaskScreen(deck, task)
        async with hosted(Widget(), size=(100, 30)) as stage:
            await stage.app.push_screen(screen)
            await stage.until(lambda: bool(screen.query(ChoiceList)))
            choices = screen.query_one(ChoiceList)
            lines = [choices.render_line(y).text for y in range(6)]
            assert "needs fast, tools, quality 0.50 or more" in lines[1]
            choices.go_to("tier")
            await stage.pilot.press("right")
            choices.go_to("strategy")
            await stage.pilot.press("right")
            changed = deck.tasks.get("coding")
            tiers, strategies = tuple(Tier), (None, *Strategy)
            assert changed.tier is tiers[(tiers.index(task.tier) + 1) % len(tiers)]
            assert changed.strategy == strategies[(strategies.index(task.strategy) + 1) % len(strategies)]
