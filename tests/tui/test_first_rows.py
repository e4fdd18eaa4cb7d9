"""The first picture shows the first rows of a long catalog; the rest follows, and nobody notices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from fakes import World, free_model, make_model
from modeldeck.domain.errors import StorageError
from modeldeck.domain.state import DeckState
from modeldeck.engine.catalog.filter import ModelFilter
from modeldeck.engine.deck import Deck
from modeldeck.tui.app import DeckApp
from modeldeck.tui.panes.model_rows import ModelRows, list_rows
from modeldeck.tui.panes.models import ModelsPane
from modeldeck.tui.panes.row_order import Order

FIRST = 10
FAVOURITE = "cloud/m-77"


def open_deck(world: World, first: int | None = FIRST) -> Deck:
    return Deck(replace(world.parts(), first=first))


@pytest.fixture
def long_lists(world: World) -> World:
    world.add("cloud", *(make_model(f"cloud/m-{number:02}") for number in range(80)))
    world.add("locked", *(make_model(f"locked/k-{number:02}") for number in range(40)), needs_key=True, has_key=False)
    world.add("small", free_model("small/a:free"), free_model("small/b:free"))
    world.state_file.save(DeckState(favourites=(FAVOURITE, "small/b:free")))
    return world


def ids(rows: ModelRows) -> list[str]:
    return [rows.key(row) for row in range(min(FIRST, len(rows)))]


def test_the_first_rows_are_those_of_the_whole_catalog(long_lists: World) -> None:
    some, everything = open_deck(long_lists), open_deck(long_lists, None)
    assert [some.lists.whole, everything.lists.whole] == [False, True]
    assert len(some.catalog.models) < len(everything.catalog.models)
    first = ids(list_rows(some, ModelFilter(), Order()))
    assert first == ids(list_rows(everything, ModelFilter(), Order()))
    assert set(first[:2]) == {FAVOURITE, "small/b:free"}
    some.lists.show()
    assert some.lists.whole
    assert some.catalog.models == everything.catalog.models


def test_short_lists_are_whole_at_once(long_lists: World) -> None:
    deck = open_deck(long_lists, 81)
    assert deck.lists.whole
    assert len(deck.catalog.models) == 122


def test_nothing_is_held_back_when_nothing_is_stored(world: World) -> None:
    assert open_deck(world).lists.whole


def test_nothing_is_held_back_while_a_usable_provider_has_no_list(long_lists: World) -> None:
    long_lists.add("fresh")
    long_lists.cache.listings.pop("fresh")
    deck = open_deck(long_lists)
    assert deck.lists.whole
    assert len(deck.catalog.models) == 122


start_on = DeckApp._after_first_paint


@asynccontextmanager
async def first_picture(world: World) -> AsyncIterator[tuple[DeckApp, Pilot[int]]]:
    """The app, with a person who is faster than the start: it goes on when the test says so."""

    async def wait(app: DeckApp) -> None:
        """The first picture is all there is."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DeckApp, "_after_first_paint", wait)
        app = DeckApp(open_deck(world), [], {})
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.pause()
            yield app, pilot


def pane(app: DeckApp) -> ModelsPane:
    return app.screen.query_one(ModelsPane)


async def finished(app: DeckApp, pilot: Pilot[int]) -> None:
    await start_on(app)
    for _ in range(200):
        await pilot.pause()
        if len(app.deck_screen.grid.panes) == 6 and all(worker.is_finished for worker in app.workers):
            return
    raise AssertionError("the start never ended")


async def test_the_rest_comes_and_the_cursor_stays(long_lists: World) -> None:
    async with first_picture(long_lists) as (app, pilot):
        await pilot.press("j", "j", "j", "j")
        table = pane(app)._table
        under, drawn = table.highlighted, [str(cell) for cell in table.source.cells(4)]
        assert under == "cloud/m-02"
        assert "reading" in str(pane(app).border_subtitle)

        await finished(app, pilot)

        assert table.highlighted == under
        assert [str(cell) for cell in table.source.cells(4)] == drawn
        assert len(table.source) == 122
        assert "122" in str(pane(app).border_subtitle)
        assert "reading" not in str(pane(app).border_subtitle)


async def test_what_was_typed_before_the_rest_came_holds_for_it(long_lists: World) -> None:
    async with first_picture(long_lists) as (app, pilot):
        await pilot.press("slash", "m", "-", "5")

        await finished(app, pilot)

        source = pane(app)._table.source
        assert [source.key(row) for row in range(10)] == [f"cloud/m-5{digit}" for digit in range(10)]


async def test_rest_that_cannot_be_read_is_told_and_comes_with_the_next_refresh(
    long_lists: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with first_picture(long_lists) as (app, pilot):

        def broken() -> None:
            raise StorageError("The database cannot be read.")

        with monkeypatch.context() as patch:
            patch.setattr(app.deck.lists, "show", broken)
            app._list_rest()
            await pilot.pause()
        told = " ".join(note.message for note in app._notifications)
        assert "The database cannot be read." in told
        assert "reading" in str(pane(app).border_subtitle)

        app.deck.lists.refresh()
        assert app.deck.lists.whole
