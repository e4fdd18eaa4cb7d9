"""The app driven by keys, over a deck of fakes."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from textual.color import Color
from textual.command import CommandList
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import TextArea

from fakes import Hang, World, failure, reply
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.tui.app import DeckApp
from modeldeck.tui.messages import RunEvent, RunStopped
from modeldeck.tui.panes.models import ModelsPane
from modeldeck.tui.panes.playground import PlaygroundPane
from modeldeck.tui.screens.deck import layout_for
from modeldeck.tui.widgets.choice_list import ChoiceList
from modeldeck.tui.widgets.header import DeckHeader
from modeldeck.tui.widgets.model_table import ModelTable
from modeldeck.tui.widgets.prompt import PromptInput

MakeApp = Callable[..., DeckApp]


@asynccontextmanager
async def started(
    app: DeckApp, size: tuple[int, int] = (120, 36), seen: list[Message] | None = None
) -> AsyncIterator[Pilot[int]]:
    """The app with all panes mounted and nothing left to do in the background."""
    hook = None if seen is None else seen.append
    async with app.run_test(size=size, message_hook=hook) as pilot:
        await until(pilot, lambda: len(app.deck_screen.grid.panes) == 6)
        await until(pilot, lambda: all(worker.is_finished for worker in app.workers))
        await pilot.pause()
        yield pilot


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds."""
    for _ in range(200):
        if holds():
            return
        await pilot.pause()
    raise AssertionError("it never came to hold")


async def test_the_end_of_the_start_is_told_once(make_app: MakeApp) -> None:
    told: list[int] = []
    app: DeckApp = make_app(started=lambda: told.append(len(app.deck_screen.grid.panes)))

    async with started(app):
        assert told == [6]


def table(app: DeckApp) -> ModelTable:
    return app.deck_screen.query_one(ModelsPane).query_one(ModelTable)


def rows(app: DeckApp) -> list[str]:
    source = table(app).source
    return [source.key(row) for row in range(len(source))]


def drawn(app: DeckApp) -> str:
    """The screen as text."""
    return "\n".join(line.text for line in app.screen._compositor.render_strips())


def subtitle(app: DeckApp) -> str:
    return str(app.deck_screen.query_one(ModelsPane).border_subtitle)


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


async def test_a_prompt_is_answered_and_its_cost_reaches_the_header(make_app: MakeApp, furnished: World) -> None:
    furnished.providers["cloud"].scripts = {"vendor/gpt-5-mini": [reply("All is well.")]}
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    app = make_app()
    seen: list[Message] = []
    async with started(app, seen=seen) as pilot:
        await pilot.press("4", *"hello", "enter")
        await until(pilot, lambda: bool(furnished.ledger.rows) and not app.playing.running)
        await until(pilot, lambda: app.deck_screen.query_one(DeckHeader).money.session > Decimal(0))
        await pilot.press(*"more", "enter")
        await until(pilot, lambda: len(furnished.ledger.rows) == 2 and not app.playing.running)
    assert any(isinstance(message, RunEvent) for message in seen)
    assert [message.text.strip() for message in furnished.providers["cloud"].calls[1].messages] == [
        "hello",
        "All is well.",
        "more",
    ]


async def test_escape_stops_the_answer_and_keeps_what_arrived(make_app: MakeApp, furnished: World) -> None:
    cloud = furnished.providers["cloud"]
    cloud.scripts = {"vendor/gpt-5-mini": [[TextChunk("Half an ans"), Hang()], reply()]}
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    app = make_app()
    seen: list[Message] = []
    async with started(app, seen=seen) as pilot:
        await pilot.press("4", *"hi", "enter")
        await until(pilot, lambda: app.playing.running and cloud.open_streams == 1)
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: not app.playing.running)
        assert cloud.open_streams == 0
        assert furnished.ledger.rows[0].settled is not None
        await pilot.press(*"go", "enter")
        await until(pilot, lambda: len(cloud.calls) == 2)
    assert any(isinstance(message, RunStopped) for message in seen)
    assert [message.text for message in cloud.calls[1].messages] == ["hi", "Half an ans", "go"]


