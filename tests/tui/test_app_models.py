"""The app driven by keys: the table of models, and choosing one from anywhere."""

from textual.widgets import TextArea

from fake_app import MakeApp, drawn, rows, started, subtitle, table, until
from fakes import World
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.tui.panes.models import ModelsPane
from modeldeck.tui.widgets.choice_list import ChoiceList
from modeldeck.tui.widgets.header import DeckHeader


async def test_the_table_has_the_focus_and_lists_what_can_be_called_first(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app):
        assert app.focused is table(app)
        assert rows(app)[-1] == "locked/haiku"
        assert len(rows(app)) == 5
        assert "5" in subtitle(app)


async def test_enter_makes_a_row_the_manual_model_and_f4_leaves_that(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("G", "k", "enter")
        chosen = table(app).highlighted
        assert (app.deck.choices.state.mode, app.deck.choices.state.preferred) == (Mode.MANUAL, chosen)
        assert chosen in app.deck.choices.state.recent
        await pilot.pause()
        assert app.deck_screen.query_one(DeckHeader).mode == "manual"
        await pilot.press("f4")
        assert app.deck.choices.state.mode is Mode.AUTO
        await pilot.press("f4")
        assert (app.deck.choices.state.mode, app.deck.choices.state.preferred) == (Mode.HYBRID, chosen)


async def test_typing_filters_and_escape_gives_everything_back(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("slash", *"dsr1")
        assert {row.split("/")[-1] for row in rows(app)} == {"deepseek-r1", "deepseek-r1:free"}
        await pilot.press("escape")
        assert app.focused is table(app)
        assert "2 of 5" in subtitle(app)
        await pilot.press("escape")
        assert len(rows(app)) == 5


async def test_free_only_is_one_key_and_is_kept(make_app: MakeApp, furnished: World) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("f")
        assert rows(app) == ["cloud/vendor/deepseek-r1:free"]
        assert furnished.state_file.state.filters == {"kind": "free"}
        await pilot.press("x")
        assert len(rows(app)) == 5


async def test_a_favourite_stays_first_in_every_order(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("G", "asterisk")
        await pilot.pause()
        assert rows(app)[0] == "locked/haiku"
        await pilot.press("s")
        assert rows(app)[0] == "locked/haiku"
        assert rows(app)[1:] == sorted(rows(app)[1:], key=lambda row: row.rsplit("/", 1)[-1])


async def test_nothing_matches_says_what_hides_and_which_key_helps_where_the_cursor_is(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("f", "slash", *"zzz")
        await pilot.pause()
        assert "Esc leaves the line, then x clears" in drawn(app)
        await pilot.press("escape")
        await pilot.pause()
        said = drawn(app)
        assert "5 models are hidden" in said
        assert "Esc leaves" not in said
        assert "· free · 'zzz' · x clears" in str(app.deck_screen.query_one(ModelsPane).border_title)
        await pilot.press("x")
        assert len(rows(app)) == 5
        assert str(app.deck_screen.query_one(ModelsPane).border_title) == "1 Models"


async def test_the_quick_switcher_works_from_the_prompt(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.focused, TextArea))
        await pilot.press("ctrl+l", *"gpt5")
        await pilot.pause()
        assert "1/5 · enter uses it" in str(app.screen.query_one(".box").border_subtitle)
        await pilot.press("enter")
        await until(pilot, lambda: app.deck.choices.state.preferred is not None)
        assert app.deck.choices.state.preferred == "cloud/vendor/gpt-5-mini"


async def test_f2_offers_the_recent_models_beginning_with_the_one_before(make_app: MakeApp, furnished: World) -> None:
    recent = ("cloud/vendor/gpt-5-mini", "home/llama3.1:8b", "cloud/vendor/deepseek-r1")
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred=recent[0], recent=recent)
    app = make_app()
    async with started(app) as pilot:
        pointed: list[str | None] = []
        for _ in range(4):
            await pilot.press("f2")
            pointed.append(app.screen.query_one(ChoiceList).current)
        assert app.deck.choices.state.preferred == recent[0]
        await pilot.press("enter")
        await until(pilot, lambda: app.deck.choices.state.preferred == recent[1])
    assert pointed == [recent[1], recent[2], recent[0], recent[1]]


async def test_using_a_model_that_cannot_be_called_says_why(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("G", "enter")
        await until(pilot, lambda: app.deck.choices.state.preferred == "locked/haiku")
        notes = [note.message for note in app._notifications]
    assert "locked/haiku cannot be called now: no key." in notes


async def test_f2_without_recent_models_says_what_makes_some(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("f2")
        notes = [note.message for note in app._notifications]
    assert notes == ["No recent models yet: enter on a row uses one."]


async def test_assigning_from_the_table(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        model = table(app).highlighted
        await pilot.press("a", "enter")
        await pilot.pause()
        first = app.deck.tasks.all()[0]
        assert (first.mode, first.model) == (Mode.MANUAL, model)


async def test_a_file_that_cannot_be_written_is_told_and_the_choice_holds(make_app: MakeApp, furnished: World) -> None:
    furnished.state_file.broken = True
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("enter", "f", "asterisk")
        await pilot.pause()
        assert app.is_running
        assert app.deck.choices.state.mode is Mode.MANUAL
