"""The Filter pane by itself: what the settings hold is said in words that fit its few cells."""

from dataclasses import replace

from fake_host import hosted
from fakes import World
from modeldeck.domain.settings import ProviderSettings
from modeldeck.engine.deck import Deck
from modeldeck.tui.panes.filter import FilterPane
from modeldeck.tui.widgets.choice_list import ChoiceList


def lines(pane: FilterPane) -> list[str]:
    choices = pane.query_one(ChoiceList)
    return [choices.render_line(y).text.strip() for y in range(choices.size.height)]


async def test_a_provider_of_which_only_free_models_are_shown_is_named_with_what_holds_that(furnished: World) -> None:
    furnished.settings = replace(furnished.settings, providers={"openrouter": ProviderSettings(free_only=True)})
    furnished.loaded["origins"] = {"providers.openrouter.free_only": "environment SHOW_FREE"}
    pane = FilterPane(Deck(furnished.parts()))
    async with hosted(pane, size=(17, 40)) as stage:
        await stage.until(lambda: "env SHOW_FREE" in lines(pane))
        shown = lines(pane)
        at = shown.index("env SHOW_FREE")
        assert shown[at - 2 : at] == ["openrouter", "free only"]