async def test_ctrl_c_stops_first_and_leaves_when_pressed_twice(make_app: MakeApp, furnished: World) -> None:
    cloud = furnished.providers["cloud"]
    cloud.scripts = {"vendor/gpt-5-mini": [[TextChunk("..."), Hang()]]}
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("4", *"hi", "enter")
        await until(pilot, lambda: cloud.open_streams == 1)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not app.playing.running)
        assert app.is_running
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.return_value is not None)
    assert app.return_value == 0


async def test_leaving_while_an_answer_streams_settles_it(make_app: MakeApp, furnished: World) -> None:
    cloud = furnished.providers["cloud"]
    cloud.scripts = {"vendor/gpt-5-mini": [[TextChunk("..."), Hang()]]}
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("4", *"hi", "enter")
        await until(pilot, lambda: cloud.open_streams == 1)
        await pilot.press("ctrl+q")
    assert cloud.open_streams == 0
    assert furnished.ledger.rows[0].settled is not None


async def test_a_refused_run_is_told_and_the_app_goes_on(make_app: MakeApp, furnished: World) -> None:
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="locked/haiku")
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("4", *"hi", "enter")
        await until(pilot, lambda: not app.playing.running)
        assert app.is_running
        assert app.deck_screen.query_one(DeckHeader).pick.problem is not None


async def test_markup_in_errors_and_names_neither_crashes_nor_paints(make_app: MakeApp, furnished: World) -> None:
    evil = "[/x] [bold]boo[/] \x1b[31m"
    furnished.providers["cloud"].scripts = {"vendor/gpt-5-mini": [[failure(ErrorKind.AUTH, evil)]]}
    furnished.providers["cloud"].list_failure = failure(ErrorKind.MALFORMED, evil)
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("4", *"hi", "enter")
        await until(pilot, lambda: bool(furnished.ledger.rows) and not app.playing.running)
        await pilot.pause()
        assert "\x1b" not in drawn(app)
        assert app.is_running


