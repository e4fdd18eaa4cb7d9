"""The cost of the same tokens everywhere, line by line."""

import pytest
from textual.widget import Widget

from fake_host import hosted
from fakes import World, make_model
from modeldeck.engine.deck import Deck
from modeldeck.tui.messages import ModelChosen
from modeldeck.tui.screens.cost import CostScreen
from modeldeck.tui.widgets.line_panel import LinePanel


def shown(screen: CostScreen) -> list[str]:
    panel = screen.query_one(LinePanel)
    return [panel.render_line(y).text.rstrip() for y in range(panel.size.height)]


@pytest.fixture
def world(world: World) -> World:
    world.add(
        "cloud",
        make_model("cloud/dear", price=("3", "15")),
        make_model("cloud/[red]cheap", price=("1", "2")),
        make_model("cloud/mystery", price=None),
    )
    return world


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
async def test_cheapest_first_and_unknown_prices_marked(world: World, size: tuple[int, int]) -> None:
    with Deck(world.parts()) as deck:
        screen = CostScreen(deck)
        async with hosted(Widget(), size=size) as stage:
            await stage.app.push_screen(screen)
            await stage.until(lambda: any("cheap" in line for line in shown(screen)))
            _, cheap, dear, mystery = shown(screen)[:4]
            assert "[red]cheap" in cheap
            assert "$0.125" in cheap
            assert "$0.60" in dear
            assert "—" in mystery
            assert "$" not in mystery


async def test_enter_uses_the_row(world: World) -> None:
    with Deck(world.parts()) as deck:
        screen = CostScreen(deck)
        async with hosted(Widget(), size=(100, 30)) as stage:
            await stage.app.push_screen(screen)
            await stage.until(lambda: screen.query_one(LinePanel).current is not None)
            await stage.pilot.press("j", "enter")
            await stage.until(lambda: bool(stage.posted(ModelChosen)))
            assert stage.posted(ModelChosen)[0].model == "cloud/dear"


async def test_an_empty_catalog_says_what_helps(world: World) -> None:
    world.providers.clear()
    with Deck(world.parts()) as deck:
        screen = CostScreen(deck)
        async with hosted(Widget(), size=(100, 30)) as stage:
            await stage.app.push_screen(screen)
            await stage.until(lambda: any("F5" in line for line in shown(screen)))
