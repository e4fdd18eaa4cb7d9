"""The app driven by keys: prompts that are answered, stopped and refused."""

from decimal import Decimal

import pytest
from textual.message import Message

from fake_app import MakeApp, drawn, started, until
from fakes import FakeProvider, Hang, World, failure, reply
from modeldeck.domain.call import TextChunk
from modeldeck.domain.errors import ErrorKind
from modeldeck.domain.state import DeckState
from modeldeck.domain.task import Mode
from modeldeck.tui.messages import RunEvent, RunStopped
from modeldeck.tui.panes.playground import PlaygroundPane
from modeldeck.tui.widgets.header import DeckHeader
from modeldeck.tui.widgets.prompt import PromptInput


def hanging(furnished: World, text: str) -> FakeProvider:
    """The provider of a chosen model whose first answer stops after `text` and never ends; the second one is whole."""
    cloud = furnished.providers["cloud"]
    cloud.scripts = {"vendor/gpt-5-mini": [[TextChunk(text), Hang()], reply()]}
    furnished.state_file.state = DeckState(mode=Mode.MANUAL, preferred="cloud/vendor/gpt-5-mini")
    return cloud


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
    cloud = hanging(furnished, "Half an ans")
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
    cloud = hanging(furnished, "...")
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
    cloud = hanging(furnished, "...")
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
