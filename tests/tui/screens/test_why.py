"""Why a model was chosen, line by line."""

from dataclasses import replace

import pytest
from textual.widget import Widget

from fake_answers import SELECTION
from fake_host import hosted
from fakes import World
from modeldeck.domain.selection import Rejection, RejectionGroup
from modeldeck.engine.deck import Deck
from modeldeck.tui.messages import AssignRequested, ModelChosen
from modeldeck.tui.screens.why import WhyScreen
from modeldeck.tui.screens.why_lines import candidate_lines, rejection_lines
from modeldeck.tui.widgets.line_panel import LinePanel


def shown(screen: WhyScreen) -> str:
    panel = screen.query_one(LinePanel)
    return "\n".join(panel.render_line(y).text.rstrip() for y in range(panel.size.height))


@pytest.fixture
def deck(furnished: World) -> Deck:
    return Deck(furnished.parts())


async def test_it_explains_the_newest_run_and_opens_what_was_dropped(deck: Deck) -> None:
    deck.ask("Hello", task="coding")
    screen = WhyScreen(deck)
    async with hosted(Widget(), size=(100, 40)) as stage:
        await stage.app.push_screen(screen)
        await stage.until(lambda: "dropped" in shown(screen))
        assert "confidence" in shown(screen)
        assert "← used" in shown(screen)
        assert "▸ 1 no key" in shown(screen)
        assert "haiku" not in shown(screen)
        await stage.pilot.press("G", "enter")
        await stage.until(lambda: "haiku" in shown(screen))
        await stage.pilot.press("enter")
        await stage.until(lambda: "haiku" not in shown(screen))


async def test_enter_on_a_candidate_chooses_it(deck: Deck) -> None:
    deck.ask("Hello", task="coding")
    stored = deck.history.why()
    assert stored is not None
    screen = WhyScreen(deck)
    async with hosted(Widget(), size=(60, 20)) as stage:
        await stage.app.push_screen(screen)
        await stage.until(lambda: screen.query_one(LinePanel).current is not None)
        await stage.pilot.press("j", "enter")
        await stage.until(lambda: len(stage.posted(ModelChosen)) == 1)
        assert stage.posted(ModelChosen)[0].model == stored.selection.candidates[1].model
        assert stage.app.screen is not screen


async def test_p_pins_the_model_of_the_row_to_a_task(deck: Deck) -> None:
    deck.ask("Hello", task="coding")
    stored = deck.history.why()
    assert stored is not None
    screen = WhyScreen(deck)
    async with hosted(Widget(), size=(60, 20)) as stage:
        await stage.app.push_screen(screen)
        await stage.until(lambda: screen.query_one(LinePanel).current is not None)
        await stage.pilot.press("p")
        await stage.until(lambda: len(stage.posted(AssignRequested)) == 1)
        assert stage.posted(AssignRequested)[0].model == stored.selection.candidates[0].model


async def test_before_any_run_it_says_what_to_do(deck: Deck) -> None:
    screen = WhyScreen(deck, task="coding")
    async with hosted(Widget(), size=(100, 40)) as stage:
        await stage.app.push_screen(screen)
        await stage.until(lambda: "Nothing was chosen for coding yet." in shown(screen))
        await stage.pilot.press("escape")
        assert stage.app.screen is not screen


def test_factors_keep_their_order_and_leave_a_narrow_table_last_first() -> None:
    titles, lines = candidate_lines(SELECTION, SELECTION.model, {}, 90)
    assert titles.plain.split()[:4] == ["model", "quality", "cost", "score"]
    assert lines[0].content.plain.split()[:4] == ["1", "deepseek-r1:free", "FREE", ".81"]
    narrow, _ = candidate_lines(SELECTION, SELECTION.model, {}, 52)
    assert narrow.plain.split()[:3] == ["model", "quality", "score"]
    assert lines[1].key == "cloud/vendor/gpt-5-mini"


def test_a_factor_that_never_counts_takes_no_column() -> None:
    candidates = tuple(replace(each, factors={**each.factors, "favourite": 0.0}) for each in SELECTION.candidates)
    titles, _ = candidate_lines(replace(SELECTION, candidates=candidates), SELECTION.model, {}, 100)
    assert "favour" not in titles.plain


def test_reasons_are_counted_and_every_model_is_named_when_opened() -> None:
    rejected = (
        Rejection("cloud/a[/x]", RejectionGroup.NO_KEY, "no key"),
        Rejection("cloud/b", RejectionGroup.CONTEXT, "context 8k < 12k"),
    )
    lines = rejection_lines(rejected, {"no key": 31, "context": 1}, {"no key", "context"}, 60)
    shown = [line.content.plain.rstrip() for line in lines]
    assert shown[0] == "dropped 32"
    assert "▾ 31 no key" in shown
    assert "  and 30 more, not kept by name" in shown
    assert any(line.startswith("  b ") and line.endswith("context 8k < 12k") for line in shown)