async def test_letters_typed_right_after_a_key_that_moves_the_cursor_are_not_lost(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        for key in ("slash", *"gpt"):
            app.simulate_key(key)
        await until(pilot, lambda: rows(app) == ["cloud/vendor/gpt-5-mini"])
        await pilot.press("escape")
        for key in ("4", *"hello"):
            app.simulate_key(key)
        await until(pilot, lambda: isinstance(app.focused, TextArea) and app.focused.text == "hello")


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


async def test_a_theme_is_tried_kept_or_given_back(make_app: MakeApp, furnished: World) -> None:
    app = make_app()
    async with started(app) as pilot:
        before = app.theme
        await pilot.press("f9", "j")
        await pilot.pause()
        assert app.theme != before
        await pilot.press("escape")
        assert app.theme == before
        await pilot.press("f9", "j", "enter")
        await pilot.pause()
        assert furnished.state_file.state.theme == app.theme != before


@pytest.mark.parametrize("theme", ["deck-dark", "deck-light", "deck-contrast"])
async def test_a_theme_colours_the_first_picture(make_app: MakeApp, theme: str) -> None:
    app: DeckApp = make_app(default_theme=theme)

    async with started(app):
        assert app.deck_screen.styles.background == Color.parse(app.named_themes[theme].theme.background or "")


@pytest.mark.parametrize("theme", ["deck-dark", "deck-light", "deck-contrast", "deck-ansi", "ansi-light", "no-such"])
async def test_the_app_starts_in_every_theme(make_app: MakeApp, theme: str) -> None:
    app = make_app(default_theme=theme)
    async with started(app, (80, 24)) as pilot:
        assert app.theme == ("deck-dark" if theme == "no-such" else theme)
        await pilot.press("question_mark")
        await pilot.pause()
        assert app.is_running


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


async def test_keys_can_be_changed_and_wrong_names_are_told_once(make_app: MakeApp) -> None:
    app = make_app(keymap={"models.free": "F", "models.fre": "x"})
    async with started(app) as pilot:
        await pilot.press("f")
        assert len(rows(app)) == 5
        await pilot.press("F")
        assert len(rows(app)) == 1
        told = [note.message for note in app._notifications if "models.fre;" in note.message]
        assert len(told) == 1


async def test_the_palette_knows_every_action_with_its_key(make_app: MakeApp) -> None:
    from modeldeck.tui.commands import DeckCommands

    app = make_app()
    async with started(app):
        provider = DeckCommands(app.screen)
        shown = [str(hit.display) async for hit in provider.discover()]  # type: ignore[union-attr]
    joined = "\n".join(shown)
    for words in (
        "f         Models: free",
        "5         Pane: usage",
        "Mode: auto",
        "Theme: Deck light",
        "f5        Refresh",
    ):
        assert words in joined
    assert "Models: " in shown[0], "what can be done here comes first"
    assert "ctrl+p" not in joined


async def test_the_palette_opens_with_our_commands(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: any(found.option_count for found in app.screen.query(CommandList)))
        first = app.screen.query_one(CommandList).get_option_at_index(0)
        assert "Models: " in str(first.prompt)


@pytest.mark.parametrize(
    ("size", "layout", "shown"),
    [
        ((120, 30), "wide", {1, 2, 3, 4, 5, 6}),
        ((119, 30), "middle", {1, 4}),
        ((120, 29), "middle", {1, 4}),
        ((100, 24), "middle", {1, 4}),
        ((99, 40), "narrow", {1}),
        ((200, 23), "narrow", {1}),
        ((60, 20), "narrow", {1}),
        ((59, 20), "tiny", set()),
        ((60, 19), "tiny", set()),
    ],
    ids=str,
)
async def test_the_layout_follows_the_size(
    make_app: MakeApp, size: tuple[int, int], layout: str, shown: set[int]
) -> None:
    app = make_app()
    async with started(app, size):
        assert layout_for(*size) == layout
        assert {number for number in range(1, 7) if app.deck_screen.shows(number)} == shown


async def test_a_terminal_that_is_too_small_is_told_its_size_and_the_way_out(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (50, 15)):
        assert "60 x 20 cells, here are 50 x 15." in drawn(app)
        assert "ctrl+q quits" in drawn(app)


async def test_an_overlay_opens_by_its_number_and_escape_closes_it(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (110, 28)) as pilot:
        await pilot.press("5")
        await pilot.pause()
        assert app.deck_screen.shows(5)
        await pilot.press("escape")
        await pilot.pause()
        assert not app.deck_screen.shows(5)
        assert app.focused is table(app)


async def test_one_pane_at_a_time_in_a_narrow_terminal(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app, (80, 24)) as pilot:
        for key, number in (("5", 5), ("right_square_bracket", 6), ("right_square_bracket", 1)):
            await pilot.press(key)
            await pilot.pause()
            assert [n for n in range(1, 7) if app.deck_screen.shows(n)] == [number]


async def test_a_pane_is_maximised_and_given_back(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        await pilot.press("z")
        await pilot.pause()
        assert [n for n in range(1, 7) if app.deck_screen.shows(n)] == [1]
        await pilot.press("escape")
        await pilot.pause()
        assert app.deck_screen.shows(5)


async def test_a_failing_worker_becomes_a_note(make_app: MakeApp) -> None:
    app = make_app()

    def burst() -> None:
        raise RuntimeError("[/] out of luck")

    async with started(app) as pilot:
        worker = app.run_worker(burst, thread=True, exit_on_error=False, description="The test")
        await until(pilot, lambda: worker.is_finished)
        await pilot.pause()
        assert app.is_running
        assert any("out of luck" in note.message for note in app._notifications)


async def test_the_first_run_says_what_was_found_and_swallows_no_key(make_app: MakeApp) -> None:
    app = make_app()
    async with started(app) as pilot:
        hint = app.deck_screen.query_one("#hint")
        assert "cloud 3 models" in str(hint.render())
        assert hint.display
        await pilot.press("j")
        assert table(app).cursor == 1
        await pilot.press("enter")
        await pilot.pause()
        assert not hint.display


async def test_an_error_of_the_program_itself_ends_the_prompt_not_the_app(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a [bug]")

    async with started(app) as pilot:
        monkeypatch.setattr(app.deck, "run", broken)
        await pilot.press("4", "h", "i", "enter")
        playground = app.deck_screen.query_one(PlaygroundPane)
        await until(pilot, lambda: bool(playground.query_one(PromptInput).text == ""))
        await until(pilot, lambda: not playground.running)
